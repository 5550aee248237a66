import Holds

extension FuzzTarget {
    /// A bound value as an approver is shown it: the type's OID, then the value's bytes.
    static let binaryValues = FuzzTarget("binary-values") { bytes in
        var input = Input(bytes)
        let type = input.bytes(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let value = Array(input.rest)
        let text = BinaryValue(value, type).text
        try require(text == BinaryValue(value, type).text, "the same value reads differently")
        // No value of a few bytes may fill an approver's memory or screen.
        let count = text?.utf8.count ?? 0
        try require(
            count <= 512 + 32 * value.count,
            "\(value.count) bytes of type \(type) are shown as \(count)")
        _ = BinaryValue.name(type)
        return text != nil
    }
}
