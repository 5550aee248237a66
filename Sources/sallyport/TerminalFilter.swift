import Recording

/// Passes on of a recorded terminal's output what draws on a screen, and nothing that would do more to the terminal of whoever
/// looks at it: no clipboard, title, notification or file, no question that it would answer, no change of what its keys
/// and its mouse send, nothing that erases what scrolled by. What is not known is left out.
struct TerminalFilter {
    private var parser = TerminalParser()
    private var passed = PassedOutput()

    mutating func take(_ bytes: [UInt8]) -> [UInt8] {
        parser.take(bytes[...], &passed)
        defer { passed.bytes = [] }
        return passed.bytes
    }

    /// Undoes what may have been passed on: modes, margins, character sets, colours.
    static let reset = Array(
        "\u{1B}[?1049l\u{1B}[?5;6l\u{1B}[?7;25h\u{1B}[4;20l\u{1B}7\u{1B}[r\u{1B}8\u{1B}(B\u{F}\u{1B}[0 q\u{1B}[0m"
            .utf8)
    /// An empty screen.
    static let clear = Array("\u{1B}[H\u{1B}[2J".utf8)
}

private struct PassedOutput: TerminalSink {
    var bytes: [UInt8] = []

    mutating func take(plain: ArraySlice<UInt8>) { bytes += plain }

    mutating func take(scalar: Unicode.Scalar) {
        // These reorder the line that they stand in.
        let isBidirectional =
            switch scalar.value {
            case 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
            default: false
            }
        bytes += Array(String(isBidirectional ? "\u{FFFD}" : scalar).utf8)
    }

    mutating func take(control: UInt8) {
        // Back, tabulator, the ends of lines, the two character sets; no bell.
        if (0x08...0x0F).contains(control) { bytes.append(control) }
    }

    mutating func take(escape: [UInt8]) {
        switch String(decoding: escape, as: UTF8.self) {
        case "7", "8", "D", "E", "H", "M", "#8": pass("\u{1B}", escape)
        case "(0", "(A", "(B", ")0", ")A", ")B": pass("\u{1B}", escape)
        // A whole reset would also take what scrolled by.
        case "c": bytes += TerminalFilter.reset + TerminalFilter.clear
        default: break
        }
    }

    mutating func take(controlSequence: [UInt8]) {
        if isDrawing(controlSequence) { pass("\u{1B}[", controlSequence) }
    }

    mutating func take(quoted: Unicode.Scalar) {}
    mutating func endOfString() {}

    private mutating func pass(_ introducer: String, _ sequence: [UInt8]) {
        bytes += Array(introducer.utf8) + sequence
    }
}

/// Modes that change what is drawn: insertion, line feeds; the screen's colours, origin, margins, the cursor, the other screen.
private let modes: Set<Int> = [4, 20]
private let privateModes: Set<Int> = [5, 6, 7, 12, 25, 47, 1_047, 1_048, 1_049]

private func isDrawing(_ sequence: [UInt8]) -> Bool {
    guard let final = sequence.last.map({ Character(Unicode.Scalar($0)) }) else { return false }
    let text = String(decoding: sequence.dropLast(), as: UTF8.self)
    switch text {
    case "!": return final == "p"
    case _ where text.hasSuffix(" "): return final == "q" && numbers(text.dropLast()) != nil
    case _ where text.hasPrefix("?"):
        guard let numbers = numbers(text.dropFirst()) else { return false }
        switch final {
        case "h", "l": return !numbers.isEmpty && privateModes.isSuperset(of: numbers)
        case "J", "K": return numbers.allSatisfy { $0 <= 2 }
        default: return false
        }
    default:
        guard let numbers = numbers(text[...]) else { return false }
        switch final {
        case "h", "l": return !numbers.isEmpty && modes.isSuperset(of: numbers)
        case "J": return numbers.allSatisfy { $0 <= 2 }
        case "T": return numbers.count <= 1
        case "s", "u": return text.isEmpty
        default: return "@ABCDEFGHIKLMPSXZ`abdefgmr".contains(final)
        }
    }
}

/// Parameters of at most four digits each; `nil` when anything else is there.
private func numbers(_ text: Substring) -> [Int]? {
    if text.isEmpty { return [] }
    var numbers: [Int] = []
    for part in text.split(omittingEmptySubsequences: false, whereSeparator: { ";:".contains($0) })
    {
        guard part.count <= 4, part.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        numbers.append(Int(part) ?? 0)
    }
    return numbers
}
