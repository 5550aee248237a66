import Cryptography
import Vocabulary

/// A chunk that is not written yet: events that follow each other without a gap.
final class PendingChunk {
    let first: UInt64
    private(set) var count: UInt32 = 0
    /// The root before, the chunk's header, and its events: what the chunk's own root is the hash of.
    private let buffer = EventBuffer(capacity: 4 << 10)
    private static let eventsStart = Digest.byteCount + SessionLayout.chunkHeaderBytes
    private var isFinished = false

    init(first: UInt64) {
        self.first = first
        for _ in 0..<(Digest.byteCount / 8) { buffer.append(UInt64(0)) }
        buffer.append(SessionLayout.chunkMagic)
        buffer.append(UInt32(0))
        buffer.append(first)
        buffer.append(UInt32(0))
    }

    var next: UInt64 { first + UInt64(count) }
    var eventBytes: Int { buffer.count - Self.eventsStart }

    /// `event` with its length in front.
    func append(_ event: UnsafeRawBufferPointer) {
        precondition(!isFinished, "a chunk that was hashed grows no more")
        buffer.append(raw: event)
        count += 1
    }

    /// What is written to the file, and the root behind it. Calling it again gives the same.
    func finished(behind root: Digest) -> (bytes: UnsafeRawBufferPointer, root: Digest) {
        if !isFinished {
            isFinished = true
            buffer.replace(at: Digest.byteCount + 4, with: UInt32(eventBytes))
            buffer.replace(at: Digest.byteCount + 16, with: count)
            buffer.overwrite(at: 0, with: root)
            hashed = SHA256.hash(buffer.bytes)
            buffer.append(hashed)
        }
        return (UnsafeRawBufferPointer(rebasing: buffer.bytes[Digest.byteCount...]), hashed)
    }

    private var hashed = Digest { $0.initializeMemory(as: UInt8.self, repeating: 0) }
    var isClosedToMore: Bool { isFinished || eventBytes >= Limits.chunkBytes || count == .max }
}
