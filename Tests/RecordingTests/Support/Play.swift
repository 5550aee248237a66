import Cryptography
import TestKit
import Testing
import Vocabulary

@testable import Recording

/// A random but repeatable life of some sessions on two loops, and what must be found of it afterwards.
final class Play {
    final class Part {
        let session: SessionID
        let recording: SessionRecording
        let loop: Int
        var isBegun = false
        var isClosed = false
        var isDead = false
        /// Actions whose commit returned; whose commit failed or never came.
        var committed: [UInt64] = []
        var pending: [UInt64] = []
        /// Events that a failed commit cost.
        var pendingEvents: UInt64 = 0
        var dropped: UInt64 = 0
        var attempted: [UInt64] = []

        init(_ recording: SessionRecording, loop: Int) {
            session = recording.session
            self.recording = recording
            self.loop = loop
        }
    }

    private var random: SeededRandom
    private let recorder: Recorder
    private var loops: [LoopRecorder]
    private(set) var parts: [Part] = []
    private var number: UInt64 = 0

    init(_ recorder: Recorder, seed: UInt64) throws {
        self.recorder = recorder
        random = SeededRandom(seed: seed)
        loops = [try recorder.makeLoopRecorder(), try recorder.makeLoopRecorder()]
    }

    /// So many steps; ends early when `isOver` says so.
    func run(_ steps: Int, until isOver: () -> Bool = { false }) async throws {
        for _ in 0..<steps where !isOver() { try await step() }
    }

    private func step() async throws {
        switch random.below(20) {
        case 0, 1: try begin()
        case 2...8: act()
        case 9, 10: finish()
        case 11: refuse()
        case 12: close()
        case 13, 14: try? await recorder.settle()
        default: commit(Int(random.below(2)))
        }
    }

    private func begin() throws {
        guard parts.count < 12 else { return }
        let loop = Int(random.below(2))
        let opened = try opening("ses_\(parts.count)")
        guard let recording = try? loops[loop].begin(opened) else { return }
        let part = Part(recording, loop: loop)
        part.pendingEvents = 1
        parts.append(part)
    }

    private var someone: Part? {
        let open = parts.filter { !$0.isClosed && !$0.isDead }
        return open.isEmpty ? nil : open[Int(random.below(UInt64(open.count)))]
    }

    private func act() {
        guard let part = someone else { return }
        number += 1
        let text =
            "SELECT \(random.below(4))" + String(repeating: "x", count: Int(random.below(60)))
        let event = action(number, text, hold: random.below(9) == 0 ? "hld_\(number)" : nil)
        guard (try? part.recording.action(event)) != nil else { return }
        part.pending.append(number)
        part.attempted.append(number)
        part.pendingEvents += 1
    }

    private func finish() {
        guard let part = someone else { return }
        let event = OutcomeEvent(
            number: number, tag: "SELECT 1", rows: 1, bytes: 9, microseconds: 3)
        if (try? part.recording.outcome(event)) != nil { part.pendingEvents += 1 }
    }

    private func refuse() {
        guard let part = someone else { return }
        let event = RefusalEvent(
            statement: Array("DROP".utf8), verdict: .deny, rules: [], sqlstate: "42501",
            message: "no")
        if (try? part.recording.refused(event)) != nil { part.pendingEvents += 1 }
    }

    private func close() {
        guard let part = someone else { return }
        close(part)
    }

    private func close(_ part: Part) {
        part.isClosed =
            (try? part.recording.close(reason: "left", at: WallTime(milliseconds: 5_000))) != nil
    }

    private func commit(_ loop: Int) {
        let isWritten = (try? loops[loop].commit()) != nil
        for part in parts where part.loop == loop {
            if isWritten {
                // A receipt for each, in order, and no more.
                for number in part.pending { part.committed.append(number) }
                if part.pendingEvents > 0 { part.isBegun = true }
            } else {
                part.dropped += part.pendingEvents
                if !part.isBegun, part.pendingEvents > 0 { part.isDead = true }
            }
            part.pending = []
            part.pendingEvents = 0
        }
    }

    /// Closes everyone and commits: what an orderly stop does.
    func end() async throws {
        for part in parts where !part.isClosed && !part.isDead { close(part) }
        // Closings that a failure kept back go with the next commit, and filing takes up where it failed.
        for loop in [0, 1, 0, 1] { commit(loop) }
        if (try? await recorder.settle()) == nil { try? await recorder.settle() }
    }
}
