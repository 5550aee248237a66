/// What the server's replies said. Taken with `nextEvent()` after each server step.
public enum SessionEvent: Sendable {
    /// A released action has ended, or stopped at a row limit.
    case outcome(ActionID, ActionOutcome)
    /// Everything sent up to a Sync, Query or FunctionCall is answered.
    case readyForQuery(TransactionStatus)
    case parameterStatus(name: String, value: String)
    /// A statement succeeded that changes this (`setting`, `schemaChanged`, temporary objects).
    case changed(SessionChange)
    /// The server said FATAL or PANIC, which was passed on; it closes the connection now.
    case upstreamEnds(ErrorFields)
}

/// How an action ended.
public struct ActionOutcome: Sendable, Equatable {
    public enum Ending: Sendable, Equatable {
        /// The server's CommandComplete of the last statement (or ParseComplete, FunctionCallResponse).
        case succeeded
        /// The row limit of an Execute: the action is not at its end.
        case suspended
        case failed(ErrorFields)
        /// The server never looked at it, because an earlier message had failed.
        case skipped
        /// Its portal is gone before the action was at its end: by Close, another Bind, or the transaction's end.
        case closed(hasRun: Bool)
    }

    public var ending: Ending
    /// The last command tag, such as `UPDATE 3`; empty when there was none.
    public var tag: String
    /// Statements that completed (Query).
    public var statements: Int
    /// Rows sent to the client (DataRow, or CopyData of COPY TO STDOUT).
    public var rowsOut: Int
    /// Their bytes with framing.
    public var bytesOut: Int
    /// COPY FROM STDIN: messages and payload bytes taken from the client.
    public var copyMessagesIn: Int
    public var copyBytesIn: Int

    public init(
        _ ending: Ending, tag: String = "", statements: Int = 0, rowsOut: Int = 0,
        bytesOut: Int = 0, copyMessagesIn: Int = 0, copyBytesIn: Int = 0
    ) {
        self.ending = ending
        self.tag = tag
        self.statements = statements
        self.rowsOut = rowsOut
        self.bytesOut = bytesOut
        self.copyMessagesIn = copyMessagesIn
        self.copyBytesIn = copyBytesIn
    }
}
