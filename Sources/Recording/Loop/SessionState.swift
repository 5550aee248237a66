import Vocabulary

/// What a loop knows of one session's recording, and how far that is written.
final class SessionState {
    let opened: SessionOpened
    /// The session's number in this loop's spools.
    let handle: UInt32
    let openedMicroseconds: UInt64
    let usage: PrincipalUsage
    var statements = StatementTable()
    var rulings = RulingTable()
    var phase = Phase.open

    /// The next event's place.
    var sequence: UInt64 = 0
    /// Events for readers, bytes, and the place of the next event as the last commit left them.
    var events: UInt64 = 0
    var bytes = 0
    var committedSequence: UInt64 = 0
    var committedEvents: UInt64 = 0
    var committedBytes = 0
    /// Events that a failed commit cost, until that is recorded.
    var lost: UInt64 = 0
    /// The uncommitted batch says so already.
    var saysLost = false
    var isTouched = false

    enum Phase {
        case open
        /// Its closing is recorded, or owed to the next commit that works.
        case closed(reason: String, at: WallTime)
        /// Its opening could not be written: there is no recording.
        case dead
    }

    init(_ opened: SessionOpened, handle: UInt32, microseconds: UInt64, usage: PrincipalUsage) {
        self.opened = opened
        self.handle = handle
        openedMicroseconds = microseconds
        self.usage = usage
    }

    var isOpen: Bool { if case .open = phase { true } else { false } }

    /// With what is not committed yet.
    var bytesUsed: Int64 { usage.bytes + Int64(bytes - committedBytes) }

    func committed() {
        usage.add(Int64(bytes - committedBytes))
        committedSequence = sequence
        committedEvents = events
        committedBytes = bytes
        if saysLost { lost = 0 }
        saysLost = false
    }

    /// The commit failed: what was not written never happened, but its number is told.
    func rolledBack() {
        lost += events - committedEvents
        saysLost = false
        // A closing is not lost: it is tried again.
        if !isOpen, lost > 0 { lost -= 1 }
        sequence = committedSequence
        events = committedEvents
        bytes = committedBytes
        statements.forget()
        rulings.forget()
        if committedSequence == 0 { phase = .dead }
    }
}
