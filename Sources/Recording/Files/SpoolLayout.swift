/// The layout of a spool: a header, then batches of records.
enum SpoolLayout {
    /// `SPSPOOL1`
    static let magic: UInt64 = 0x5350_5350_4F4F_4C31
    /// `BTCH`
    static let batchMagic: UInt32 = 0x4254_4348
    /// Magic, ordinal of the spool before of the same loop (0: none), and that one's length.
    static let headerBytes = 24
    /// Magic, bytes of the records, the batch's number, checksum.
    static let batchHeaderBytes = 24
    /// Handle, sequence; then the event: bytes behind this length, kind, microseconds.
    static let recordHeaderBytes = 12
    static let eventHeaderBytes = 13

    /// Tells a batch that was written whole from one that was not. It protects from accidents, not from people: the
    /// hash chain of the session files does that.
    static func checksum(_ bytes: UnsafeRawBufferPointer, number: UInt64) -> UInt64 {
        var sum = number &* 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while offset + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).bigEndian
            sum = mix(sum ^ word)
            offset += 8
        }
        var last: UInt64 = 0
        while offset < bytes.count {
            last = last << 8 | UInt64(bytes[offset])
            offset += 1
        }
        return mix(mix(sum ^ last) ^ UInt64(bytes.count))
    }

    private static func mix(_ word: UInt64) -> UInt64 {
        let product = word &* 0xFF51_AFD7_ED55_8CCD
        return product ^ (product >> 32)
    }
}
