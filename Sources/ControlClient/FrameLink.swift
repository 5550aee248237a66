import Glibc
import NIOCore
import Shell
import TLS
import Wire

/// A socket that carries frames, with TLS or without, for programs that wait with `poll` or `epoll` on one thread and never
/// block. Owns its descriptor.
public final class FrameLink {
    public enum Failure: Error, CustomStringConvertible {
        case system(String, Int32)
        case badFrame(String)

        public var description: String {
            switch self {
            case .system(let what, let code): "\(what): \(String(cString: strerror(code)))"
            case .badFrame(let what): "the peer sent \(what)"
            }
        }
    }

    public let descriptor: Int32
    private let tls: TLSConnection?
    /// False until TLS has shaken hands, which reading and flushing go on with.
    private var isEstablished: Bool
    private let frameBytesMax: Int
    private var socketBytes = ByteBuffer()
    /// Plaintext that came and is not used up.
    private var incoming = ByteBuffer()
    /// Plaintext that is not encrypted yet, or that leaves as it is.
    private var outgoing = ByteBuffer()
    /// Ciphertext that the socket has not taken.
    private var ciphertext = ByteBuffer()
    public private(set) var isAtEnd = false

    /// - Parameter descriptor: a socket that is connected, or on its way to be; is made non-blocking, and closed with the link.
    public init(descriptor: Int32, tls: TLSConnection? = nil, frameBytesMax: Int) {
        self.descriptor = descriptor
        self.tls = tls
        isEstablished = tls.map { $0.established != nil } ?? true
        self.frameBytesMax = frameBytesMax
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    deinit { close(descriptor) }

    /// Bytes that wait to leave.
    public var pendingBytes: Int { outgoing.readableBytes + ciphertext.readableBytes }

    /// Whether there is something for the socket to take.
    public var wantsWrite: Bool { isEstablished ? pendingBytes > 0 : ciphertext.readableBytes > 0 }

    // MARK: In

    /// Reads what is there, once. At the peer's end `isAtEnd` is true from then on.
    public func receive() throws {
        // What begins in the middle of a frame each time would otherwise be kept from its beginning.
        incoming.discardReadBytes()
        let count = tls == nil ? read(into: &incoming) : read(into: &socketBytes)
        if count == 0 { isAtEnd = true }
        if count < 0, errno != EAGAIN, errno != EINTR { throw Failure.system("read", errno) }
        guard let tls, count > 0 else { return }
        tls.receive(&socketBytes)
        guard try shakeHands(tls) else { return }
        if case .closed = try tls.decrypt(into: &incoming) { isAtEnd = true }
    }

    private func shakeHands(_ tls: TLSConnection) throws -> Bool {
        if !isEstablished { isEstablished = try tls.handshake() == .established }
        return isEstablished
    }

    private func read(into buffer: inout ByteBuffer) -> Int {
        var count = 0
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: ShellLimits.dataBytesMax) {
            bytes in
            count = Glibc.read(descriptor, bytes.baseAddress, bytes.count)
            return max(0, count)
        }
        return count
    }

    /// Hands the next whole frame to `body`, which must not keep the bytes; false when there is none.
    public func next(
        _ body: (FrameType, UnsafeRawBufferPointer) throws -> Void
    ) throws -> Bool {
        let header = incoming.withUnsafeReadableBytes {
            FrameHeader.read($0, at: 0, bytesMax: frameBytesMax)
        }
        switch header {
        case .needMore: return false
        case .badLength(_, let length):
            throw Failure.badFrame("a frame of \(length) bytes")
        case .header(let header):
            guard incoming.readableBytes >= header.frameBytes else { return false }
            guard let type = FrameType(rawValue: header.type) else {
                throw Failure.badFrame("a frame of unknown type \(header.type)")
            }
            // Moved on first: the caller may send, receive or close in `body`.
            let frame = incoming.readSlice(length: header.frameBytes) ?? ByteBuffer()
            try frame.withUnsafeReadableBytes { bytes in
                try body(type, UnsafeRawBufferPointer(rebasing: bytes[FrameHeader.byteCount...]))
            }
            if incoming.readableBytes == 0 { incoming.clear() }
            return true
        }
    }

    // MARK: Out

    /// Reads once from a file, to send what it gave as it is: bytes that were read, 0 at its end, `nil` when nothing is
    /// there now.
    public func sendUnframed(from file: Int32) throws -> Int? {
        var count = 0
        outgoing.writeWithUnsafeMutableBytes(minimumWritableBytes: ShellLimits.dataBytesMax) {
            bytes in
            count = Glibc.read(file, bytes.baseAddress, bytes.count)
            return max(0, count)
        }
        guard count < 0 else { return count }
        if errno == EAGAIN || errno == EINTR { return nil }
        throw Failure.system("read", errno)
    }

    public func send(_ type: FrameType, _ body: [UInt8] = []) {
        outgoing.writeBytes(frame(type, body))
    }

    /// Frames as they are.
    public func sendFrames(_ frames: [UInt8]) { outgoing.writeBytes(frames) }

    public func send(_ body: some FrameBody) { outgoing.writeBytes(body.frame) }

    /// Reads once from a file into a frame of this type: bytes that were read; 0 at its end; `nil` when nothing is there
    /// now. Throws for any other error than that.
    ///
    /// - Parameter mayBlock: the file is one that waits for what is not there: nothing is read behind the first bytes.
    public func send(
        _ type: FrameType, from file: Int32, most: Int = ShellLimits.dataBytesMax,
        mayBlock: Bool = false
    ) throws -> Int? {
        let start = outgoing.writerIndex
        outgoing.writeInteger(type.rawValue)
        outgoing.writeInteger(UInt32(0))
        var total = 0
        var end: Int? = nil
        var failure: Int32 = 0
        // A terminal gives 4 KiB at once: several of them make one frame.
        while total < most {
            let wanted = min(most - total, ShellLimits.dataBytesMax)
            var count = 0
            outgoing.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { bytes in
                count = Glibc.read(file, bytes.baseAddress, wanted)
                failure = errno
                return max(0, count)
            }
            if count > 0 {
                total += count
                if mayBlock || count < 4_095 { break }
                continue
            }
            if count == 0 { end = 0 }
            break
        }
        guard total > 0 else {
            outgoing.moveWriterIndex(to: start)
            if end == 0 { return 0 }
            if failure == EAGAIN || failure == EINTR { return nil }
            throw Failure.system("read", failure)
        }
        outgoing.setInteger(UInt32(total + 4), at: start + 1)
        return total
    }

    /// Writes as much as the socket takes now.
    public func flush() throws {
        if let tls, try shakeHands(tls), outgoing.readableBytes > 0 {
            try tls.encrypt(&outgoing)
            outgoing.clear()
        }
        if let tls, var fresh = tls.takeCiphertext() {
            if ciphertext.readableBytes == 0 {
                ciphertext = fresh
            } else {
                ciphertext.writeBuffer(&fresh)
            }
        }
        if tls == nil {
            try drain(&outgoing)
        } else {
            try drain(&ciphertext)
        }
    }

    private func drain(_ buffer: inout ByteBuffer) throws {
        while buffer.readableBytes > 0 {
            let count = buffer.withUnsafeReadableBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                buffer.moveReaderIndex(forwardBy: count)
            } else if errno == EAGAIN {
                if buffer.readerIndex > buffer.readableBytes { buffer.discardReadBytes() }
                return
            } else if errno != EINTR {
                throw Failure.system("write", errno)
            }
        }
        buffer.clear()
    }
}
