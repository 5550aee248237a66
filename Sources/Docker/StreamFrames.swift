/// Splits the stream of a container without a terminal into what it wrote and where: pieces behind eight bytes each, the
/// stream's number, three zeros and the piece's length in four, the largest first (Engine API, attach).
///
/// Drive it like this: give `next` the bytes that are not used up; it says how many of them are.
public struct StreamFrames: Sendable {
    public enum Stream: UInt8, Sendable {
        case input = 0
        case output = 1
        case error = 2
        /// The engine's own words, of what went wrong.
        case system = 3
    }

    public enum Step: Equatable, Sendable {
        /// So many bytes are used up, and nothing comes of them.
        case needMore(Int)
        /// Everything up to the range's end is used up. Never empty.
        case data(Stream, Range<Int>)
    }

    private var header: [UInt8] = []
    private var stream = Stream.output
    private var left: UInt32 = 0

    public init() {}

    /// A number that is no stream's stands for its errors: what is written somewhere is written down.
    public mutating func next(in bytes: UnsafeRawBufferPointer) -> Step {
        var place = 0
        while left == 0 {
            while header.count < Self.headerBytes {
                guard place < bytes.count else { return .needMore(place) }
                header.append(bytes[place])
                place += 1
            }
            stream = Stream(rawValue: header[0]) ?? .error
            left = header[4...].reduce(0) { $0 << 8 | UInt32($1) }
            header.removeAll(keepingCapacity: true)
        }
        guard place < bytes.count else { return .needMore(place) }
        let count = min(bytes.count - place, Int(left))
        left -= UInt32(count)
        return .data(stream, place..<place + count)
    }

    private static let headerBytes = 8
}
