/// What is written around a piece of a chunked body.
public struct Chunk: Equatable, Sendable {
    public let before: [UInt8]
    public let after: [UInt8]

    /// Around so many bytes; around none nothing, since an empty chunk is the body's end.
    public init(byteCount: Int) {
        before = byteCount > 0 ? Array((String(byteCount, radix: 16) + "\r\n").utf8) : []
        after = byteCount > 0 ? [.cr, .lf] : []
    }

    /// The body's end.
    public static let last = Array("0\r\n\r\n".utf8)
}
