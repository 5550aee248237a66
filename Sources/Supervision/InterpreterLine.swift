/// A script's first line, as Linux reads it: `#!`, an interpreter's path and at most one word, which may hold spaces.
struct InterpreterLine: Equatable {
    var interpreter: [UInt8]
    var argument: [UInt8]?
}

extension InterpreterLine {
    /// - Parameter start: the file's first bytes, as many as Linux looks at.
    init?(_ start: [UInt8]) {
        guard start.starts(with: "#!".utf8) else { return nil }
        var line = start.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") && $0 != 0 }
        line = line.drop(while: Self.isBlank)
        while let last = line.last, Self.isBlank(last) { line.removeLast() }
        let interpreter = line.prefix { !Self.isBlank($0) }
        guard !interpreter.isEmpty else { return nil }
        self.interpreter = Array(interpreter)
        let rest = line[interpreter.endIndex...].drop(while: Self.isBlank)
        argument = rest.isEmpty ? nil : Array(rest)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
