import Vocabulary

/// One event as it is read from a recording.
public struct RecordedEvent: Hashable, Sendable {
    /// Its place in the session, from 0.
    public var sequence: UInt64
    /// Since the session was opened.
    public var microseconds: UInt64
    public var content: Content

    public enum Content: Hashable, Sendable {
        case opened(SessionOpened)
        case action(RecordedAction)
        case outcome(OutcomeEvent)
        case refused(RecordedRefusal)
        case sealed(hold: HoldID, bytes: [UInt8])
        case notice(String)
        case rows(number: UInt64, rows: [[RecordedCell]])
        /// So many events before this one could not be written; none of their commands left.
        case lost(events: UInt64)
        case closed(reason: String, at: WallTime)
        case shell(ShellStart)
        case output(RecordedStream, bytes: [UInt8])
        case resized(TerminalSize)
        /// What was typed, or sent, to what the output is of.
        case input(bytes: [UInt8])
    }
}

/// An action with its text and ruling looked up.
public struct RecordedAction: Hashable, Sendable {
    public var number: UInt64
    public var kind: Action.Kind
    public var statement: [UInt8]
    public var values: [RecordedValue]
    public var verdict: Verdict
    public var rules: [String]
    public var policyVersion: String
    public var hold: HoldID?
    public var digest: Digest
    /// Of `exec`: the program that started it; `nil` for the first.
    public var parent: UInt64?
    /// Of `exec`: which file ran; `nil` where that was not recorded yet.
    public var program: RecordedProgram?
}

/// A bound value; a long one is kept as its beginning, its length and its SHA-256.
public struct RecordedValue: Hashable, Sendable {
    /// `nil` is NULL.
    public var bytes: [UInt8]?
    public var format: BoundValue.Format
    /// The type's OID; 0 when it was left to the server.
    public var type: UInt32
    /// Set when `bytes` is only the beginning.
    public var whole: Whole?

    public struct Whole: Hashable, Sendable {
        public var count: UInt64
        public var digest: Digest
    }
}

/// One cell of a recorded row; a long one is only its beginning.
public struct RecordedCell: Hashable, Sendable {
    /// `nil` is NULL.
    public var bytes: [UInt8]?
    /// The cell's length when `bytes` is only the beginning.
    public var wholeCount: UInt64?

    public init(bytes: [UInt8]?, wholeCount: UInt64? = nil) {
        self.bytes = bytes
        self.wholeCount = wholeCount
    }
}

/// A command that did not leave.
public struct RecordedRefusal: Hashable, Sendable {
    public var statement: [UInt8]
    public var verdict: Verdict
    public var rules: [String]
    public var sqlstate: String
    public var message: String
    /// Set for a program that did not run.
    public var program: RefusalEvent.Program?
}
