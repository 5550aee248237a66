import Identity
import Store
import Vocabulary

/// Which requests are the same as far as a retry hold goes: nothing of a session is in it.
struct RetryKey: Hashable, Sendable {
    let requester: PrincipalName
    /// Kind and id.
    let credential: String
    let target: TargetName
    /// Of all that must be the same again.
    let action: Digest

    init(_ request: HoldRequest) {
        requester = request.requester.principal.name
        credential = request.credentialText
        target = request.target
        action = request.action.digest
    }

    init(_ row: HoldRow) {
        requester = row.requester
        credential = row.credential
        target = row.target
        action = row.action
    }
}

extension HoldRequest {
    /// Kind and id of the credential, as rows, entries and statements name it.
    var credentialText: String {
        "\(requester.credential.kind.rawValue) \(requester.credential.identifier)"
    }
}

extension HoldTable {
    /// The retry hold that answers for a request now: one that is open, or else one that a person has refused and that
    /// would not be over yet.
    func retry(_ key: RetryKey, at now: WallTime) throws -> HoldID? {
        let same: [Value] = [
            .text(key.requester.text), .text(key.credential), .text(key.target.text),
            .text(key.action.hex),
        ]
        let open = try statements.rows(
            """
            SELECT id FROM holds WHERE kind = 'retry' AND state IN ('pending', 'approved')
            AND requester = $1 AND credential = $2 AND target = $3 AND action = $4
            """, same)
        let refused = try statements.rows(
            """
            SELECT id FROM holds WHERE kind = 'retry' AND state = 'denied'
            AND requester = $1 AND credential = $2 AND target = $3 AND action = $4
            AND ended_by IS NOT NULL AND expires_at > $5 ORDER BY opened_at DESC, id LIMIT 1
            """, same + [.integer(now.milliseconds)])
        return try (open + refused).first.map { HoldID(rawValue: try $0.text("id")) }
    }

    func openRetries() throws -> [HoldRow] {
        try statements.rows(
            "\(HoldRow.selection) WHERE kind = 'retry' AND state IN ('pending', 'approved')"
        ).map(HoldRow.init(row:))
    }

    /// Notes that the ledger has what is asked in this round.
    func noteEntered(_ id: HoldID, round: Int) throws {
        try statements.run(
            "UPDATE holds SET entered_round = $1 WHERE id = $2",
            [.integer(Int64(round)), .text(id.rawValue)])
    }

    /// A retry hold of an earlier process is this one's from now on.
    func adopt(_ id: HoldID, by instance: String) throws {
        try statements.run(
            "UPDATE holds SET instance = $1 WHERE id = $2", [.text(instance), .text(id.rawValue)])
    }
}

extension HoldRow {
    /// Whether its requester's credential ended with that.
    func isHit(by revocation: Revocation) -> Bool {
        switch revocation {
        case .token(let id, of: _):
            credential == "\(Credential.Kind.token.rawValue) \(id.rawValue)"
        case .principal(let name): requester == name || issuers.contains(name)
        case .key, .runner: false
        }
    }
}
