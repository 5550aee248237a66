import Foundation
import Shell
import TestKit

/// In a runner's place, to say to a gateway what no runner says. Every call waits for a minute at most.
final class FalseRunner {
    private let listening: Int32
    private var connection: Int32 = -1
    private var received: [UInt8] = []

    /// - Parameter path: where the gateway connects to; whoever listened there is gone.
    init(at path: String) throws {
        unlink(path)
        listening = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { place in
            place.copyBytes(from: path.utf8.prefix(place.count - 1))
        }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listening, $0, size) == 0 && listen(listening, 8) == 0
            }
        }
        guard isBound else { throw Failure("\(path): \(String(cString: strerror(errno)))") }
    }

    deinit {
        for file in [listening, connection] where file >= 0 { close(file) }
    }

    /// The next session's connection.
    func accept() throws {
        try wait(for: Int16(POLLIN), listening)
        connection = Foundation.accept(listening, nil, nil)
        guard connection >= 0 else { throw Failure(String(cString: strerror(errno))) }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
    }

    func send(_ type: FrameType, _ body: [UInt8]) throws { try write(frame(type, body)) }
    func send(_ body: some FrameBody) throws { try write(body.frame) }

    private func write(_ frame: [UInt8]) throws {
        var rest = frame[...]
        while !rest.isEmpty {
            try wait(for: Int16(POLLOUT), connection)
            let count = rest.withUnsafeBytes {
                Foundation.send(
                    connection, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure("send: \(String(cString: strerror(errno)))") }
            rest = rest.dropFirst(count)
        }
    }

    /// The gateway's next frame; `nil` when it has closed the connection.
    func next() throws -> (type: FrameType?, body: [UInt8])? {
        while true {
            if received.count >= 5 {
                let length = received[1..<5].reduce(0) { $0 << 8 | Int($1) }
                if received.count > length {
                    defer { received.removeFirst(length + 1) }
                    return (FrameType(rawValue: received[0]), Array(received[5..<length + 1]))
                }
            }
            try wait(for: Int16(POLLIN), connection)
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(connection, &bytes, bytes.count)
            guard count > 0 else { return nil }
            received += bytes[..<count]
        }
    }

    /// What the gateway says of a program, and whether it may run.
    func answer() throws -> ProgramAnswer? {
        while let (type, body) = try next() {
            guard type == .answer else { continue }
            return try body.withUnsafeBytes { try ProgramAnswer(body: $0) }
        }
        return nil
    }

    private func wait(for events: Int16, _ file: Int32) throws {
        var files = [pollfd(fd: file, events: events, revents: 0)]
        guard poll(&files, 1, 60_000) > 0 else { throw Failure("the gateway does not come") }
    }
}

extension ProgramStart {
    /// A program of Debian's, in the root directory.
    static func made(
        _ number: UInt64, _ path: String, words: [String] = [], environment: [[UInt8]] = []
    ) -> ProgramStart {
        ProgramStart(
            number: number, parent: 0, isMain: number == 1,
            executable: ProgramFile(path: Array(path.utf8), isVerified: true, mode: 0o755),
            arguments: [Array(path.utf8)] + words.map { Array($0.utf8) },
            environment: environment, directory: Array("/".utf8), userID: 1_000, groupID: 1_000)
    }
}
