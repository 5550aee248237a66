import Glibc
import NIOCore
import Shell
import Wire

/// The signal by which a client gives up a session that has not begun, if it is among its frames; `nil` for none. On a
/// terminal the keys that make signals do it too.
func abandonment(in frames: ByteBuffer, isTerminal: Bool) -> Int32? {
    frames.withUnsafeReadableBytes { bytes in
        var place = 0
        while case .header(let header) = FrameHeader.read(bytes, at: place, bytesMax: bytes.count),
            place + header.frameBytes <= bytes.count
        {
            let body = bytes[place + FrameHeader.byteCount..<place + header.frameBytes]
            place += header.frameBytes
            switch FrameType(rawValue: header.type) {
            case .signal:
                var reader = BodyReader(UnsafeRawBufferPointer(rebasing: body))
                let deadly = [SIGHUP, SIGINT, SIGQUIT, SIGTERM]
                if let number = try? reader.int32(), deadly.contains(number) { return number }
            case .input where isTerminal:
                if body.contains(interruptKey) { return SIGINT }
                if body.contains(quitKey) { return SIGQUIT }
            default: break
            }
        }
        return nil
    }
}

/// `^C` and `^\`, as terminals have them at first.
private let interruptKey: UInt8 = 0x03
private let quitKey: UInt8 = 0x1C
