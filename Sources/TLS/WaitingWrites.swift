import NIOCore

/// Plaintext that waits for the handshake to end, up to a limit.
struct WaitingWrites {
    private var writes = CircularBuffer<(bytes: ByteBuffer, promise: EventLoopPromise<Void>?)>(
        initialCapacity: 1)
    private var byteCount = 0

    /// False when that would be too much: then nothing was taken.
    mutating func append(_ bytes: ByteBuffer, _ promise: EventLoopPromise<Void>?) -> Bool {
        guard byteCount + bytes.readableBytes <= Limits.waitingWriteBytesMax else { return false }
        byteCount += bytes.readableBytes
        writes.append((bytes, promise))
        return true
    }

    mutating func popFirst() -> (bytes: ByteBuffer, promise: EventLoopPromise<Void>?)? {
        guard let first = writes.popFirst() else { return nil }
        byteCount -= first.bytes.readableBytes
        return first
    }

    func failAll(_ error: any Error) {
        for write in writes { write.promise?.fail(error) }
    }
}
