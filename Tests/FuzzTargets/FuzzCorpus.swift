import Foundation

/// A target's inputs that people wrote: files of the directory `Fuzzing/Corpus/TARGET`. A `*.bytes` file is a text
/// that `assemble` turns into bytes; any other file is the input itself.
public struct FuzzCorpus {
    public struct Seed: Sendable {
        public let name: String
        public let bytes: [UInt8]

        public func write(to directory: String) throws {
            let place = URL(fileURLWithPath: directory).appendingPathComponent(name)
            try Data(bytes).write(to: place)
        }
    }

    public let seeds: [Seed]

    public init(directory: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        seeds = try names.filter { !$0.hasPrefix(".") }.map { name in
            let place = URL(fileURLWithPath: directory).appendingPathComponent(name)
            let bytes = Array(try Data(contentsOf: place))
            guard name.hasSuffix(".bytes") else { return Seed(name: name, bytes: bytes) }
            guard let assembled = assemble(String(decoding: bytes, as: UTF8.self)) else {
                throw PropertyBroken(description: "\(directory)/\(name) cannot be assembled")
            }
            return Seed(name: name, bytes: assembled)
        }
    }
}

/// Bytes as people write them: words of hexadecimal digits, and `"text"` with the escapes `\n`, `\0`, `\\` and `\"`.
/// `{ }` is a length of four bytes that counts itself, `( )` one that does not, `< >` one of two bytes, each with the
/// bytes that it counts. `#` begins a comment. `nil` for what is none of it.
func assemble(_ text: String) -> [UInt8]? {
    var assembler = Assembler(rest: Array(text.utf8)[...])
    return assembler.bytes(until: nil)
}

private struct Assembler {
    var rest: ArraySlice<UInt8>

    mutating func bytes(until end: UInt8?) -> [UInt8]? {
        var bytes: [UInt8] = []
        while let next = rest.popFirst() {
            if next == end { return bytes }
            switch Unicode.Scalar(next) {
            case " ", "\n", "\t": continue
            case "#": rest = rest.drop { $0 != UInt8(ascii: "\n") }
            case "\"":
                guard let text = quoted() else { return nil }
                bytes += text
            case "{": guard append(to: &bytes, "}", 4, counting: 4) else { return nil }
            case "(": guard append(to: &bytes, ")", 4, counting: 0) else { return nil }
            case "<": guard append(to: &bytes, ">", 2, counting: 0) else { return nil }
            default:
                guard let high = digit(next), let low = rest.popFirst().flatMap(digit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            }
        }
        return end == nil ? bytes : nil
    }

    private mutating func append(
        to bytes: inout [UInt8], _ end: Unicode.Scalar, _ width: Int, counting itself: Int
    ) -> Bool {
        guard let inner = self.bytes(until: UInt8(ascii: end)) else { return false }
        let count = UInt64(inner.count + itself)
        for place in 0..<width {
            bytes.append(UInt8(truncatingIfNeeded: count >> (8 * UInt64(width - 1 - place))))
        }
        bytes += inner
        return true
    }

    private mutating func quoted() -> [UInt8]? {
        var text: [UInt8] = []
        while let next = rest.popFirst() {
            switch Unicode.Scalar(next) {
            case "\"": return text
            case "\\":
                switch rest.popFirst().map({ Unicode.Scalar($0) }) {
                case "n": text.append(0x0A)
                case "0": text.append(0)
                case "\\": text.append(UInt8(ascii: "\\"))
                case "\"": text.append(UInt8(ascii: "\""))
                default: return nil
                }
            default: text.append(next)
            }
        }
        return nil
    }

    private func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
    }
}
