/// Which variables of a program's environment must not reach it, as they make it load or run what no rule sees; sorted,
/// each once, and of very many only `ShellLimits.shownVariablesMax`. The caller refuses the program and names them.
///
/// - Parameter allowed: variables that the target lists; only what says where libraries and settings are can be.
public func unsafeVariables(of start: ProgramStart, allowed: Set<String> = []) -> [String] {
    let isShell = calledNames(start.executable).contains { name in
        isApplets(name) || Interpreter.named(name)?.grammar.plusIsOption == true
    }
    var found = Set<String>()
    for entry in start.environment {
        guard let end = entry.firstIndex(of: equals), isKnown(entry[..<end]) else { continue }
        let name = bytewise(entry[..<end])
        if isUnsafeVariable(name, entry[(end + 1)...], allowed: allowed)
            || (isShell && shellOnly.contains(name))
        {
            found.insert(name)
            if found.count == ShellLimits.shownVariablesMax { break }
        }
    }
    return found.sorted()
}

/// Most variables mean nothing to anybody here: that is found out without making a text of each.
private func isKnown(_ name: ArraySlice<UInt8>) -> Bool {
    (name.count <= longestKnown && known.contains(Array(name)))
        || knownPrefixes.contains { name.starts(with: $0) }
}

private let known = Set(
    [never, listable, ofChildren, shellOnly, makeFlags].joined().map { Array($0.utf8) })
private let longestKnown = known.map(\.count).max() ?? 0
private let knownPrefixes = (prefixes + listablePrefixes + [pythonPrefix]).map { Array($0.utf8) }

/// Whatever program gets it.
func isUnsafeVariable(_ name: String, _ value: ArraySlice<UInt8>, allowed: Set<String>) -> Bool {
    if ofChildren.contains(name), isSystems(value) { return false }
    if listable.contains(name) || begins(name, with: listablePrefixes) {
        return !allowed.contains(name)
    }
    if makeFlags.contains(name) { return hasMakefile(value) }
    return never.contains(name) || begins(name, with: prefixes)
        || (begins(name, with: [pythonPrefix]) && !harmlessPython.contains(name))
}

private func begins(_ name: String, with prefixes: [String]) -> Bool {
    prefixes.contains { name.utf8.starts(with: $0.utf8) }
}

private let equals = UInt8(ascii: "=")
private let pythonPrefix = "PYTHON"
private let makeFlags: Set<String> = ["MAKEFLAGS", "GNUMAKEFLAGS"]

/// The dynamic loader's own, functions that a shell takes over, and files or code that interpreters run first. What
/// merely names a program (`PAGER`, `GIT_SSH_COMMAND`) is not here: that program is judged when it starts.
private let prefixes = ["LD_", "BASH_FUNC_", "LUA_", "LIBMYSQL_PLUGIN", "GST_PLUGIN_"]

private let never: Set<String> = [
    // glibc
    "GCONV_PATH", "GETCONF_DIR", "GLIBC_TUNABLES", "NLSPATH", "LOCPATH",
    // shells
    "BASH_ENV", "BASHOPTS", "SHELLOPTS", "PROMPT_COMMAND", "PS4", "BASH_LOADABLES_PATH",
    // interpreters and editors
    "PERL5OPT", "PERL5DB", "PERL5SHELL", "PERLLIB", "RUBYOPT", "RUBYPATH", "RUBYGEMS_GEMDEPS",
    "NODE_REPL_EXTERNAL_MODULE", "PHPRC",
    "PHP_INI_SCAN_DIR", "AWKLIBPATH", "TCLLIBPATH", "TCL_LIBRARY", "ERL_FLAGS", "ERL_AFLAGS",
    "ERL_ZFLAGS", "ELIXIR_ERL_OPTIONS", "JULIA_LOAD_PATH", "R_PROFILE", "R_PROFILE_USER",
    "R_ENVIRON",
    "R_ENVIRON_USER", "VIM", "VIMRUNTIME", "VIMINIT", "EXINIT", "GVIMINIT", "EMACSLOADPATH",
    "GUILE_LOAD_PATH",
    "GUILE_LOAD_COMPILED_PATH", "MAKEFILES",
    // virtual machines
    "_JAVA_OPTIONS", "DOTNET_STARTUP_HOOKS",
    "CORECLR_PROFILER", "CORECLR_PROFILER_PATH", "COR_PROFILER", "COR_PROFILER_PATH",
    // libraries that load others
    "OPENSSL_ENGINES", "OPENSSL_MODULES", "GIO_MODULE_DIR", "GIO_EXTRA_MODULES",
    "GTK_MODULES", "GTK_PATH", "GTK_EXE_PREFIX", "GDK_PIXBUF_MODULE_FILE", "QT_PLUGIN_PATH",
    "QT_QPA_PLATFORM_PLUGIN_PATH",
    "XTABLES_LIBDIR", "SASL_PATH",
]

/// Where libraries, modules and settings are looked for: a target may say that it needs them.
private let listable: Set<String> = [
    "LD_LIBRARY_PATH", "PYTHONPATH", "PERL5LIB", "RUBYLIB", "GEM_HOME", "GEM_PATH", "LUA_PATH",
    "LUA_CPATH", "NODE_OPTIONS",
    "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "OPENSSL_CONF", "NODE_PATH", "CLASSPATH", "AWKPATH",
    "JULIA_DEPOT_PATH", "ODBCSYSINI", "KRB5_CONFIG",
]

private let listablePrefixes = ["LUA_PATH_", "LUA_CPATH_", "R_LIBS"]

/// What editors and R tell their own children: harmless where it is the system's.
private let ofChildren: Set<String> = ["VIM", "VIMRUNTIME", "R_LIBS_SITE"]

/// Paths below /usr only, as they stand.
private func isSystems(_ value: ArraySlice<UInt8>) -> Bool {
    let slash = UInt8(ascii: "/")
    return value.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        .allSatisfy { path in
            path.starts(with: "/usr/".utf8)
                && !path.split(separator: slash).contains { $0.elementsEqual("..".utf8) }
        }
}

/// What make tells the makes below it is harmless, but for makefiles in words and by their names. Read as make reads it:
/// words with backslashes, the first of which may lack its dash. More options than are read count as a makefile.
private func hasMakefile(_ value: ArraySlice<UInt8>) -> Bool {
    var words: [[UInt8]] = []
    var word: [UInt8] = []
    var rest = value
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() {
            word.append(escaped)
        } else if byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") {
            word.append(byte)
        } else if !word.isEmpty {
            words.append(word)
            word = []
        }
    }
    if !word.isEmpty { words.append(word) }
    guard let grammar = Interpreter.named("make")?.grammar, let first = words.first else {
        return false
    }
    if first[0] != UInt8(ascii: "-"), !first.contains(equals) {
        words[0] = [UInt8(ascii: "-")] + first
    }
    return grammar.readings(words[...]).contains {
        $0.hasCode || !$0.files.isEmpty || $0.isTooMuch
    }
}

/// Names that programs other than shells use for other things.
private let shellOnly: Set<String> = ["ENV", "FPATH", "ZDOTDIR"]

private let harmlessPython: Set<String> = [
    "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "PYTHONIOENCODING", "PYTHONUNBUFFERED",
    "PYTHONUTF8",
    "PYTHONNOUSERSITE", "PYTHONSAFEPATH", "PYTHONOPTIMIZE", "PYTHONFAULTHANDLER",
]
