import Vocabulary

/// What a shell target's session does, as effects. `docs/effects.md` has the table.
public enum ShellInspector {
    /// The effects of a program that is about to run.
    ///
    /// A script is two programs: the script, on which the rules have to allow what happens, and its interpreter, which
    /// needs no permit of its own but may be held and denied.
    ///
    /// - Parameters:
    ///   - code: where its code comes from.
    ///   - parent: the path of the program that started it; `nil` for the session's first, and where it is not known: then the
    ///     effects do not have the attribute, which is no other's.
    public static func effects(
        of start: ProgramStart, _ code: ProgramCode, parent: [UInt8]?
    ) -> [Effect] {
        let words = programWords(start.executable, start.arguments)
        var attributes = attributes(of: start, parent: parent)
        attributes["inline_code"] = .flag(code.isInline)
        attributes["called"] = .text(lastComponent(start.arguments.first ?? []))
        attributes["interpreter"] = .flag(start.script != nil)
        let program = Effect(
            .shellExec, reference(start.executable), attributes: attributes, arguments: words,
            needsNoPermit: start.script != nil)
        var effects = start.script.map { [script($0, start, attributes)] } ?? []
        effects.append(program)
        if isLoader(start.executable) { effects.append(loaded(program)) }
        if let transfer = FileTransfer(of: start) { effects.append(transfer.effect) }
        return effects
    }

    /// A session is about to begin, on the account that it gets.
    ///
    /// - Parameters:
    ///   - directory: that the client chose; `nil` for the account's own.
    ///   - isLine: the client's words are a line for the account's shell, as `ssh` sends it.
    public static func login(
        account: String, isInteractive: Bool, directory: [UInt8]?, isLine: Bool
    ) -> [Effect] {
        var attributes: [String: AttributeValue] = [
            "interactive": .flag(isInteractive), "line": .flag(isLine),
        ]
        if let directory { attributes["directory"] = .text(spelledPath(directory)) }
        return [Effect(.shellLogin, .exactly(ObjectName([account])), attributes: attributes)]
    }

    /// A session in which files below these directories may be changed; `nil`: everywhere that the account may.
    public static func fileWrites(_ directories: [[UInt8]]?) -> [Effect] {
        guard let directories else { return [Effect(.shellFileWrite, .anything)] }
        return directories.map {
            Effect(.shellFileWrite, ObjectName(path: $0).map { .exactly($0) } ?? .anything)
        }
    }

    private static func attributes(
        of start: ProgramStart, parent: [UInt8]?
    ) -> [String: AttributeValue] {
        let file = start.executable
        let isSetuid =
            file.mode & 0o6000 != 0 || file.hasCapabilities
            || start.effectiveUserID != start.userID
        var attributes: [String: AttributeValue] = [
            "setuid": .flag(isSetuid),
            "replaceable": .flag(file.isReplaceable),
            "unlinked": .flag(reference(file) == .anything),
            "script": .flag(false),
            "interactive": .flag(start.isOnTerminal),
            "user": .number(Int64(start.effectiveUserID)),
            "directory": .text(spelledPath(start.directory)),
        ]
        if let parent {
            attributes["parent"] = .text(spelledPath(parent))
        } else if start.parent == 0 {
            attributes["parent"] = .text("-")
        }
        return attributes
    }

    /// The script's own effect: what is said of its interpreter is true of it as well.
    private static func script(
        _ file: ProgramFile, _ start: ProgramStart, _ interpreter: [String: AttributeValue]
    ) -> Effect {
        var attributes = interpreter
        attributes["script"] = .flag(true)
        attributes["interpreter"] = .flag(false)
        attributes["called"] = .text(lastComponent(start.executedAs))
        if file.isReplaceable { attributes["replaceable"] = .flag(true) }
        if reference(file) == .anything { attributes["unlinked"] = .flag(true) }
        return Effect(
            .shellExec, reference(file), attributes: attributes, arguments: scriptWords(start))
    }

    /// What a dynamic loader that is started as a program runs is never loaded by the kernel: it may be any program.
    private static func loaded(_ loader: Effect) -> Effect {
        var effect = loader
        effect.object = .anything
        effect.attributes["unlinked"] = .flag(true)
        effect.arguments = nil
        effect.needsNoPermit = false
        return effect
    }
}

/// Which program a file is. Symbolic links are further names of it; of files with several hard links each may be meant.
private func reference(_ file: ProgramFile) -> ObjectReference {
    guard file.isVerified else { return .anything }
    var names: [ObjectName] = []
    var known = Set<ObjectName>()
    for path in [file.path] + file.names + file.links {
        guard let name = ObjectName(path: path) else { return .anything }
        if known.insert(name).inserted { names.append(name) }
    }
    if names.count == 1 { return .exactly(names[0]) }
    return file.links.isEmpty ? .known(as: names) : .oneOf(names)
}

/// The words behind the script's own name: the kernel puts the name as the caller wrote it before them. `nil` when they
/// cannot be told from the interpreter's. Where that text stands twice, there are rather too many words than too few.
private func scriptWords(_ start: ProgramStart) -> [[UInt8]]? {
    guard !start.executedAs.isEmpty,
        let place = start.arguments.dropFirst().firstIndex(of: start.executedAs)
    else { return nil }
    return Array(start.arguments[(place + 1)...])
}

/// A path as rules spell it; bytes that are no absolute path in the same ASCII form.
private func spelledPath(_ path: [UInt8]) -> String {
    ObjectName(path: path)?.description ?? asciiText(path)
}

func lastComponent(_ path: [UInt8]) -> String {
    asciiText(path[((path.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...])
}

/// ASCII as it is, a backslash twice, every other byte as `\xff`.
private func asciiText(_ bytes: some Collection<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    for byte in bytes {
        switch byte {
        case backslash: text += [backslash, backslash]
        case 0x20..<0x7F: text.append(byte)
        default: appendNumber(of: byte, to: &text)
        }
    }
    return String(decoding: text, as: UTF8.self)
}
