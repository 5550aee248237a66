import Holds
import NIOCore
import Policy
import Vocabulary

/// A session whose output waits while too much of what was recorded is not filed yet, so that many do not run into the
/// limit at which the recorder refuses everything.
protocol PacedSession: ClientSession {
    var turn: LoopTurn { get }
    var isEnded: Bool { get }
    /// What leaves only behind the turn's record.
    var awaitingRecord: [AwaitingAction] { get set }
    /// The recorder has too much to file.
    var waitsForFiling: Bool { get set }

    func setReading()
}

extension PacedSession {
    /// Behind the turn's record: false when something that waits for it has none, and so may not leave.
    func spendReceipts() -> Bool {
        for waiting in awaitingRecord {
            guard let receipt = turn.recorder.receipt(for: waiting.digest) else { return false }
            // It needs no more than its record where its release came from the ledger.
            guard let decision = waiting.decision else { continue }
            guard let release = Release(decision, recorded: receipt),
                release.digest == waiting.digest
            else { return false }
        }
        awaitingRecord.removeAll(keepingCapacity: true)
        return true
    }

    func paceRecording() {
        guard !waitsForFiling, turn.recorder.isBacklogged else { return }
        waitsForFiling = true
        setReading()
        lookForRoom()
    }

    private func lookForRoom() {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: .milliseconds(GatewayLimits.filingPauseMilliseconds)) {
            let session = bound.value
            guard !session.isEnded else { return }
            guard !session.turn.recorder.isBacklogged else { return session.lookForRoom() }
            session.waitsForFiling = false
            session.setReading()
        }
    }

    /// Runs `work` off the loop; then goes on with it on the loop, unless the session has ended meanwhile.
    func wait<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value,
        then: @escaping (Self, Result<Value, any Error>) -> Void,
        abandoned: (@Sendable (Value) async -> Void)? = nil
    ) {
        let next = NIOLoopBound((self, then), eventLoop: eventLoop)
        eventLoop.makeFutureWithTask(work).whenComplete { result in
            let (session, then) = next.value
            guard !session.isEnded else {
                if let abandoned, case .success(let value) = result {
                    session.services.background.start { await abandoned(value) }
                }
                return
            }
            then(session, result)
        }
    }
}

/// An action whose answer waits for its event to be written.
struct AwaitingAction {
    let digest: Digest
    /// Of a plain allow, whose release takes the record's receipt; `nil` where the ledger's has released it.
    let decision: Decision?
}
