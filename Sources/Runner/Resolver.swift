import Glibc
import Synchronization

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

/// Looks a host's name up on a thread of its own: the runner's only thread never waits for anyone.
final class Resolver {
    enum Outcome: Sendable {
        case found([ResolvedAddress])
        case failed(String)
    }

    /// Readable when `outcome` is there.
    let descriptor: Int32
    private let question: Question

    init(host: String, port: Int) throws(RunnerError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system("pipe", errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        descriptor = ends[0]
        question = Question(host: host, port: port, answered: ends[1])
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(question).toOpaque()
        let code = pthread_create(&thread, nil, lookUp, argument)
        guard code == 0 else {
            Unmanaged<Question>.fromOpaque(argument).release()
            throw .system("pthread_create", code)
        }
        pthread_detach(thread)
    }

    deinit { close(descriptor) }

    var outcome: Outcome? { question.outcome.withLock { $0 } }

    /// What the thread knows; it lets go of it at its end.
    fileprivate final class Question: Sendable {
        let host: String
        let port: Int
        private let answered: Int32
        let outcome = Mutex<Outcome?>(nil)

        init(host: String, port: Int, answered: Int32) {
            self.host = host
            self.port = port
            self.answered = answered
        }

        deinit { close(answered) }

        func tell() {
            var byte: UInt8 = 1
            write(answered, &byte, 1)
        }
    }
}

/// The thread. Signals are blocked in it, as in the one that made it.
private func lookUp(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let question = Unmanaged<Resolver.Question>.fromOpaque(argument).takeRetainedValue()
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(question.host, String(question.port), &hints, &found)
    defer { if let found { freeaddrinfo(found) } }
    let outcome: Resolver.Outcome
    if code == 0 {
        let places = sequence(first: found, next: { $0?.pointee.ai_next }).prefix { $0 != nil }
        outcome = .found(places.compactMap { $0.map { ResolvedAddress($0.pointee) } })
    } else {
        outcome = .failed(String(cString: gai_strerror(code)))
    }
    question.outcome.withLock { $0 = outcome }
    question.tell()
    return nil
}
