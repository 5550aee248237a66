import NIOCore
import Shell
import Wire

/// A client's first frame, read from what has come of it.
enum OpeningFrame<Body: FrameBody> {
    case needMore
    /// It is no frame, or another one: nobody answers.
    case foreign
    case malformed(BodyError)
    /// The frame's bytes are used up.
    case opening(Body)

    init(from received: inout ByteBuffer) {
        let header = received.withUnsafeReadableBytes {
            FrameHeader.read($0, at: 0, bytesMax: ShellLimits.openingBytesMax)
        }
        switch header {
        case .needMore: self = .needMore
        case .badLength: self = .foreign
        case .header(let header):
            guard header.type == Body.type.rawValue else {
                self = .foreign
                return
            }
            guard received.readableBytes >= header.frameBytes else {
                self = .needMore
                return
            }
            do throws(BodyError) {
                let body = try received.withUnsafeReadableBytes { bytes throws(BodyError) in
                    try Body(
                        body: UnsafeRawBufferPointer(
                            rebasing: bytes[FrameHeader.byteCount..<header.frameBytes]))
                }
                received.moveReaderIndex(forwardBy: header.frameBytes)
                self = .opening(body)
            } catch {
                self = .malformed(error)
            }
        }
    }
}
