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

    /// The text's shape; `nil` when it has none.
    public static func of(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        var isPlain = true
        let shape = [UInt8](unsafeUninitializedCapacity: text.count + 1) { shape, count in
            shape[0] = mark
            count = 1
            isPlain = fill(shape, &count, with: text)
        }
        return isPlain ? shape : nil
    }

    /// A number's mark is no longer than the number: `shape` has room for all of it. False when the text has no shape.
    private static func fill(
        _ shape: UnsafeMutableBufferPointer<UInt8>, _ count: inout Int,
        with text: UnsafeRawBufferPointer
    ) -> Bool {
        var index = 0
        var before: UInt8 = 0x20
        while index < text.count {
            let byte = text[index]
            guard isPlain(byte, before) else { return false }
            guard isDigit(byte), !isWordPart(before) else {
                shape[count] = byte
                count += 1
                before = byte
                index += 1
                continue
            }
            var end = index
            while end < text.count, isDigit(text[end]) { end += 1 }
            if end - index <= digitsMax, end == text.count || !isWordPart(text[end]) {
                shape[count] = mark
                count += 1
            } else {
                for digit in text[index..<end] {
                    shape[count] = digit
                    count += 1
                }
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
