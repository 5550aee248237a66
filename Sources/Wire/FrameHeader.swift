/// The first bytes of a frame that starts with a type byte and a length which counts itself.
///
/// Read before anything is allocated for the body, so that a limit can be applied to what was only announced.
public struct FrameHeader: Equatable {
    /// Type byte and length.
    public static let byteCount = 5

    public let type: UInt8
    /// The whole frame with its type byte: at least `byteCount`.
    public let frameBytes: Int

    public var bodyBytes: Int { frameBytes - Self.byteCount }

    public enum Reading: Equatable {
        case needMore
        case header(FrameHeader)
        /// The length is smaller than itself, or above `bytesMax`.
        case badLength(type: UInt8, length: Int)
    }

    /// Reads the header at `offset`. `bytesMax` caps what the length may announce, in bytes.
    public static func read(
        _ bytes: UnsafeRawBufferPointer, at offset: Int, bytesMax: Int
    ) -> Reading {
        var reader = ByteReader(bytes, from: offset)
        guard reader.remaining >= byteCount, let type = reader.uint8(), let raw = reader.int32()
        else { return .needMore }
        let length = Int(raw)
        guard length >= 4, length <= bytesMax else { return .badLength(type: type, length: length) }
        return .header(FrameHeader(type: type, frameBytes: length + 1))
    }
}
