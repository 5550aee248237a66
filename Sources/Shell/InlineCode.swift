/// Where a program's code comes from, read of its words once for all who ask.
///
/// Decided by what the file is and not by what its caller called it. Where words are unclear, the answer is yes.
public struct ProgramCode: Hashable, Sendable {
    /// It is an interpreter that is given its program by a word or by its standard input, and not by a file: text that runs
    /// without being seen anywhere else.
    public let isInline: Bool
    /// Code of its comes by its standard input or a descriptor, or by more words than are read: nobody can say what it is,
    /// nor that it is the same the next time.
    public let isUnseen: Bool

    public init(of start: ProgramStart) {
        // Nothing is known of it: it may be any interpreter.
        guard start.executable.isVerified, !isLoader(start.executable) else {
            isInline = true
            isUnseen = true
            return
        }
        let readings = readings(of: start)
        isUnseen = readings.contains { isUnseenCode($0, $1, start) }
        isInline =
            isUnseen
            || readings.contains { reading, grammar in
                reading.hasCode
                    || (reading.files.isEmpty && grammar.operandIsCode && reading.hasOperand)
            }
    }
}

private func isUnseenCode(
    _ reading: OptionReading, _ grammar: OptionGrammar, _ start: ProgramStart
) -> Bool {
    guard !reading.isTooMuch,
        reading.files.count + reading.values.count <= ShellLimits.readFilesMax
    else { return true }
    if reading.files.contains(where: { isRead($0, by: start) })
        || reading.values.contains(where: { isRead($0, by: start) })
    {
        return true
    }
    if reading.files.isEmpty, grammar.operandIsCode, reading.hasOperand { return false }
    return !reading.hasCode && reading.readsStandardInput && !start.isOnTerminal
}

/// What a program's words may come to, by each of its names that is an interpreter's: names of one family say it once.
private func readings(of start: ProgramStart) -> [(OptionReading, OptionGrammar)] {
    let words = programWords(start.executable, start.arguments)
    var known: [(Interpreter, ArraySlice<[UInt8]>)] = []
    for name in Set(calledNames(start.executable)) {
        guard let found = interpreter(name, words[...]),
            !known.contains(where: { $0 === found.0 && $1.startIndex == found.1.startIndex })
        else { continue }
        known.append(found)
    }
    return known.flatMap { interpreter, words in
        interpreter.grammar.readings(words).map { ($0, interpreter.grammar) }
    }
}

/// Whose name it is, and the words that it reads; `nil` for none, and for one that only tells something about itself.
private func interpreter(
    _ name: String, _ words: ArraySlice<[UInt8]>
) -> (Interpreter, ArraySlice<[UInt8]>)? {
    var (name, words) = (name, words)
    while isApplets(name), let applet = words.popFirst() { name = lastComponent(applet) }
    guard let interpreter = Interpreter.named(name) else { return nil }
    if words.count == 1, let word = words.first, interpreter.tellsAboutItself(word) { return nil }
    return (interpreter, words)
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
        if word == [UInt8(ascii: "-")] {
            self = .standardInput
            return
        }
        if word.starts(with: "data:".utf8) || word.starts(with: "php:".utf8) {
            self = .descriptor
            return
        }
        let path = plain(word.first == slash ? word : directory + [slash] + word)
        if standardInputs.contains(path) {
            self = .standardInput
        } else if path.elementsEqual("dev/null".utf8) {
            self = .file
        } else {
            let isFile =
                !path.starts(with: "proc/".utf8)
                && (!path.starts(with: "dev/".utf8) || path.starts(with: "dev/shm/".utf8))
            self = isFile ? .file : .descriptor
        }
    }
}

private let slash = UInt8(ascii: "/")
private let standardInputs: WordList =
    "dev/stdin dev/fd/0 proc/self/fd/0 proc/thread-self/fd/0"

/// A path without its first slash and without `.`, `..` and repeated slashes, by its text alone.
private func plain(_ path: [UInt8]) -> [UInt8] {
    var plain: [UInt8] = []
    var rest = path[...]
    while !rest.isEmpty {
        let component = rest.prefix { $0 != slash }
        rest = rest[component.endIndex...].dropFirst()
        if component.isEmpty || component.elementsEqual(".".utf8) { continue }
        if component.elementsEqual("..".utf8) {
            plain.removeSubrange((plain.lastIndex(of: slash) ?? 0)...)
            continue
        }
        if !plain.isEmpty { plain.append(slash) }
        plain += component
    }
    return plain
}
