/// One event's bytes in a batch or chunk: length, kind, microseconds, body.
struct EventFrame {
    let kind: EventKind
    let microseconds: UInt64
    /// From the length on.
    let bytes: UnsafeRawBufferPointer

    /// Where the event at `offset` ends; `nil` when it is no event or is cut off.
    init?(_ all: UnsafeRawBufferPointer, at offset: Int) {
        guard offset >= 0, all.count - offset >= SpoolLayout.eventHeaderBytes else { return nil }
        let length = Int(all.loadUnaligned(fromByteOffset: offset, as: UInt32.self).bigEndian)
        guard length >= SpoolLayout.eventHeaderBytes - 4, length <= Limits.eventBytesMax,
            all.count - offset - 4 >= length, let kind = EventKind(rawValue: all[offset + 4])
        else { return nil }
        self.kind = kind
        microseconds = all.loadUnaligned(fromByteOffset: offset + 5, as: UInt64.self).bigEndian
        bytes = UnsafeRawBufferPointer(rebasing: all[offset..<offset + 4 + length])
    }

    /// What stands behind kind and time.
    var body: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[SpoolLayout.eventHeaderBytes...])
    }
}
