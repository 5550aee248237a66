import Foundation
import Supervision
import TestKit

/// The test's ends of a session's streams.
final class Streams {
    let session: SessionPlan.Streams
    private var ours: [Int32]
    private let theirs: [Int32]
    private let feeding: Int32
    private let isTerminal: Bool

    init(isTerminal: Bool) throws {
        self.isTerminal = isTerminal
        if isTerminal {
            let terminal = try SessionTerminal.open()
            session = .privateTerminal(terminal)
            ours = [terminal.master, -1]
            theirs = [terminal.slave, terminal.mount]
            feeding = terminal.master
        } else {
            let (input, output, error) = (try makePipe(), try makePipe(), try makePipe())
            session = .pipes(input: input.read, output: output.write, error: error.write)
            ours = [output.read, error.read]
            theirs = [input.read, output.write, error.write]
            feeding = input.write
        }
    }

    var isOpen: Bool { ours.contains { $0 >= 0 } }

    func closeSessionSide() { theirs.forEach { close($0) } }

    /// Writes on a thread of its own, as a pipe may be full; the end of the text is the end of a pipe.
    func feed(_ text: String) {
        signal(SIGPIPE, SIG_IGN)
        let (descriptor, isTerminal) = (feeding, isTerminal)
        Thread.detachNewThread {
            var bytes = Array(text.utf8)[...]
            while !bytes.isEmpty {
                let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                guard count > 0 || errno == EINTR else { break }
                bytes = bytes.dropFirst(max(count, 0))
            }
            if !isTerminal { close(descriptor) }
        }
    }

    /// Waits for output, or for the supervisor.
    func wait(_ supervisor: Int32, _ result: inout Supervised.Result) {
        var polled = ([supervisor] + ours).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        guard poll(&polled, nfds_t(polled.count), 1_000) > 0 else { return }
        for index in ours.indices where polled[index + 1].revents != 0 { take(index, &result) }
    }

    private func take(_ index: Int, _ result: inout Supervised.Result) {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(ours[index], &bytes, bytes.count)
        if count > 0 {
            if index == 0 {
                result.output += bytes[..<count]
            } else {
                result.errors += bytes[..<count]
            }
        } else if count == 0 || errno != EINTR {
            close(ours[index])
            ours[index] = -1
        }
    }

    /// No process has the terminal any more: what is left is read until its end.
    func endTerminal(_ result: inout Supervised.Result) {
        guard isTerminal else { return }
        while ours[0] >= 0 { take(0, &result) }
    }
}

private func makePipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Failure("pipe: \(errno)") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
}
