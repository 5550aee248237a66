import ControlClient
import Foundation
import Shell
import Vocabulary
import Wire

/// A session's bytes between this process's standard streams and the gateway, until the session ends.
final class ShellExchange {
    private let link: FrameLink
    private let isTerminal: Bool
    private let saysJSON: Bool
    private var inputIsOpen = true
    /// Input that the program has not taken yet.
    private var onTheWay = 0
    private var status: Int32?
    /// Something was held that nobody waits for here.
    private var mustComeAgain = false
    /// That ended the session's own program; `nil` while it runs, and where it exited.
    private(set) var signal: Int32?

    init(link: FrameLink, isTerminal: Bool, saysJSON: Bool) {
        self.link = link
        self.isTerminal = isTerminal
        self.saysJSON = saysJSON
    }

    /// Returns the exit status. Throws `OutputLost` when nobody reads the programs' output any more.
    func run() throws -> Int32 {
        let raw = isTerminal ? PassingTerminal() : nil
        defer { raw?.restore() }
        let signals = SignalPipe(
            isTerminal ? [SIGWINCH, SIGTERM, SIGHUP] : [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
        Glibc.signal(SIGPIPE, SIG_IGN)
        while status == nil {
            try link.flush()
            var files = [
                pollfd(
                    fd: link.descriptor,
                    events: Int16(POLLIN) | (link.pendingBytes > 0 ? Int16(POLLOUT) : 0), revents: 0
                ),
                pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: mayRead ? STDIN_FILENO : -1, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&files, nfds_t(files.count), -1) >= 0 else { continue }
            if files[1].revents != 0 { for number in signals.take() { signalled(number) } }
            if files[0].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 { try readLink() }
            if files[2].revents != 0, status == nil { try readInput() }
        }
        return mustComeAgain ? ExitStatus.refused : status ?? 255
    }

    private var mayRead: Bool {
        inputIsOpen && onTheWay + ShellLimits.dataBytesMax <= ShellLimits.inputWindowBytes
            && link.pendingBytes < ShellLimits.inputWindowBytes
    }

    private func readInput() throws {
        let count: Int
        do {
            guard
                let taken = try link.send(
                    .input, from: STDIN_FILENO, most: 16 << 10, mayBlock: true)
            else { return }
            count = taken
        } catch {
            // A terminal that is gone has no more either.
            count = 0
        }
        onTheWay += count
        guard count == 0 else { return }
        inputIsOpen = false
        link.send(.inputEnd)
    }

    private func signalled(_ number: Int32) {
        if number == SIGWINCH {
            if let size = Terminal.size { link.send(size) }
            return
        }
        var writer = BodyWriter()
        writer.int32(number)
        link.send(.signal, writer.bytes)
    }

    // MARK: From the gateway

    private func readLink() throws {
        do {
            try link.receive()
        } catch {
            throw ControlClientError.unreachable("\(error)")
        }
        while status == nil, try link.next({ type, body in try took(type, body) }) {}
        if status == nil, link.isAtEnd {
            throw ControlClientError.unreachable("the connection ended before the session did")
        }
    }

    private func took(_ type: FrameType, _ body: UnsafeRawBufferPointer) throws {
        switch type {
        case .terminal, .output: try writeAll(STDOUT_FILENO, body)
        case .error: try writeAll(STDERR_FILENO, body)
        case .taken:
            var reader = BodyReader(body)
            onTheWay = max(0, onTheWay - Int(try reader.uint32()))
        case .opened: break
        case .notice: try say(try ShellNotice(body: body))
        case .ended:
            let end = try ShellEnd(body: body)
            if case .cut(let why) = end {
                try say(ShellNotice(.information, message: "the session was ended: \(why)"))
            }
            if case .signalled(let number) = end { signal = number }
            status = end.exitStatus
        case .refused:
            let refusal = try ShellRefusal(body: body)
            try say(ShellNotice(.refused, message: refusal.message, hint: refusal.hint))
            status = refusal.exitStatus
        default: throw ControlClientError.nonsense("a frame that a gateway does not send")
        }
    }

    private func say(_ notice: ShellNotice) throws {
        if notice.kind == .comeAgain { mustComeAgain = true }
        // A raw terminal does not return to the line's beginning by itself.
        let (start, end) = isTerminal ? ("\r", "\r\n") : ("", "\n")
        for line in saysJSON ? [notice.json] : notice.lines.map({ "sallyport: \($0)" }) {
            try Array((start + line + end).utf8).withUnsafeBytes {
                try writeAll(STDERR_FILENO, $0)
            }
        }
    }
}

extension ShellRefusal {
    var complaint: Complaint {
        Complaint(exitStatus, visible(message) + (hint.map { "\n\(visible($0))" } ?? ""))
    }

    /// The contract of every command.
    fileprivate var exitStatus: Int32 {
        switch kind {
        case .notAuthenticated, .unavailable: ExitStatus.unreachable
        case .noTarget: ExitStatus.notFound
        case .malformed: ExitStatus.refused
        }
    }
}

extension ShellNotice {
    /// As people read it.
    var lines: [String] {
        let shown = program.isEmpty ? "" : " `\(visible(String(program.prefix(200))))`"
        let said = visible(message)
        let first =
            switch kind {
            case .held: "holds\(shown): \(hold.map { visible($0) } ?? ""): \(said)"
            case .comeAgain:
                "holds\(shown), and does not wait: \(hold.map { visible($0) } ?? ""): \(said)"
            case .released: "lets go\(shown): \(said)"
            case .refused: (shown.isEmpty ? "" : "does not run\(shown): ") + said
            case .information: said
            }
        return [first] + (hint.map { ["  \(visible($0))"] } ?? [])
    }

    /// As programs read it, and a terminal may show it.
    var json: String {
        let value: JSONValue = .object(
            [
                "event": .text(kind.word), "program": .text(program), "message": .text(message),
                "hold": hold.map { .text($0) } ?? .null, "hint": hint.map { .text($0) } ?? .null,
                "waits": .bool(kind == .held),
            ])
        return visibleJSON(String(decoding: value.canonical, as: UTF8.self))
    }
}

extension ShellNotice.Kind {
    fileprivate var word: String {
        switch self {
        case .held, .comeAgain: "held"
        case .released: "released"
        case .refused: "refused"
        case .information: "information"
        }
    }
}

/// The terminal passes every byte on as it is typed, until it is restored.
private struct PassingTerminal {
    private var saved = termios()

    init?() {
        guard tcgetattr(STDIN_FILENO, &saved) == 0 else { return nil }
        var raw = saved
        cfmakeraw(&raw)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
    }

    func restore() {
        var saved = saved
        tcsetattr(STDIN_FILENO, TCSADRAIN, &saved)
    }
}

/// Signals of this process as bytes of a pipe: the other threads of the process may take them.
private struct SignalPipe {
    let descriptor: Int32

    init(_ numbers: [Int32]) {
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        descriptor = ends[0]
        signalPipeEnd = ends[1]
        for number in numbers {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                var byte = UInt8(truncatingIfNeeded: number)
                let code = errno
                write(signalPipeEnd, &byte, 1)
                errno = code
            }
            sigaction(number, &action, nil)
        }
    }

    func take() -> [Int32] {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 0 ? bytes[..<count].map { Int32($0) } : []
    }
}

/// Written once, before the handlers are there that read it.
private nonisolated(unsafe) var signalPipeEnd: Int32 = -1
