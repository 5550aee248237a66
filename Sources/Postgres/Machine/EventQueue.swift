/// Events that the caller has not taken yet. Its storage is reused.
struct EventQueue {
    private var events: [SessionEvent] = []
    private var next = 0

    mutating func append(_ event: SessionEvent) { events.append(event) }

    mutating func pop() -> SessionEvent? {
        guard next < events.count else { return nil }
        defer {
            next += 1
            if next == events.count {
                events.removeAll(keepingCapacity: true)
                next = 0
            }
        }
        return events[next]
    }
}

/// What the server has answered so far to the oldest unanswered message.
struct ReplyProgress {
    enum Stage: Equatable {
        /// Nothing, or between two statements of a Query.
        case start
        /// ParameterDescription came; RowDescription or NoData must follow.
        case described
        /// RowDescription came within a Query.
        case rows
        case copyIn
        case copyOut
        /// CopyDone came from the server.
        case copyEnded
        /// The reply is there; only ReadyForQuery may follow.
        case ending
    }

    var stage = Stage.start
    var statements = 0
    var tag = ""
    var rowsOut = 0
    var bytesOut = 0
    var copyMessagesIn = 0
    var copyBytesIn = 0
    var error: ErrorFields?

    func outcome(_ ending: ActionOutcome.Ending) -> ActionOutcome {
        ActionOutcome(
            ending, tag: tag, statements: statements, rowsOut: rowsOut, bytesOut: bytesOut,
            copyMessagesIn: copyMessagesIn, copyBytesIn: copyBytesIn)
    }
}
