import Shell
import Testing

@Suite("Environments")
struct EnvironmentTests {
    @Test(
        "threat 32: a variable that makes a program load or run what no rule sees is named",
        arguments: [
            "LD_PRELOAD", "LD_AUDIT", "LD_LIBRARY_PATH", "LD_", "GCONV_PATH", "GLIBC_TUNABLES",
            "BASH_ENV",
            "PROMPT_COMMAND", "SHELLOPTS", "BASHOPTS", "PS4", "BASH_FUNC_ls%%", "BASH_FUNC_x()",
            "PYTHONSTARTUP", "PYTHONPATH", "PYTHONHOME", "PYTHONINSPECT", "PYTHONBREAKPOINT",
            "PERL5OPT",
            "PERL5LIB", "PERL5DB", "PERLLIB", "RUBYOPT", "RUBYLIB", "GEM_HOME", "GEM_PATH",
            "RUBYGEMS_GEMDEPS", "NODE_OPTIONS",
            "JAVA_TOOL_OPTIONS",
            "_JAVA_OPTIONS", "LUA_INIT", "LUA_INIT_5_4", "VIMINIT", "OPENSSL_MODULES",
            "LUA_PATH_5_4", "LUA_CPATH_5_4", "NODE_PATH", "CLASSPATH", "AWKPATH", "MAKEFILES",
            "VIM", "VIMRUNTIME", "GUILE_LOAD_COMPILED_PATH", "R_LIBS", "R_LIBS_USER",
            "R_LIBS_SITE", "JULIA_DEPOT_PATH", "LIBMYSQL_PLUGINS", "LIBMYSQL_PLUGIN_DIR",
            "ODBCSYSINI", "KRB5_CONFIG", "GST_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH",
            "BASH_LOADABLES_PATH",
        ])
    func unsafe(_ name: String) {
        for value in ["", "x", "=x"] {
            let program = start(
                file("/usr/bin/true"), [], environment: ["A=b", "\(name)=\(value)"])
            #expect(unsafeVariables(of: program) == [name])
        }
    }

    @Test(
        "what only names a program, or says nothing about code, is none",
        arguments: [
            "PATH=/tmp", "PAGER=x", "GIT_SSH_COMMAND=x", "HOME=/x", "TERM=x", "PYTHONUNBUFFERED=1",
            "ENV=x",
            "XLD_PRELOAD=x", "ld_preload=x", "LD_PRELOAD", "", "=LD_PRELOAD=x", "MAKEFLAGS=x",
        ])
    func harmless(_ entry: String) {
        #expect(unsafeVariables(of: start(file("/usr/bin/true"), [], environment: [entry])) == [])
    }

    @Test(
        "threat 32: what make tells its children may not name makefiles or be one",
        arguments: [
            ("", false), (" ", false), ("w", false), ("kw -j2 --jobserver-auth=3,4", false),
            (" -j2 --jobserver-auth=fifo:/tmp/x -- CFLAGS=-E", false), ("-I /usr/Extra", false),
            ("A=-f", false), ("--no-print-directory -Otarget", false), ("--eval=x", true),
            ("kE x", true), (" --ev\\al=x", true), ("k --ev=x", true), ("-j2 -f x", true),
            ("--file=x", true), ("--makefile x", true), ("kf x", true), ("w --eval x", true),
        ])
    func make(_ flags: String, _ isUnsafe: Bool) {
        for name in ["MAKEFLAGS", "GNUMAKEFLAGS"] {
            let program = start(file("/usr/bin/true"), [], environment: ["\(name)=\(flags)"])
            #expect(unsafeVariables(of: program) == (isUnsafe ? [name] : []), "\(flags)")
        }
    }

    @Test(
        "what editors and R tell their children of the system is harmless",
        arguments: [
            ("VIMRUNTIME=/usr/share/vim/vim90", true), ("VIM=/usr/share/vim", true),
            ("R_LIBS_SITE=/usr/local/lib/R/site-library/:/usr/lib/R/library", true),
            ("VIMRUNTIME=/usr/../tmp/x", false), ("VIMRUNTIME=/home/x", false),
            ("R_LIBS_SITE=/usr/lib/R:/tmp", false), ("R_LIBS_SITE=/usr/lib/R:", false),
        ])
    func systems(_ entry: String, _ isHarmless: Bool) {
        let found = unsafeVariables(of: start(file("/usr/bin/true"), [], environment: [entry]))
        #expect(found.isEmpty == isHarmless)
    }

    @Test(
        "threat 32: ENV is a shell's, whatever the shell is called",
        arguments: [
            ("/usr/bin/dash", true), ("/usr/bin/bash", true), ("/usr/bin/busybox", true),
            ("/usr/bin/zsh5", true), ("/usr/bin/make", false), ("/usr/bin/python3", false),
        ])
    func shells(_ path: String, _ isUnsafe: Bool) {
        let program = start(file(path), [], called: "true", environment: ["ENV=/tmp/x"])
        #expect(unsafeVariables(of: program) == (isUnsafe ? ["ENV"] : []))
    }

    @Test("threat 32: a target may list where libraries are, and nothing that preloads or runs")
    func allowed() {
        let all: Set<String> = [
            "LD_LIBRARY_PATH", "LD_PRELOAD", "BASH_ENV", "PYTHONPATH", "PYTHONSTARTUP",
            "LUA_PATH_5_4", "R_LIBS_USER", "CLASSPATH",
        ]
        let program = start(file("/usr/bin/true"), [], environment: all.sorted().map { $0 + "=x" })
        #expect(
            unsafeVariables(of: program, allowed: all) == [
                "BASH_ENV", "LD_PRELOAD", "PYTHONSTARTUP",
            ])
    }

    static let account = SessionAccount(
        name: "deploy", userID: 1_000, home: Array("/home/deploy".utf8),
        shell: Array("/bin/bash".utf8))

    private func environment(_ client: [String], allowed: Set<String> = []) -> [String] {
        sessionEnvironment(Self.account, client: client.map { Array($0.utf8) }, allowed: allowed)
            .map(text)
    }

    @Test("a session's environment is the account's")
    func own() {
        #expect(
            environment([]) == [
                "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/home/deploy", "USER=deploy",
                "LOGNAME=deploy",
                "SHELL=/bin/bash",
            ])
        var root = Self.account
        root.userID = 0
        #expect(sessionEnvironment(root, client: []).map(text)[0].contains("/usr/sbin"))
    }

    static let offered: [(String, Bool)] = [
        ("TERM=xterm-256color", true), ("LANG=de_DE.UTF-8", true), ("LC_ALL=C", true),
        ("LANGUAGE=de:en", true), ("TZ=Europe/Berlin", true), ("TZ=:Europe/Berlin", true),
        ("TZ=CET-1CEST,M3.5.0,M10.5.0/3", true), ("EDITOR=vim", true), ("EMPTY=", true),
        ("LANG=/tmp/x", false), ("LC_ALL=../x", false), ("LC_ALL=%s", false),
        ("TERM=/tmp/x", false),
        ("TZ=/etc/shadow", false), ("TZ=:/etc/shadow", false), ("TZ=a/../../x", false),
        ("PATH=/tmp", false), ("HOME=/tmp", false), ("USER=root", false), ("SHELL=/tmp/x", false),
        ("OTHER=x", false), ("LD_PRELOAD=x", false), ("BASH_ENV=x", false),
        ("LD_LIBRARY_PATH=x", true),
        ("EDITOR=a\nb", false), ("EDITOR=a\u{1B}b", false), ("EDITOR", false), ("=x", false),
        ("EDI TOR=x", false), ("1X=x", false), ("LC_\u{E9}=x", false), ("PYTHONSTARTUP=x", false),
    ]

    @Test(
        "threat 32: of the client's only what is listed gets in, and nothing that reads files or code",
        arguments: offered)
    func client(_ entry: String, _ isTaken: Bool) {
        let allowed: Set<String> = [
            "EDITOR", "EMPTY", "PATH", "HOME", "LD_PRELOAD", "BASH_ENV", "LD_LIBRARY_PATH", "1X",
            "EDI TOR",
            "PYTHONSTARTUP",
        ]
        #expect(environment([entry], allowed: allowed).contains(entry) == isTaken)
        #expect(environment([entry, entry], allowed: allowed).count == (isTaken ? 6 : 5))
    }

    @Test("of a variable that is given twice the first counts")
    func twice() {
        #expect(environment(["TERM=a", "TERM=b"]).suffix(1) == ["TERM=a"])
    }
}
