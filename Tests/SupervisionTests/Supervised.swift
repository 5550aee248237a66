import Foundation
import Shell
import Supervision
import TestKit

/// A session that a test runs to its end: what was asked, what was answered, what came out.
struct Supervised: Sendable {
    var words: [String]
    var environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/", "LC_ALL=C.UTF-8"]
    var directory = "/"
    var input = ""
    /// `true` lets it run.
    var decide: @Sendable (ProgramStart) -> Bool = { _ in true }
    /// Called with each event before it is acted on.
    var observe: @Sendable (Supervisor, SupervisionEvent) -> Void = { _, _ in }
    var change: @Sendable (inout SessionPlan) -> Void = { _ in }
    var options = SupervisorOptions()
    var watched: [String] = []
    /// With a terminal, `input` is typed once `prompt` was seen.
    var prompt: String?

    init(_ words: String...) { self.words = words }

    struct Result: Sendable {
        var starts: [ProgramStart] = []
        var refused: [ProgramStart] = []
        var ends: [UInt64: ProgramEnd] = [:]
        var events: [SupervisionEvent] = []
        var output: [UInt8] = []
        var errors: [UInt8] = []

        /// How the session's first process ended: its programs replaced one another.
        var end: ProgramEnd? {
            var program: UInt64 = 1
            while ends[program] == .replaced {
                guard let next = starts.first(where: { $0.parent == program && $0.processID == 2 })
                else { return .replaced }
                program = next.number
            }
            return ends[program]
        }
        var out: String { String(decoding: output, as: UTF8.self) }
        var err: String { String(decoding: errors, as: UTF8.self) }
        /// The paths of what was asked, in order.
        var paths: [String] { starts.map(\.shown) }
        var failure: SupervisionError? {
            for case .failed(_, let error) in events { return error }
            return nil
        }
    }

    /// An account without a name, which owns nothing.
    static let account = Account(name: "nobody-here", userID: 54_321, groupID: 54_321)

    /// On a thread of its own, as a supervisor needs it.
    func run() async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Swift.Result { try runToEnd() })
            }
        }
    }

    private func runToEnd() throws -> Result {
        let supervisor = try Supervisor(options)
        let streams = try Streams(isTerminal: prompt != nil)
        var plan = SessionPlan(
            account: Self.account, program: Array(words[0].utf8),
            arguments: words.map { Array($0.utf8) },
            environment: environment.map { Array($0.utf8) },
            directory: Array(directory.utf8), streams: streams.session)
        plan.hasPrivateTemporary = false
        change(&plan)
        let session = try supervisor.start(plan)
        supervisor.watch(session, paths: watched.map { Array($0.utf8) })
        streams.closeSessionSide()
        if prompt == nil { streams.feed(input) }
        var result = Result()
        let deadline = Date(timeIntervalSinceNow: 120)
        var isOver = false
        var hasTyped = prompt == nil
        while !isOver || streams.isOpen {
            guard Date() < deadline else {
                supervisor.end(session)
                throw Failure("two minutes: \(result.paths) \(result.out) \(result.err)")
            }
            streams.wait(supervisor.descriptor, &result)
            if let prompt, !hasTyped, result.out.contains(prompt) {
                hasTyped = true
                streams.feed(input)
            }
            while let event = supervisor.next() {
                observe(supervisor, event)
                result.events.append(event)
                switch event {
                case .starting(let session, let start):
                    let runs = decide(start)
                    if runs { result.starts.append(start) } else { result.refused.append(start) }
                    supervisor.answer(session, start.number, runs ? .run : .refuse)
                case .ended(_, let program, let end): result.ends[program] = end
                case .over:
                    isOver = true
                    if prompt != nil { streams.endTerminal(&result) }
                case .gone, .unreadable, .failed, .refusedFork: break
                }
            }
        }
        return result
    }
}

extension ProgramStart {
    var shown: String { String(decoding: (script ?? executable).path, as: UTF8.self) }
    var words: [String] { arguments.map { String(decoding: $0, as: UTF8.self) } }
}

/// The test's ends of a session's streams.
private final class Streams {
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
            var ends: [[Int32]] = []
            for _ in 0..<3 {
                var pair: [Int32] = [-1, -1]
                guard pipe(&pair) == 0 else { throw Failure("pipe: \(errno)") }
                for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
                ends.append(pair)
            }
            session = .pipes(input: ends[0][0], output: ends[1][1], error: ends[2][1])
            ours = [ends[1][0], ends[2][0]]
            theirs = [ends[0][0], ends[1][1], ends[2][1]]
            feeding = ends[0][1]
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

    /// No process has the terminal: what is left is read until its end.
    func endTerminal(_ result: inout Supervised.Result) {
        while ours[0] >= 0 { take(0, &result) }
    }
}
