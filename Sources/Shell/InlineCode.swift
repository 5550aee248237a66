/// Whether a program is an interpreter that is given its program by a word or by its standard input, and not by a file:
/// text that runs without being seen anywhere else.
///
/// Decided by what the file is and not by what its caller called it. Where words are unclear, the answer is yes.
func hasInlineCode(_ start: ProgramStart) -> Bool {
    // Nothing is known of it: it may be any interpreter.
    guard start.executable.isVerified, !isLoader(start.executable) else { return true }
    return readings(of: start).contains { reading, grammar in
        reading.hasCode || (reading.files.isEmpty && grammar.operandIsCode && reading.hasOperand)
            || readsUnseenCode(reading, grammar, start)
    }
}

/// Whether code of a program's comes by its standard input or a descriptor: nobody can say what it is, nor that it is the
/// same the next time.
public func readsUnseenCode(_ start: ProgramStart) -> Bool {
    guard start.executable.isVerified, !isLoader(start.executable) else { return true }
    return readings(of: start).contains { readsUnseenCode($0, $1, start) }
}

private func readsUnseenCode(
    _ reading: OptionReading, _ grammar: OptionGrammar, _ start: ProgramStart
) -> Bool {
    guard reading.files.count + reading.values.count <= ShellLimits.readFilesMax else {
        return true
    }
    if (reading.files + reading.values).contains(where: { isRead($0, by: start) }) { return true }
    if reading.files.isEmpty, grammar.operandIsCode, reading.hasOperand { return false }
    return !reading.hasCode && reading.readsStandardInput && !start.isOnTerminal
}

/// What a program's words may come to, by each of its names that is an interpreter's.
private func readings(of start: ProgramStart) -> [(OptionReading, OptionGrammar)] {
    let words = programWords(start.executable, start.arguments)
    return calledNames(start.executable).flatMap { readings($0, words[...]) }
}

private func readings(
    _ name: String, _ words: ArraySlice<[UInt8]>
) -> [(OptionReading, OptionGrammar)] {
    var (name, words) = (name, words)
    while isApplets(name), let applet = words.popFirst() { name = lastComponent(applet) }
    guard let interpreter = Interpreter.named(name) else { return [] }
    if words.count == 1, let word = words.first, interpreter.tellsAboutItself(word) { return [] }
    return interpreter.grammar.readings(words).map { ($0, interpreter.grammar) }
}

/// A word, or an option's value, that is no file, and that the interpreter may read code from: `bash --rcfile /dev/fd/3`.
private func isRead(_ value: [UInt8], by start: ProgramStart) -> Bool {
    switch Source(value, in: start.directory) {
    case .descriptor: true
    case .standardInput: !start.isOnTerminal
    case .file: false
    }
}

/// Where a program that a word names comes from.
private enum Source {
    case file
    case standardInput
    /// What another program writes at the same time: a pipe of `<(...)`, a terminal of somebody's own.
    case descriptor

    init(_ word: [UInt8], in directory: [UInt8]) {
        if word == Array("-".utf8) {
            self = .standardInput
            return
        }
        let text = bytewise(word)
        if text.hasPrefix("data:") || text.hasPrefix("php:") {
            self = .descriptor
            return
        }
        let path = plain(
            word.first == UInt8(ascii: "/") ? word : directory + [UInt8(ascii: "/")] + word)
        switch path {
        case "dev/stdin", "dev/fd/0", "proc/self/fd/0", "proc/thread-self/fd/0":
            self = .standardInput
        case "dev/null": self = .file
        default:
            let isFile =
                !path.hasPrefix("proc/") && (!path.hasPrefix("dev/") || path.hasPrefix("dev/shm/"))
            self = isFile ? .file : .descriptor
        }
    }
}

/// A path without its first slash and without `.`, `..` and repeated slashes, by its text alone.
private func plain(_ path: [UInt8]) -> String {
    var components: [ArraySlice<UInt8>] = []
    for component in path.split(separator: UInt8(ascii: "/")) {
        switch bytewise(component) {
        case ".": continue
        case "..": _ = components.popLast()
        default: components.append(component)
        }
    }
    return bytewise(Array(components.joined(separator: [UInt8(ascii: "/")])))
}
