/// The shape of a plain text: the text with each of its whole numbers replaced. Texts of one shape parse to trees that differ
/// in those numbers only, so that what does not depend on them (`Inspection.readsConstants`) is true of all of them.
///
/// Only texts of plain words, numbers and operators have one: no quotes, comments, dollar signs, backslashes, or bytes that
/// are not ASCII, so that nothing can hide what a number is a part of.
public enum TextShape {
    /// Stands for a number. No text that the server takes has it.
    private static let mark: UInt8 = 0
    /// Numbers of more digits may be of another type (`scan.l`: what does not fit 32 bits is numeric).
    private static let digitsMax = 9

    /// Puts the shape into `shape`; false when the text has none.
    public static func of(_ text: UnsafeRawBufferPointer, into shape: inout [UInt8]) -> Bool {
        shape.removeAll(keepingCapacity: true)
        shape.append(mark)
        var index = 0
        var before: UInt8 = 0x20
        while index < text.count {
            let byte = text[index]
            guard isPlain(byte, before) else { return false }
            guard isDigit(byte), !isWordPart(before) else {
                shape.append(byte)
                before = byte
                index += 1
                continue
            }
            var end = index
            while end < text.count, isDigit(text[end]) { end += 1 }
            if end - index <= digitsMax, end == text.count || !isWordPart(text[end]) {
                shape.append(mark)
            } else {
                shape += text[index..<end]
            }
            before = text[end - 1]
            index = end
        }
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// A letter, a digit, `_` or `.`: a number beside it is no number by itself.
    private static func isWordPart(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x5F
            || byte == 0x2E
    }

    private static func isPlain(_ byte: UInt8, _ before: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0A, 0x0D, 0x28, 0x29, 0x2B, 0x2C, 0x3B, 0x3C, 0x3D, 0x3E: true
        // `--` and `/*` begin comments.
        case 0x2D: before != 0x2D
        case 0x2A: before != 0x2F
        case 0x2F: true
        default: isWordPart(byte)
        }
    }
}
