/// A message of the client that the server answers, with what its success changes: expected from when it is sent until it is
/// wholly answered. Confined to its session's loop. A class, so that it changes hands on its way and is not copied.
public class PendingReply {
    /// Which message it answers.
    enum Message: UInt8 {
        case parse, bind, describeStatement, describePortal, execute, closeStatement, closePortal
        case sync, query, functionCall
        /// Our own Parse that fails: its ErrorResponse is replaced.
        case failingParse

        /// The server ends it with ReadyForQuery.
        var endsGroup: Bool {
            switch self {
            case .sync, .query, .functionCall: true
            case .parse, .bind, .describeStatement, .describePortal, .execute, .closeStatement,
                .closePortal, .failingParse:
                false
            }
        }
    }

    let message: Message
    /// The action, or 0: Parse, Bind, Execute, Query, FunctionCall.
    var action = ActionID(0)
    /// The statement of Parse and Close, the portal of Bind, Execute and Close.
    let name: WireName
    /// What Parse makes, what Bind and Execute name; `nil` when the session's tables do not know it.
    public internal(set) var statement: PreparedText?
    var consequences: Consequences?
    /// For `failingParse`: what the client gets in place of the server's error.
    var replacement: ErrorFields?

    init(to message: Message, name: WireName = .unnamed) {
        self.message = message
        self.name = name
    }

    var changes: [[SessionChange]] { consequences?.changes ?? [] }
    var copiesIn: Bool { consequences?.copiesIn ?? false }
    var mayChangeSettings: Bool { consequences?.mayChangeSettings ?? false }
}
