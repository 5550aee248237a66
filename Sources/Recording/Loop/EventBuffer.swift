import Vocabulary

/// Bytes that gather until they are written: integers are big-endian, texts and blobs stand behind a 32-bit length.
/// It keeps its memory, so that nothing is allocated once it has grown.
final class EventBuffer {
    /// Owned: allocated here, given back in `deinit` and where it is replaced.
    private var start: UnsafeMutableRawPointer
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int = 64 << 10) {
        self.capacity = capacity
        start = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { start.deallocate() }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    func append(_ byte: UInt8) {
        reserve(1)
        start.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    func append<Integer: FixedWidthInteger & BitwiseCopyable>(_ integer: Integer) {
        let size = MemoryLayout<Integer>.size
        reserve(size)
        start.storeBytes(of: integer.bigEndian, toByteOffset: count, as: Integer.self)
        count += size
    }

    func append(raw bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        reserve(bytes.count)
        (start + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    /// Overwrites what stands at `offset`, which was appended before.
    func replace<Integer: FixedWidthInteger & BitwiseCopyable>(
        at offset: Int, with integer: Integer
    ) {
        precondition(offset >= 0 && offset + MemoryLayout<Integer>.size <= count)
        start.storeBytes(of: integer.bigEndian, toByteOffset: offset, as: Integer.self)
    }

    /// Overwrites 32 bytes at `offset`, which were appended before.
    func overwrite(at offset: Int, with digest: Digest) {
        precondition(offset >= 0 && offset + Digest.byteCount <= count)
        let target = UnsafeMutableRawBufferPointer(start: start + offset, count: Digest.byteCount)
        withUnsafeBytes(of: digest) { target.copyMemory(from: $0) }
    }

    /// Forgets everything behind the first `count` bytes.
    func cut(to count: Int) {
        precondition(count >= 0 && count <= self.count)
        self.count = count
    }

    /// Starts anew; memory above `keeping` bytes is given back.
    func clear(keeping: Int = Limits.bufferKeptBytesMax) {
        count = 0
        guard capacity > keeping else { return }
        start.deallocate()
        capacity = min(64 << 10, keeping)
        start = .allocate(byteCount: capacity, alignment: 16)
    }

    private func reserve(_ extra: Int) {
        guard count + extra > capacity else { return }
        let larger = max(capacity * 2, count + extra)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        moved.copyMemory(from: start, byteCount: count)
        start.deallocate()
        start = moved
        capacity = larger
    }
}

extension EventBuffer {
    func append(blob bytes: [UInt8]) {
        append(UInt32(bytes.count))
        bytes.withUnsafeBytes { append(raw: $0) }
    }

    func append(blob bytes: ArraySlice<UInt8>) {
        append(UInt32(bytes.count))
        bytes.withUnsafeBytes { append(raw: $0) }
    }

    /// Cut to `Limits.textBytesMax`; a native string is copied as it lies.
    func append(text: String) {
        var text = text
        text.withUTF8 { bytes in
            let kept = UnsafeRawBufferPointer(bytes.prefix(Limits.textBytesMax).rebased)
            append(UInt32(kept.count))
            append(raw: kept)
        }
    }
}

extension Slice where Base == UnsafeBufferPointer<UInt8> {
    fileprivate var rebased: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: self) }
}
