import Foundation
import TestKit

/// In a container engine's place, to say to a gateway what no engine says. Every call waits for a minute at most.
final class FalseEngine: Sendable {
    /// Where the gateway connects to.
    let socket: String
    private let directory: ScratchDirectory
    private let listening: Int32

    init() throws {
        directory = try ScratchDirectory()
        socket = directory.file("engine.sock")
        listening = Foundation.socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { place in
            place.copyBytes(from: socket.utf8.prefix(place.count - 1))
        }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listening, $0, size) == 0 && listen(listening, 64) == 0
            }
        }
        guard isBound else { throw Failure("\(socket): \(String(cString: strerror(errno)))") }
    }

    deinit { close(listening) }

    /// The next connection: a session's first, or one in the place of that which has closed.
    func accept() throws -> Peer {
        try wait(for: Int16(POLLIN), listening)
        let connection = Foundation.accept(listening, nil, nil)
        guard connection >= 0 else { throw Failure(String(cString: strerror(errno))) }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        return Peer(connection)
    }

    /// One connection: the test reads what the gateway asks, and says what it likes.
    final class Peer {
        private var connection: Int32
        private var received: [UInt8] = []

        init(_ connection: Int32) { self.connection = connection }

        deinit { end() }

        func end() {
            if connection >= 0 { close(connection) }
            connection = -1
        }

        /// Says no more, and listens on.
        func endOutput() { shutdown(connection, Int32(SHUT_WR)) }

        /// As engines do to a connection on which nothing happens. Returns what was still sent on it once the gateway has
        /// closed its side, too.
        func closeIdle() throws -> String {
            endOutput()
            defer { end() }
            return try rest()
        }

        func send(_ text: String) throws { try send(Array(text.utf8)) }

        /// Throws when the gateway takes nothing. False once the gateway has closed the connection.
        @discardableResult
        func send(_ bytes: [UInt8]) throws -> Bool {
            var rest = bytes[...]
            while !rest.isEmpty {
                try wait(for: Int16(POLLOUT), connection)
                let count = rest.withUnsafeBytes {
                    Foundation.send(
                        connection, $0.baseAddress, $0.count,
                        Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }

        /// A whole response with a JSON body.
        func answer(_ status: Int = 200, _ body: String = "{}") throws {
            try send(
                "HTTP/1.1 \(status) Fine\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
        }

        /// The next request with its body; a chunked one is left unread.
        func request() throws -> FalseEngine.Request {
            let head = try take { bytes in
                bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound
            }
            var request = FalseEngine.Request(head: String(decoding: head, as: UTF8.self))
            if let length = request.length {
                request.body = String(
                    decoding: try take { $0.count < length ? nil : length }, as: UTF8.self)
            }
            return request
        }

        /// Reads everything up to and with `text`.
        func read(until text: String) throws -> String {
            String(
                decoding: try take { $0.firstRange(of: Array(text.utf8))?.upperBound },
                as: UTF8.self)
        }

        /// Everything until the gateway closes.
        func rest() throws -> String {
            while try receive() {}
            defer { received = [] }
            return String(decoding: received, as: UTF8.self)
        }

        private func take(_ end: ([UInt8]) -> Int?) throws -> [UInt8] {
            while true {
                if let end = end(received) {
                    defer { received.removeFirst(end) }
                    return Array(received[..<end])
                }
                guard try receive() else {
                    throw Failure("ended: \(String(decoding: received, as: UTF8.self))")
                }
            }
        }

        private func receive() throws -> Bool {
            try wait(for: Int16(POLLIN), connection)
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            let count = Foundation.read(connection, &bytes, bytes.count)
            guard count > 0 else { return false }
            received += bytes[..<count]
            return true
        }
    }

    struct Request: CustomStringConvertible {
        let head: String
        var body = ""

        /// `GET /v1.41/containers/web/json`.
        var line: String { String(head.prefix { $0 != "\r\n" }).replacing(" HTTP/1.1", with: "") }

        var length: Int? {
            head.components(separatedBy: "\r\n").first { $0.hasPrefix("Content-Length: ") }
                .flatMap { Int($0.dropFirst(16)) }
        }

        var description: String { head + body }
    }
}

private func wait(for events: Int16, _ descriptor: Int32) throws {
    var files = [pollfd(fd: descriptor, events: events, revents: 0)]
    guard poll(&files, 1, 60_000) > 0 else { throw Failure("nothing came in a minute") }
}
