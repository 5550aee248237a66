import Cryptography
import NIOCore
import Recording
import Vocabulary

/// A session that has a part in the turns of its loop.
protocol TurnMember: AnyObject {
    /// Kept for the turn.
    var isEnlisted: Bool { get set }
    /// The turn's events are written, or could not be.
    func turnEnded(_ failure: (any Error)?)
}

/// What is done once at the end of a turn of an event loop, for all its sessions together: one write(2) of
/// everything that was recorded, and then the bytes that waited for it leave. Confined to its loop.
final class LoopTurn {
    let recorder: LoopRecorder
    /// Of all sessions, and so never left half fed.
    private let hasher = SHA256Hasher()
    private let eventLoop: any EventLoop
    private var enlisted: [any TurnMember] = []
    private var served: [any TurnMember] = []
    private var isScheduled = false

    init(recorder: LoopRecorder, eventLoop: any EventLoop) {
        self.recorder = recorder
        self.eventLoop = eventLoop
    }

    /// The SHA-256 of what is judged.
    func digest(of bytes: UnsafeRawBufferPointer) -> Digest {
        hasher.update(bytes)
        return hasher.finish()
    }

    /// `session` has recorded something, or has bytes that wait for what it recorded.
    func enlist(_ session: any TurnMember) {
        guard !session.isEnlisted else { return }
        session.isEnlisted = true
        enlisted.append(session)
        schedule()
    }

    /// NIO runs tasks behind the sockets that were ready in the same turn: so all their sessions share one write.
    private func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        let turn = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.execute { turn.value.end() }
    }

    private func end() {
        isScheduled = false
        swap(&enlisted, &served)
        let failure = commit()
        for session in served {
            session.isEnlisted = false
            session.turnEnded(failure)
        }
        served.removeAll(keepingCapacity: true)
    }

    private func commit() -> (any Error)? {
        do {
            try recorder.commit()
            return nil
        } catch {
            return error
        }
    }
}
