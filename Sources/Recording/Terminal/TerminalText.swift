/// The text in a terminal's output, line by line, for the search: without what moves and colours, across all cuts. What is
/// written in strings for the terminal itself (titles, the clipboard) is text too, so that nothing can be hidden in them.
struct TerminalText: Sendable {
    private var parser = TerminalParser()
    private var lines = Lines()

    /// Adds output; the lines that it ended, each followed by a line feed.
    mutating func take(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        parser.take(bytes, &lines)
        return lines.takeEnded()
    }

    /// Nothing more comes: what was begun is the last line.
    mutating func end() -> [UInt8] {
        lines.endLine()
        return lines.takeEnded()
    }
}

private struct Lines: TerminalSink {
    private var ended: [UInt8] = []
    private var line: [UInt8] = []

    mutating func takeEnded() -> [UInt8] {
        defer { ended = [] }
        return ended
    }

    mutating func endLine() {
        guard !line.isEmpty else { return }
        ended += line
        ended.append(UInt8(ascii: "\n"))
        line.removeAll(keepingCapacity: true)
    }

    private mutating func endLongLine() {
        if line.count >= Limits.lineBytesMax { endLine() }
    }

    mutating func take(plain bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            let part = rest.prefix(max(1, Limits.lineBytesMax - line.count))
            line += part
            rest = rest[part.endIndex...]
            endLongLine()
        }
    }

    mutating func take(scalar: Unicode.Scalar) {
        line += UTF8.encode(scalar).map(Array.init) ?? []
        endLongLine()
    }

    mutating func take(quoted scalar: Unicode.Scalar) {
        if scalar == "\n" { endLine() } else { take(scalar: scalar) }
    }

    mutating func endOfString() { endLine() }

    mutating func take(control: UInt8) {
        switch control {
        case 0x08: removeLast()
        case 0x09: take(plain: [UInt8(ascii: " ")])
        case 0x0A...0x0D: endLine()
        default: break
        }
    }

    /// What is typed and taken back is on no screen.
    private mutating func removeLast() {
        while let last = line.popLast(), last & 0xC0 == 0x80 {}
    }

    mutating func take(escape: [UInt8]) {
        // Next line, line up or down, the whole screen anew.
        if let final = escape.last, escape.count == 1, "DEMc".utf8.contains(final) { endLine() }
    }

    mutating func take(controlSequence: [UInt8]) {
        guard let final = controlSequence.last else { return }
        switch Unicode.Scalar(final) {
        // To another line.
        case "A", "B", "E", "F", "H", "d", "e", "f", "S", "T": endLine()
        // To another place of the line.
        case "C", "G", "I", "Z", "`", "a": take(plain: [UInt8(ascii: " ")])
        default: break
        }
    }
}
