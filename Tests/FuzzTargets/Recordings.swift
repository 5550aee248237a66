import Cryptography
import Recording
import Vocabulary

extension FuzzTarget {
    /// A recording's file. The first byte says which: with bit 0 the input is the file; without it, it is the events of
    /// chunks (`<...>` each), which are put into a file whose hash chain is right.
    static let recording = FuzzTarget("recording", bytesMax: 8192) { bytes in
        var input = Input(bytes)
        let mode = input.byte()
        let file = mode & 1 == 1 ? Array(input.rest) : framed(&input, gap: mode >> 1 & 1)
        guard let end = try read(file, roots: []) else { return false }
        try require(end.bytes == Int64(file.count), "a file is read to \(end.bytes) and no further")
        let final = RecordingRoot(
            session: end.session, bytes: end.bytes, root: end.root, isFinal: true)
        try require(try read(file, roots: [final]) != nil, "a file does not have its own root")
        // Threat 26: with its root any change is seen.
        var changed = file
        changed[Int(fnv(bytes) % UInt64(file.count))] ^= 1 << UInt8(mode >> 2 & 7)
        try require(try read(changed, roots: [final]) == nil, "a changed recording reads as whole")
        try require(
            try read(file + [0], roots: [final]) == nil, "a longer recording reads as whole")
        return true
    }
}

private struct End {
    let session: SessionID
    let bytes: Int64
    let root: Digest
    let isOrdered: Bool
}

/// `nil` when it is found to be damaged.
private func read(_ file: [UInt8], roots: [RecordingRoot]) throws -> End? {
    let end = try withMemoryFile(file) { try? readAll($0, roots) }
    try require(end?.isOrdered != false, "events are out of order")
    return end
}

private func readAll(_ path: String, _ roots: [RecordingRoot]) throws(RecordingError) -> End {
    var reader = try RecordingReader(path: path, roots: roots)
    var last: UInt64?
    var isOrdered = true
    while let event = try reader.next() {
        if let last, event.sequence <= last { isOrdered = false }
        last = event.sequence
    }
    return End(
        session: reader.session, bytes: reader.bytes, root: reader.root, isOrdered: isOrdered)
}

/// A header, and each piece as a chunk: its events counted by their lengths.
private func framed(_ input: inout Input, gap: UInt8) -> [UInt8] {
    var file = Array("SPREC001".utf8) + number(7, bytes: 4) + Array("ses_one".utf8)
    var root = SHA256.hash(file)
    var next: UInt64 = 0
    while !input.isAtEnd {
        let events = input.counted()
        let count = max(1, eventCount(events))
        let header =
            Array("CHNK".utf8) + number(UInt64(events.count), bytes: 4) + number(next, bytes: 8)
            + number(UInt64(count), bytes: 4)
        root = SHA256.hash(root.bytes + header + events)
        file += header + events + root.bytes
        next += UInt64(count) + UInt64(gap)
    }
    return file
}

private func eventCount(_ bytes: [UInt8]) -> Int {
    var rest = bytes[...]
    var count = 0
    while rest.count >= 4 {
        let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(4 + length)
        count += 1
    }
    return count
}

private func number(_ value: UInt64, bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64(bytes - 1 - $0))) }
}
