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
    /// With a terminal: what is typed, each once what stands before it was seen behind the last.
    var typing: [(expected: String, typed: String)]?
    /// `true` lets it run.
    var decide: @Sendable (ProgramStart) -> Bool = { _ in true }
    /// A text in the output for which a program waits before it is answered, and what is typed when it begins to.
    var hold: @Sendable (ProgramStart) -> (until: String, typed: String)? = { _ in nil }
    /// Called with each event before it is acted on.
    var observe: @Sendable (Supervisor, SupervisionEvent) -> Void = { _, _ in }
    var change: @Sendable (inout SessionPlan) -> Void = { _ in }
    var options = SupervisorOptions()
    var watched: [String] = []

    init(_ words: String...) { self.words = words }

    struct Result: Sendable {
        /// Every program that was asked about, and those that were refused.
        var starts: [ProgramStart] = []
        var refused: [ProgramStart] = []
        var ends: [UInt64: ProgramEnd] = [:]
        var events: [SupervisionEvent] = []
        var output: [UInt8] = []
        var errors: [UInt8] = []

        /// How the session's first process ended: its programs replaced one another.
        var end: ProgramEnd? {
            let own = starts.filter { $0.isMain }
            return own.lazy.compactMap { ends[$0.number] }.first { $0 != .replaced }
        }
        var out: String { String(decoding: output, as: UTF8.self) }
        var err: String { String(decoding: errors, as: UTF8.self) }
        /// The files of what was asked, in order: a script's own.
        var paths: [String] { starts.map(\.shown) }
        var failure: SupervisionError? {
            for case .failed(_, let error) in events { return error }
            return nil
        }
    }

    /// An account without a name, which owns nothing.
    static let account = Account(name: "nobody-here", userID: 54_321, groupID: 54_321)

    /// So many at once: each is several processes, and a supervisor takes one of 64 counters of this process.
    private static let atOnce = DispatchSemaphore(value: 12)

    /// On a thread of its own, as a supervisor needs it.
    func run() async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                Self.atOnce.wait()
                defer { Self.atOnce.signal() }
                continuation.resume(with: Swift.Result { try runToEnd() })
            }
        }
    }

    /// The plan with streams, for a test that has a loop of its own.
    func plan(_ streams: Streams) -> SessionPlan {
        var plan = SessionPlan(
            account: Self.account, programs: [Array(words[0].utf8)],
            arguments: words.map { Array($0.utf8) },
            environment: environment.map { Array($0.utf8) }, directory: Array(directory.utf8),
            streams: streams.session)
        change(&plan)
        return plan
    }

    private func runToEnd() throws -> Result {
        let supervisor = try Supervisor(options)
        let streams = try Streams(isTerminal: typing != nil)
        let session = try supervisor.start(plan(streams))
        supervisor.watch(session, paths: watched.map { Array($0.utf8) })
        streams.closeSessionSide()
        if typing == nil { streams.feed(input) }
        var script = (typing ?? [])[...]
        var result = Result()
        var held: [(start: ProgramStart, text: String)] = []
        var seen = 0
        let deadline = Date(timeIntervalSinceNow: 120)
        var isOver = false
        while !isOver || streams.isOpen {
            guard Date() < deadline else {
                supervisor.end(session)
                throw Failure("two minutes: \(result.paths) \(result.out) \(result.err)")
            }
            streams.wait(supervisor.descriptor, &result)
            let output = result.out
            if let next = script.first, let range = output.utf8Range(of: next.expected, from: seen)
            {
                seen = range
                script.removeFirst()
                streams.feed(next.typed)
            }
            while let event = supervisor.next() {
                observe(supervisor, event)
                result.events.append(event)
                switch event {
                case .starting(_, let start):
                    result.starts.append(start)
                    let wait = hold(start)
                    held.append((start, wait?.until ?? ""))
                    if let wait, !wait.typed.isEmpty { streams.feed(wait.typed) }
                case .ended(_, let program, let end): result.ends[program] = end
                case .over:
                    isOver = true
                    streams.endTerminal(&result)
                case .gone, .unreadable, .failed, .refusedFork: break
                }
            }
            for (start, text) in held where text.isEmpty || output.contains(text) {
                held.removeAll { $0.start.number == start.number }
                let runs = decide(start)
                if !runs { result.refused.append(start) }
                supervisor.answer(session, start.number, runs ? .run : .refuse)
            }
        }
        return result
    }
}

extension ProgramStart {
    var shown: String { String(decoding: (script ?? executable).path, as: UTF8.self) }
    var words: [String] { arguments.map { String(decoding: $0, as: UTF8.self) } }
}

extension String {
    /// Where `text` ends at or behind an offset of UTF-8 bytes.
    fileprivate func utf8Range(of text: String, from offset: Int) -> Int? {
        let bytes = Array(utf8)
        let wanted = Array(text.utf8)
        guard offset + wanted.count <= bytes.count else { return nil }
        for start in offset...(bytes.count - wanted.count)
        where bytes[start..<start + wanted.count].elementsEqual(wanted) {
            return start + wanted.count
        }
        return nil
    }
}
