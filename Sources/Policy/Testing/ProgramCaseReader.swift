import Vocabulary

/// `program: PATH`, or a mapping of what is to be known of it, beside `command: [NAME, WORD, ...]`.
func readProgramSubject(
    _ tree: YAMLTree, _ fields: FieldReader, _ log: ProblemLog
) -> PolicyCase.Subject? {
    if let effects = fields["effects"] {
        log.report(effects.place, "expected either `program` or `effects`")
        return nil
    }
    let command = fields.required("command", "the words, the program's own name first")
    let words = command.flatMap { readWords($0, log) }
    if let command, words?.isEmpty == true {
        log.report(command.place, "expected at least the program's own name")
        return nil
    }
    guard let words, let program = readProgram(tree, log) else { return nil }
    return .program(program, words: words)
}

/// Words as UTF-8 text, which may be empty.
func readWords(_ tree: YAMLTree, _ log: ProblemLog) -> [[UInt8]]? {
    guard case .list(let items) = tree.content else {
        log.report(tree.place, "expected a list of words, found \(tree.kind)")
        return nil
    }
    let words = items.compactMap { item -> [UInt8]? in
        if case .text(let text) = item.scalar { return Array(text.utf8) }
        _ = item.text("a word", log)
        return nil
    }
    return words.count == items.count ? words : nil
}

private func readProgram(_ tree: YAMLTree, _ log: ProblemLog) -> PolicyCase.Program? {
    if case .text = tree.scalar { return readPath(tree, log).map { PolicyCase.Program(path: $0) } }
    let keys = [
        "path", "interpreter", "names", "links", "parent", "directory", "user", "terminal",
        "setuid",
        "replaceable", "unlinked",
    ]
    guard let fields = FieldReader(tree, "a program", keys: keys, log) else { return nil }
    var isRead = true
    func read<Value>(_ key: String, _ standard: Value, _ read: (YAMLTree) -> Value?) -> Value {
        guard let tree = fields[key] else { return standard }
        let value = read(tree)
        isRead = isRead && value != nil
        return value ?? standard
    }
    func path(_ key: String) -> [UInt8]? { read(key, nil) { .some(readPath($0, log)) } ?? nil }
    func paths(_ key: String) -> [[UInt8]] {
        read(key, []) { $0.list(of: "paths", log) { readPath($0, log) } }
    }
    func flag(_ key: String) -> Bool { read(key, false) { $0.flag("true or false", log) } }
    guard let own = fields.required("path", "the program's path").flatMap({ readPath($0, log) })
    else { return nil }
    var program = PolicyCase.Program(path: own)
    program.interpreter = path("interpreter")
    program.names = paths("names")
    program.links = paths("links")
    program.parent = path("parent")
    program.directory = path("directory") ?? program.directory
    program.user = read("user", program.user) {
        $0.number("a user's number", in: 0...Int64(UInt32.max), log).map { UInt32($0) }
    }
    program.isOnTerminal = flag("terminal")
    program.isSetuid = flag("setuid")
    program.isReplaceable = flag("replaceable")
    program.isUnlinked = flag("unlinked")
    return isRead ? program : nil
}

private func readPath(_ tree: YAMLTree, _ log: ProblemLog) -> [UInt8]? {
    guard let text = tree.text("a path", log) else { return nil }
    if let path = ObjectName(parsing: text)?.path { return path }
    log.report(tree.place, "expected a path such as `/usr/bin/git`, found \(quote(text))")
    return nil
}
