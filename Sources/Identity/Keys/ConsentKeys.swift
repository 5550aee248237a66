import Store
import Vocabulary

/// People's consent keys: enrolled only out of a whole PAM conversation, listed, revoked. What happens to one is entered
/// in the ledger here: a key counts only behind its entry, and one without is none.
public final class ConsentKeys: Sendable {
    /// What enrolling did.
    public enum Enrolment: Hashable, Sendable {
        case new(ConsentKey)
        /// The person's own key already, with another claim about its protection.
        case changed(ConsentKey)
        /// The person's own key already: nothing to announce.
        case known(ConsentKey)

        public var key: ConsentKey {
            switch self {
            case .new(let key), .changed(let key), .known(let key): key
            }
        }

        /// For the ledger, which has it, and for the person's other sessions.
        public var event: IdentityEvent? {
            switch self {
            case .new(let key): .keyEnrolled(key)
            case .changed(let key): .keyChanged(key)
            case .known: nil
            }
        }
    }

    private let database: any Database
    private let directory: CurrentDirectory
    private let revocations: Revocations
    private let enter: LedgerEntrance

    public init(
        database: any Database, directory: CurrentDirectory, revocations: Revocations,
        enter: @escaping LedgerEntrance
    ) {
        self.enter = enter
        self.database = database
        self.directory = directory
        self.revocations = revocations
    }

    /// Enrols the key of a `.pub` line for the person who has just held a whole PAM conversation.
    ///
    /// - Parameter isProtected: the CLI's claim; whether unprotected keys count is the consent's question.
    /// Throws `IdentityError`: not a key that may consent, another person's key, a revoked key, too many.
    public func enrol(
        line: String, isProtected: Bool, _ grant: consuming EnrolmentGrant, now: WallTime
    ) async throws -> Enrolment {
        let key = try SSHPublicKey(line: line)
        let person = grant.person
        guard directory.value.principal(named: person)?.isPerson == true else {
            throw IdentityError.notAllowed("`\(person)` is no longer declared")
        }
        let wanted = ConsentKey(
            id: key.fingerprint, person: person, key: key,
            isProtected: isProtected || key.algorithm.isSecurityKey, enrolled: now, revoked: nil,
            revokedBy: nil)
        // Judged before it is entered, so that what is refused is not; and again, since meanwhile it may be another.
        let judged = try await database.read { try judge(wanted, $0) }
        guard let event = judged.event else { return judged }
        let index = try await enter(event)
        return try await database.write { try keep(wanted, index, $0) }
    }

    /// The key of that fingerprint, revoked or not; `nil` when none was ever enrolled.
    public func key(_ id: KeyID) async throws -> ConsentKey? {
        try await database.read { try find(id, $0) }
    }

    /// A person's keys that are not revoked, oldest first.
    public func live(of person: PrincipalName) async throws -> [ConsentKey] {
        try await database.read { try liveKeys(of: person, $0) }
    }

    /// All keys that `viewer` may see, revoked ones too, newest first: their own; an administrator all.
    public func keys(visibleTo viewer: AuthenticatedPrincipal) async throws -> [ConsentKey] {
        let name = viewer.principal.name
        guard viewer.principal.isPerson else { return [] }
        let mayAll = directory.value.isAdministrator(name)
        return try await database.read { statements in
            try statements.rows(
                """
                SELECT \(ConsentKey.columns) FROM identity_keys
                WHERE ledger_index IS NOT NULL AND ($1 = 1 OR person = $2)
                ORDER BY enrolled_at DESC, fingerprint LIMIT $3
                """,
                [
                    .integer(mayAll ? 1 : 0), .text(name.text),
                    .integer(Int64(Limits.listRowsMax)),
                ]
            ).map(ConsentKey.init(row:))
        }
    }

    /// Ends a key, by its person or an administrator; announced to `Revocations` before this returns.
    /// It is revoked also when the ledger does not take the entry, and this throws; revoking again then enters it. A
    /// revoked key cannot be enrolled again.
    public func revoke(
        _ id: KeyID, by asker: AuthenticatedPrincipal, now: WallTime
    ) async throws {
        let name = asker.principal.name
        let isAdministrator = directory.value.isAdministrator(name)
        let revoked: ConsentKey? = try await database.write { statements in
            guard asker.principal.isPerson, let key = try find(id, statements),
                key.person == name || isAdministrator
            else { throw IdentityError.notFound("no key `\(shown(id.rawValue))`") }
            try statements.run(
                """
                UPDATE identity_keys SET revoked_at = $2, revoked_by = $3
                WHERE fingerprint = $1 AND revoked_at IS NULL
                """, [.text(id.rawValue), .integer(now.milliseconds), .text(name.text)])
            let isEntered = try statements.rows(
                """
                SELECT person FROM identity_keys
                WHERE fingerprint = $1 AND revoked_index IS NOT NULL
                """, [.text(id.rawValue)])
            return isEntered.isEmpty ? key : nil
        }
        guard let revoked else { return }
        revocations.announce(.key(id, of: revoked.person))
        let index = try await enter(
            .keyRevoked(id, of: revoked.person, by: revoked.revokedBy ?? name))
        _ = try await database.write { statements in
            try statements.run(
                "UPDATE identity_keys SET revoked_index = $2 WHERE fingerprint = $1",
                [.text(id.rawValue), .integer(Int64(index))])
        }
    }

    /// Everyone's keys as an `allowed_signers` file, for auditors to pin: revoked ones with their end, since what they
    /// signed before stands.
    public func allowedSigners() async throws -> String {
        try await database.read { statements in
            try statements.rows(
                """
                SELECT \(ConsentKey.columns) FROM identity_keys
                WHERE ledger_index IS NOT NULL ORDER BY person, fingerprint
                """
            ).map { try ConsentKey(row: $0).allowedSignersLine + "\n" }.joined()
        }
    }
}

/// What enrolling comes to, or why it may not be.
private func judge(
    _ wanted: ConsentKey, _ statements: any Statements
) throws -> ConsentKeys.Enrolment {
    guard let known = try find(wanted.id, statements) else {
        guard try liveKeys(of: wanted.person, statements).count < Limits.keysMax else {
            throw IdentityError.limit("\(Limits.keysMax) keys are enrolled: revoke one first")
        }
        return .new(wanted)
    }
    guard known.person == wanted.person else {
        throw IdentityError.notAllowed(
            "this key is enrolled by another person: make a key of your own")
    }
    guard known.revoked == nil else {
        throw IdentityError.notAllowed("this key has been revoked: make a new one")
    }
    guard known.isProtected != wanted.isProtected else { return .known(known) }
    return .changed(
        ConsentKey(
            id: known.id, person: known.person, key: known.key, isProtected: wanted.isProtected,
            enrolled: known.enrolled, revoked: nil, revokedBy: nil))
}

/// Of what the ledger has at `index`.
private func keep(
    _ wanted: ConsentKey, _ index: UInt64, _ statements: any Statements
) throws -> ConsentKeys.Enrolment {
    let judged = try judge(wanted, statements)
    switch judged {
    case .known: break
    case .new:
        // A row that nothing in the ledger stands behind is none.
        try statements.run(
            "DELETE FROM identity_keys WHERE fingerprint = $1 AND ledger_index IS NULL",
            [.text(wanted.id.rawValue)])
        try statements.run(
            """
            INSERT INTO identity_keys (\(ConsentKey.columns), ledger_index)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """, wanted.values + [.integer(Int64(index))])
    case .changed:
        try statements.run(
            "UPDATE identity_keys SET protected = $2, ledger_index = $3 WHERE fingerprint = $1",
            [
                .text(wanted.id.rawValue), .integer(wanted.isProtected ? 1 : 0),
                .integer(Int64(index)),
            ])
    }
    return judged
}

private func find(_ id: KeyID, _ statements: any Statements) throws -> ConsentKey? {
    try statements.rows(
        """
        SELECT \(ConsentKey.columns) FROM identity_keys
        WHERE fingerprint = $1 AND ledger_index IS NOT NULL
        """, [.text(id.rawValue)]
    ).first.map(ConsentKey.init(row:))
}

private func liveKeys(of person: PrincipalName, _ statements: any Statements) throws -> [ConsentKey]
{
    try statements.rows(
        """
        SELECT \(ConsentKey.columns) FROM identity_keys
        WHERE person = $1 AND revoked_at IS NULL AND ledger_index IS NOT NULL
        ORDER BY enrolled_at, fingerprint
        """, [.text(person.text)]
    ).map(ConsentKey.init(row:))
}
