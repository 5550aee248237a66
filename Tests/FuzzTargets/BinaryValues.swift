import Holds

extension FuzzTarget {
    /// A bound value as an approver is shown it: the type's OID, then the value's bytes.
    static let binaryValues = FuzzTarget("binary-values") { bytes in
        var input = Input(bytes)
        let type = input.bytes(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let value = Array(input.rest)
        let text = BinaryValue(value, type).text
        try require(text == BinaryValue(value, type).text, "the same value reads differently")
        // A decimal number of 12 bytes may have 131,072 digits; no value of a few bytes may fill the memory.
        let count = text?.utf8.count ?? 0
        try require(count <= 1 << 20, "\(value.count) bytes of type \(type) are shown as \(count)")
        _ = BinaryValue.name(type)
    }
}
