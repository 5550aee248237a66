import Glibc
import TLS

/// An address of the gateway, as the system's calls have it.
struct ResolvedAddress: Sendable {
    private let family: Int32
    private let bytes: [UInt8]

    init(_ info: addrinfo) {
        family = info.ai_family
        bytes = Array(UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen)))
    }

    /// A socket that connects from here on, and does not block.
    func connect() throws(RunnerError) -> Int32 {
        let file = socket(
            family,
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
                | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard file >= 0 else { throw .system("socket", errno) }
        var on: Int32 = 1
        setsockopt(
            file, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        KeepAlive.turnOn(file)
        let result = bytes.withUnsafeBytes {
            Glibc.connect(
                file, $0.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
        }
        guard result == 0 || errno == EINPROGRESS else {
            let code = errno
            close(file)
            throw .system("connect", code)
        }
        return file
    }
}

/// What a host's name stands for. To be asked by an `Inquiry`.
enum Resolution: Sendable {
    case found([ResolvedAddress])
    case failed(String)

    /// Waits for name servers.
    static func of(host: String, port: Int) -> Resolution {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &found)
        defer { if let found { freeaddrinfo(found) } }
        guard code == 0 else { return .failed(String(cString: gai_strerror(code))) }
        let places = sequence(first: found, next: { $0?.pointee.ai_next }).prefix { $0 != nil }
        return .found(places.compactMap { $0.map { ResolvedAddress($0.pointee) } })
    }
}
