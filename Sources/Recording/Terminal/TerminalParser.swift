/// What a terminal's output consists of. `TerminalParser` calls these in the output's order.
public protocol TerminalSink {
    /// ASCII letters, digits, signs and blanks.
    mutating func take(plain bytes: ArraySlice<UInt8>)
    /// A character beyond ASCII. Bytes that are no UTF-8 are U+FFFD.
    mutating func take(scalar: Unicode.Scalar)
    /// 0x00 to 0x1F but for ESC, and DEL.
    mutating func take(control: UInt8)
    /// What stands behind an ESC: intermediate bytes (0x20 to 0x2F) and the final one.
    mutating func take(escape: [UInt8])
    /// What stands behind CSI: parameters (0x30 to 0x3F), intermediate bytes, and the final one.
    mutating func take(controlSequence: [UInt8])
    /// A character within a string for the terminal itself (a title, the clipboard, a picture).
    mutating func take(quoted: Unicode.Scalar)
    /// Such a string has ended.
    mutating func endOfString()
}

/// Takes apart what was written to a terminal, however it was cut, after ECMA-48 and what terminals make of it: also
/// U+0080 to U+009F are controls. Keeps at most `Limits.sequenceBytesMax` of what is not whole.
public struct TerminalParser: Sendable {
    private enum State {
        case ground
        case escape
        case controlSequence
        /// With the byte that ends it besides ST: BEL, for an OSC.
        case string(bel: Bool)
        /// An ESC within a string: its end, or the end and a new sequence.
        case stringEscape
    }

    private var state = State.ground
    private var sequence: [UInt8] = []
    private var isTooLong = false
    private var character = PartialScalar()

    public init() {}

    public mutating func take<Sink: TerminalSink>(_ bytes: ArraySlice<UInt8>, _ sink: inout Sink) {
        var rest = bytes
        while let byte = rest.first {
            if case .ground = state, isPlain(byte), character.isEmpty {
                let end = rest.firstIndex { !isPlain($0) } ?? rest.endIndex
                sink.take(plain: rest[..<end])
                rest = rest[end...]
                continue
            }
            rest.removeFirst()
            take(byte, &sink)
        }
    }

    private mutating func take<Sink: TerminalSink>(_ byte: UInt8, _ sink: inout Sink) {
        switch state {
        case .ground, .string: characters(byte, &sink)
        case .escape: escape(byte, &sink)
        case .controlSequence: controlSequence(byte, &sink)
        case .stringEscape:
            sink.endOfString()
            if byte == UInt8(ascii: "\\") {
                state = .ground
            } else {
                begin(.escape)
                escape(byte, &sink)
            }
        }
    }

    private mutating func begin(_ next: State) {
        state = next
        sequence.removeAll(keepingCapacity: true)
        isTooLong = false
    }

    // MARK: Characters

    private mutating func characters<Sink: TerminalSink>(_ byte: UInt8, _ sink: inout Sink) {
        if byte < 0x80 {
            if character.isBroken() { scalar("\u{FFFD}", &sink) }
            if byte < 0x20 || byte == 0x7F {
                control(byte, &sink)
            } else {
                scalar(Unicode.Scalar(byte), &sink)
            }
            return
        }
        switch character.take(byte) {
        case .none: break
        case .some(let found):
            if found.isBrokenBefore { scalar("\u{FFFD}", &sink) }
            if let whole = found.scalar { scalar(whole, &sink) }
        }
    }

    private mutating func scalar<Sink: TerminalSink>(_ scalar: Unicode.Scalar, _ sink: inout Sink) {
        switch (scalar.value, state) {
        case (0x9B, .ground): begin(.controlSequence)
        case (0x9D, .ground): begin(.string(bel: true))
        case (0x90, .ground), (0x98, .ground), (0x9E, .ground), (0x9F, .ground):
            begin(.string(bel: false))
        case (0x9C, .string):
            state = .ground
            sink.endOfString()
        case (0x80...0x9F, _): break
        case (_, .string): sink.take(quoted: scalar)
        case (..<0x80, _): sink.take(plain: [UInt8(truncatingIfNeeded: scalar.value)])
        default: sink.take(scalar: scalar)
        }
    }

    private mutating func control<Sink: TerminalSink>(_ byte: UInt8, _ sink: inout Sink) {
        guard case .string(let bel) = state else {
            if byte == Control.esc { begin(.escape) } else { sink.take(control: byte) }
            return
        }
        switch byte {
        case Control.esc: state = .stringEscape
        case Control.bel where bel, Control.can, Control.sub:
            state = .ground
            sink.endOfString()
        case Control.lf, Control.cr: sink.take(quoted: "\n")
        default: break
        }
    }

    // MARK: Sequences

    private mutating func escape<Sink: TerminalSink>(_ byte: UInt8, _ sink: inout Sink) {
        switch byte {
        case ..<0x20: within(byte, &sink)
        case 0x20...0x2F: keep(byte)
        case 0x30...0x7E: endOfEscape(byte, &sink)
        case 0x7F: break
        default: leave(byte, &sink)
        }
    }

    private mutating func endOfEscape<Sink: TerminalSink>(_ byte: UInt8, _ sink: inout Sink) {
        if sequence.isEmpty, !isTooLong {
            switch Unicode.Scalar(byte) {
            case "[": return begin(.controlSequence)
            case "]": return begin(.string(bel: true))
            case "P", "X", "^", "_": return begin(.string(bel: false))
            default: break
            }
        }
        state = .ground
        if !isTooLong { sink.take(escape: sequence + [byte]) }
    }

    private mutating func controlSequence<Sink: TerminalSink>(_ byte: UInt8, _ sink: inout Sink) {
        switch byte {
        case ..<0x20: within(byte, &sink)
        case 0x20...0x3F: keep(byte)
        case 0x40...0x7E:
            state = .ground
            if !isTooLong { sink.take(controlSequence: sequence + [byte]) }
        case 0x7F: break
        default: leave(byte, &sink)
        }
    }

    /// A control within a sequence acts at once; three of them end it.
    private mutating func within<Sink: TerminalSink>(_ byte: UInt8, _ sink: inout Sink) {
        switch byte {
        case Control.esc: begin(.escape)
        case Control.can, Control.sub: state = .ground
        default: sink.take(control: byte)
        }
    }

    private mutating func keep(_ byte: UInt8) {
        if sequence.count < Limits.sequenceBytesMax {
            sequence.append(byte)
        } else {
            isTooLong = true
        }
    }

    private mutating func leave<Sink: TerminalSink>(_ byte: UInt8, _ sink: inout Sink) {
        state = .ground
        characters(byte, &sink)
    }
}

private func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F }

private enum Control {
    static let bel: UInt8 = 0x07
    static let lf: UInt8 = 0x0A
    static let cr: UInt8 = 0x0D
    static let can: UInt8 = 0x18
    static let sub: UInt8 = 0x1A
    static let esc: UInt8 = 0x1B
}

/// A character of several bytes that is not whole yet.
private struct PartialScalar {
    private var value: UInt32 = 0
    private var missing = 0
    /// What the next byte may be: narrower behind some first bytes, so that nothing is spelled in two ways.
    private var next: ClosedRange<UInt8> = 0x80...0xBF

    var isEmpty: Bool { missing == 0 }

    /// A character, or the ends of one that was none.
    struct Found {
        var isBrokenBefore = false
        var scalar: Unicode.Scalar?
    }

    /// Whether there was a beginning, which is forgotten.
    mutating func isBroken() -> Bool {
        defer { missing = 0 }
        return missing > 0
    }

    /// A byte above 0x7F; `nil` when more are needed.
    mutating func take(_ byte: UInt8) -> Found? {
        guard missing > 0 else { return begin(byte) }
        guard next.contains(byte) else {
            missing = 0
            var found = begin(byte) ?? Found()
            found.isBrokenBefore = true
            return found
        }
        value = value << 6 | UInt32(byte & 0x3F)
        missing -= 1
        next = 0x80...0xBF
        return missing > 0 ? nil : Found(scalar: Unicode.Scalar(value) ?? "\u{FFFD}")
    }

    private mutating func begin(_ byte: UInt8) -> Found? {
        next = 0x80...0xBF
        switch byte {
        case 0xC2...0xDF: (missing, value) = (1, UInt32(byte & 0x1F))
        case 0xE0...0xEF: (missing, value) = (2, UInt32(byte & 0x0F))
        case 0xF0...0xF4: (missing, value) = (3, UInt32(byte & 0x07))
        default: return Found(scalar: "\u{FFFD}")
        }
        switch byte {
        case 0xE0: next = 0xA0...0xBF
        case 0xED: next = 0x80...0x9F
        case 0xF0: next = 0x90...0xBF
        case 0xF4: next = 0x80...0x8F
        default: break
        }
        return nil
    }
}
