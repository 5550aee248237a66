/// A message that was sent upstream and is not wholly answered, with what its success changes.
struct PendingReply {
    enum Kind: UInt8 {
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

    var kind: Kind
    /// The action, or 0: Parse, Bind, Execute, Query, FunctionCall.
    var action = ActionID(0)
    /// The statement of Parse and Close, the portal of Bind, Execute and Close.
    var name = WireName.unnamed
    /// What Parse makes, what Bind binds.
    var statement: PreparedText?
    var consequences: Consequences?
    /// For `failingParse`: what the client gets in place of the server's error.
    var replacement: ErrorFields?

    /// Of the texts that its success keeps under statements' names.
    var statementTextBytes: Int {
        (kind == .parse ? statement?.text.count ?? 0 : 0) + (consequences?.prepared.bytes ?? 0)
    }

    /// Of the texts that its success keeps under portals' names.
    var portalTextBytes: Int {
        (kind == .bind && !name.isUnnamed ? statement?.text.count ?? 0 : 0)
            + (consequences?.declared.bytes ?? 0)
    }

    var changes: [[SessionChange]] { consequences?.changes ?? [] }
    var copiesIn: Bool { consequences?.copiesIn ?? false }
    var mayChangeSettings: Bool { consequences?.mayChangeSettings ?? false }
}
