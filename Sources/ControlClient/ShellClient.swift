import Glibc
import NIOCore
import Shell
import TLS

/// The client's end of a shell session: connects to the gateway, and is a link of frames from there on.
public enum ShellClient {
    /// Connects, proves the gateway, and sends the opening. Blocks for as long as that takes, which has a limit.
    ///
    /// Throws `ControlClientError.unreachable`.
    public static func connect(
        to address: GatewayAddress, caFile: String, opening: some FrameBody,
        applicationProtocol: String = ShellLimits.applicationProtocol
    ) throws -> FrameLink {
        let socket = try dial(address)
        do {
            let context = try TLSContext.client(
                trust: .verifyFull(caFile: caFile),
                applicationProtocols: [applicationProtocol])
            let tls = try TLSConnection(context, serverName: address.host)
            try handshake(tls, socket)
            let link = FrameLink(
                descriptor: socket, tls: tls, frameBytesMax: ShellLimits.frameBytesMax)
            link.send(opening)
            return link
        } catch {
            close(socket)
            throw ControlClientError.unreachable("\(error)")
        }
    }

    private static func dial(_ address: GatewayAddress) throws -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(address.host, String(address.port), &hints, &found)
        guard code == 0, let first = found else {
            throw ControlClientError.unreachable(String(cString: gai_strerror(code)))
        }
        defer { freeaddrinfo(first) }
        var last = ECONNREFUSED
        var next: UnsafeMutablePointer<addrinfo>? = first
        while let info = next?.pointee {
            next = info.ai_next
            let file = socket(
                info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), info.ai_protocol)
            guard file >= 0 else { continue }
            limit(file)
            if Glibc.connect(file, info.ai_addr, info.ai_addrlen) == 0 {
                var on: Int32 = 1
                setsockopt(
                    file, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
                KeepAlive.turnOn(file)
                return file
            }
            last = errno
            close(file)
        }
        throw ControlClientError.unreachable(systemReason(last))
    }

    /// No step until the session stands takes longer than this.
    private static func limit(_ file: Int32) {
        var time = timeval(tv_sec: Int(Limits.handshakeSecondsMax), tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(
                file, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// On a socket that still blocks.
    private static func handshake(_ tls: TLSConnection, _ socket: Int32) throws {
        while true {
            let progress = try tls.handshake()
            if let out = tls.takeCiphertext() { try send(out, socket) }
            if case .established = progress { return }
            var buffer = ByteBuffer()
            var count = 0
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 16 << 10) { bytes in
                count = read(socket, bytes.baseAddress, bytes.count)
                return max(0, count)
            }
            guard count > 0 else {
                throw ControlClientError.unreachable("the connection ended in the TLS handshake")
            }
            tls.receive(&buffer)
        }
    }

    private static func send(_ buffer: ByteBuffer, _ socket: Int32) throws {
        var buffer = buffer
        while buffer.readableBytes > 0 {
            let count = buffer.withUnsafeReadableBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else {
                throw ControlClientError.unreachable(systemReason(errno))
            }
            buffer.moveReaderIndex(forwardBy: count)
        }
    }
}
