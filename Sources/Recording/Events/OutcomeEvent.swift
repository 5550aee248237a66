/// How an action ended on the target.
public struct OutcomeEvent: Hashable, Sendable {
    /// The action's number.
    public var number: UInt64
    /// The server's command tag (`SELECT 3`), how a program ended (`exited 0`, `signal 9`); empty when there was none.
    public var tag: String
    public var rows: UInt64
    /// Bytes that the server sent for it.
    public var bytes: UInt64
    /// From the action's leaving to its end.
    public var microseconds: UInt64
    /// The error's five-character code; `nil` when it succeeded.
    public var sqlstate: String?
    public var message: String?

    public init(
        number: UInt64, tag: String, rows: UInt64, bytes: UInt64, microseconds: UInt64,
        sqlstate: String? = nil, message: String? = nil
    ) {
        self.number = number
        self.tag = tag
        self.rows = rows
        self.bytes = bytes
        self.microseconds = microseconds
        self.sqlstate = sqlstate
        self.message = message
    }
}
