/// Finds a body in the bytes behind its head, and copies nothing.
///
/// Drive it like this: give `next` the bytes that are not used up; after `data` the bytes up to the range's end are
/// used up, after `end` so many as it says, and then the next head follows. When the connection ends before `end`, the
/// body is whole only if `endsWithConnection`.
public struct BodyDecoder: Sendable {
    public enum Step: Equatable, Sendable {
        /// A piece of the body; what is before it is framing. Never empty.
        case data(Range<Int>)
        case needMore
        /// The body is over; so many bytes were framing.
        case end(Int)
        case refused(HTTPRefusal)
    }

    private enum State {
        case left(Int)
        case chunk(left: Int)
        /// Before a chunk's size; behind another chunk comes the end of its line first.
        case size(isFirst: Bool)
        case open
    }

    private var state: State

    public init(_ framing: BodyFraming) {
        state =
            switch framing {
            case .empty: .left(0)
            case .length(let count): .left(max(count, 0))
            case .chunked: .size(isFirst: true)
            case .untilClose, .upgraded: .open
            }
    }

    public var endsWithConnection: Bool {
        if case .open = state { true } else { false }
    }

    public mutating func next(in bytes: UnsafeRawBufferPointer) -> Step {
        switch state {
        case .left(0): return .end(0)
        case .left(let left):
            guard !bytes.isEmpty else { return .needMore }
            let count = min(left, bytes.count)
            state = .left(left - count)
            return .data(0..<count)
        case .chunk(let left): return data(in: bytes, from: 0, left)
        case .size(let isFirst):
            do throws(HTTPRefusal) {
                guard let line = try ChunkLine(bytes, isFirst: isFirst) else { return .needMore }
                guard line.isLast else { return data(in: bytes, from: line.byteCount, line.size) }
                state = .left(0)
                return .end(line.byteCount)
            } catch { return .refused(error) }
        case .open: return bytes.isEmpty ? .needMore : .data(0..<bytes.count)
        }
    }

    /// A chunk's bytes; without any of them its size is read again, which is short.
    private mutating func data(
        in bytes: UnsafeRawBufferPointer, from start: Int, _ left: Int
    ) -> Step {
        let count = min(left, bytes.count - start)
        guard count > 0 else { return .needMore }
        state = count == left ? .size(isFirst: false) : .chunk(left: left - count)
        return .data(start..<start + count)
    }
}

/// What stands between two chunks: the end of one, the size of the next, and behind the last one nothing more. No
/// extensions and no trailers (RFC 9112 section 7.1 lets a recipient ignore them: others might not).
private struct ChunkLine {
    private(set) var size = 0
    private(set) var byteCount = 0
    var isLast: Bool { size == 0 }

    /// `nil` when more bytes are needed.
    init?(_ bytes: UnsafeRawBufferPointer, isFirst: Bool) throws(HTTPRefusal) {
        if !isFirst {
            guard try readEnd(bytes, "a chunk is longer than its size") else { return nil }
        }
        guard try readSize(bytes), try readEnd(bytes, "the size of a chunk is no number") else {
            return nil
        }
        if isLast {
            guard try readEnd(bytes, "fields behind a body are not taken") else { return nil }
        }
    }

    private mutating func readSize(_ bytes: UnsafeRawBufferPointer) throws(HTTPRefusal) -> Bool {
        let start = byteCount
        while byteCount < bytes.count, let digit = bytes[byteCount].hexValue {
            guard byteCount - start < HTTPLimits.chunkDigitsMax else {
                throw .bad("the size of a chunk is too large")
            }
            size = size << 4 | Int(digit)
            byteCount += 1
        }
        guard byteCount < bytes.count else { return false }
        guard byteCount > start else { throw .bad("the size of a chunk is no number") }
        return true
    }

    private mutating func readEnd(
        _ bytes: UnsafeRawBufferPointer, _ problem: String
    ) throws(HTTPRefusal) -> Bool {
        for expected in [UInt8.cr, .lf] {
            guard byteCount < bytes.count else { return false }
            guard bytes[byteCount] == expected else { throw .bad(problem) }
            byteCount += 1
        }
        return true
    }
}
