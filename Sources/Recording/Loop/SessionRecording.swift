import Vocabulary

/// One session's recording, confined to its loop as the `LoopRecorder` is. What a method takes is recorded by the next
/// commit; what it throws is not recorded, and the caller refuses the command.
public final class SessionRecording {
    private let state: SessionState
    private let spool: LoopSpool

    init(state: SessionState, spool: LoopSpool) {
        self.state = state
        self.spool = spool
    }

    public var session: SessionID { state.opened.session }

    /// A command is about to leave.
    public func action(_ event: ActionEvent) throws(RecordingError) {
        try checkCommand()
        let statement = try number(
            of: event.statement, key: event.statementKey, at: event.microseconds)
        let ruling = try number(
            of: event.verdict, event.rules, event.policyVersion, at: event.microseconds)
        try spool.record(.action, of: state, at: event.microseconds) { () throws(RecordingError) in
            try spool.buffer.append(event, statement: statement, ruling: ruling)
        }
        spool.receipts.record(event.digest)
    }

    /// A command ended on the target. Recorded even beyond the quota.
    public func outcome(_ event: OutcomeEvent) throws(RecordingError) {
        try checkOpen()
        try spool.record(.outcome, of: state, at: spool.now(state)) { () throws(RecordingError) in
            spool.buffer.append(event)
        }
    }

    /// A command did not leave.
    public func refused(_ event: RefusalEvent) throws(RecordingError) {
        try checkOpen()
        try spool.checkQuota(state)
        let now = spool.now(state)
        let statement = try number(of: event.statement, key: event.statementKey, at: now)
        let ruling = try number(of: event.verdict, event.rules, "", at: now)
        try spool.record(.refused, of: state, at: now) { () throws(RecordingError) in
            spool.buffer.append(event, statement: statement, ruling: ruling)
        }
    }

    /// The salts and the original of what a hold's statement commits to.
    public func sealed(hold: HoldID, bytes: [UInt8]) throws(RecordingError) {
        try checkCommand()
        guard bytes.count <= Limits.eventBytesMax else {
            throw .tooLarge(bytes: bytes.count, limit: Limits.eventBytesMax)
        }
        try spool.record(.sealed, of: state, at: spool.now(state)) { () throws(RecordingError) in
            spool.buffer.append(text: hold.rawValue)
            spool.buffer.append(blob: bytes)
        }
    }

    /// Anything else that a reader should know. Recorded even beyond the quota, but for what is counted like a command
    /// because others may say it as often as they like.
    public func notice(_ text: String, isCounted: Bool = false) throws(RecordingError) {
        if isCounted { try checkCommand() } else { try checkOpen() }
        try spool.record(.notice, of: state, at: spool.now(state)) { () throws(RecordingError) in
            spool.buffer.append(text: text)
        }
    }

    /// The first rows of an action's result; `nil` is NULL. A long cell is cut to `Limits.cellBytesMax`.
    public func rows(number: UInt64, _ rows: [[[UInt8]?]]) throws(RecordingError) {
        try checkCommand()
        try spool.record(.rows, of: state, at: spool.now(state)) { () throws(RecordingError) in
            try spool.buffer.append(rows: rows, number: number)
        }
    }

    // MARK: Sessions of programs

    /// What the session's programs run in.
    public func shell(_ start: ShellStart) throws(RecordingError) {
        try checkCommand()
        try spool.record(.shell, of: state, at: spool.now(state)) { () throws(RecordingError) in
            try spool.buffer.append(start)
        }
    }

    /// What programs wrote, copied from `bytes` before this returns. `microseconds` is since the session was opened. What
    /// it throws for must not be shown to anybody: the caller ends the session.
    public func output(
        _ bytes: UnsafeRawBufferPointer, stream: RecordedStream, microseconds: UInt64
    ) throws(RecordingError) {
        try record(.output, bytes, at: microseconds, behind: stream.rawValue)
    }

    /// What is about to be given to programs, as `output`. What it throws for must not be given to them.
    public func input(
        _ bytes: UnsafeRawBufferPointer, microseconds: UInt64
    ) throws(RecordingError) {
        try record(.input, bytes, at: microseconds, behind: nil)
    }

    private func record(
        _ kind: EventKind, _ bytes: UnsafeRawBufferPointer, at microseconds: UInt64,
        behind first: UInt8?
    ) throws(RecordingError) {
        try checkCommand()
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(Limits.outputBytesMax))
            try spool.record(kind, of: state, at: microseconds) { () throws(RecordingError) in
                if let first { spool.buffer.append(first) }
                spool.buffer.append(raw: part)
            }
            rest = rest.dropFirst(part.count)
        }
    }

    /// The terminal has another size.
    public func resized(_ size: TerminalSize) throws(RecordingError) {
        try checkCommand()
        try spool.record(.resized, of: state, at: spool.now(state)) { () throws(RecordingError) in
            spool.buffer.append(size.columns)
            spool.buffer.append(size.rows)
        }
    }

    /// The session has ended. A second closing does nothing, and so does the closing of a session whose opening was
    /// never written. Needs a commit behind it, as all events do.
    public func close(reason: String, at: WallTime) throws(RecordingError) {
        guard state.isOpen else { return }
        try spool.record(.closed, of: state, at: spool.now(state)) { () throws(RecordingError) in
            spool.buffer.append(text: reason)
            spool.buffer.append(at.milliseconds)
        }
        state.phase = .closed(reason: reason, at: at)
    }

    // MARK: Definitions

    private func number(of text: [UInt8], key: ObjectIdentifier?, at microseconds: UInt64)
        throws(RecordingError) -> UInt32
    {
        if let number = state.statements.number(of: text, key: key) { return number }
        guard text.count <= Limits.eventBytesMax else {
            throw .tooLarge(bytes: text.count, limit: Limits.eventBytesMax)
        }
        let number = state.statements.next
        try spool.record(.statement, of: state, at: microseconds) { () throws(RecordingError) in
            spool.buffer.append(number)
            spool.buffer.append(blob: text)
        }
        return state.statements.add(text, key: key)
    }

    private func number(
        of verdict: Verdict, _ rules: [String], _ policyVersion: String, at microseconds: UInt64
    ) throws(RecordingError) -> UInt32 {
        if let number = state.rulings.number(verdict, rules, policyVersion) { return number }
        let number = state.rulings.next
        try spool.record(.ruling, of: state, at: microseconds) { () throws(RecordingError) in
            spool.buffer.append(number)
            spool.buffer.append(EventCode.code(verdict))
            spool.buffer.append(text: policyVersion)
            spool.buffer.append(UInt32(rules.count))
            for rule in rules { spool.buffer.append(text: rule) }
        }
        return state.rulings.add(verdict, rules, policyVersion)
    }

    // MARK: Checks

    private func checkOpen() throws(RecordingError) {
        guard state.isOpen else { throw .sessionEnded }
    }

    private func checkCommand() throws(RecordingError) {
        try checkOpen()
        try spool.shared.checkCommands()
        try spool.checkQuota(state)
    }
}
