import Cryptography
import Store
import Vocabulary

/// Tokens: issued, authenticated, listed, revoked. Stored as hashes behind `Database`
/// (`IdentityMigrations.all`), scoped to targets, expiring. What happens to one is entered in the ledger here: a token
/// counts only behind its entry, and one without does not exist.
public final class TokenStore: Sendable {
    private let database: any Database
    private let directory: CurrentDirectory
    private let revocations: Revocations
    private let enter: LedgerEntrance
    private let cache = TokenCache()

    public init(
        database: any Database, directory: CurrentDirectory, revocations: Revocations,
        enter: @escaping LedgerEntrance
    ) {
        self.enter = enter
        self.database = database
        self.directory = directory
        self.revocations = revocations
    }

    /// A token for an agent. Only its owner or an administrator may issue one, in person, and counts as its
    /// issuer from then on, with everyone behind the issuer's own credential.
    ///
    /// - Parameters:
    ///   - targets: what the token is limited to; `nil` is all that the agent is declared for.
    ///   - milliseconds: its life, up to `Limits.agentTokenMillisecondsMax`.
    /// Throws `IdentityError`, or `StoreError`.
    public func issue(
        forAgent agent: PrincipalName, targets: Set<TargetName>?, milliseconds: Int64,
        by issuer: AuthenticatedPrincipal, now: WallTime
    ) async throws -> IssuedToken {
        let declared = try issuable(agent, by: issuer.principal.name)
        try check(targets: targets, of: declared)
        try check(milliseconds, max: Limits.agentTokenMillisecondsMax)
        let text = TokenText.make()
        let token = Token(
            id: text.id, principal: declared.name, owner: declared.owner,
            issuer: issuer.principal.name,
            issuers: issuer.credential.issuers.union([issuer.principal.name]), targets: targets,
            issued: now, expires: now.advanced(byMilliseconds: milliseconds), revoked: nil,
            revokedBy: nil)
        return try await insert(token, text, issuerCredential: issuer.credential)
    }

    /// A person's login token, out of a whole PAM conversation, which grants one.
    ///
    /// - Parameter milliseconds: its life, up to `Limits.loginTokenMillisecondsMax`.
    public func issueLogin(
        _ grant: consuming LoginGrant, milliseconds: Int64, now: WallTime
    ) async throws -> IssuedToken {
        let person = grant.person
        guard directory.value.principal(named: person)?.isPerson == true else {
            throw IdentityError.notAllowed("`\(person)` is no longer declared")
        }
        try check(milliseconds, max: Limits.loginTokenMillisecondsMax)
        let text = TokenText.make()
        let token = Token(
            id: text.id, principal: person, owner: person, issuer: person, issuers: [],
            targets: nil, issued: now, expires: now.advanced(byMilliseconds: milliseconds),
            revoked: nil, revokedBy: nil)
        return try await insert(token, text, issuerCredential: nil)
    }

    /// Proves whose token this is. `nil` for every token that is not good now, whatever the reason: unknown,
    /// altered, expired, revoked, its principal or issuer no longer declared, its agent under another owner.
    /// Throws `StoreError` when the store cannot tell, which refuses too.
    public func authenticate(_ text: String, now: WallTime) async throws -> AuthenticatedPrincipal?
    {
        guard let parsed = TokenText(parsing: text) else { return nil }
        guard let entry = try await entry(parsed.id),
            constantTimeEqual(entry.hash, parsed.hash.bytes)
        else { return nil }
        return proof(of: entry.token, now: now)
    }

    /// Proves whose certificate this is, which TLS has verified, under the terms of `authenticate`: it is its token
    /// bound to a key, and counts no longer than that.
    func authenticate(
        _ certificate: ClientCertificate, now: WallTime
    ) async throws -> AuthenticatedPrincipal? {
        guard let entry = try await entry(certificate.token) else { return nil }
        return proof(of: entry.token, by: certificate, now: now)
    }

    /// Reads all tokens that are good now, so that they pass even where others at their address keep failing.
    public func rememberLive(now: WallTime) async throws {
        let generation = cache.generation
        let entries = try await database.read { statements in
            try statements.rows(
                """
                SELECT \(Token.columns) FROM identity_tokens
                WHERE revoked_at IS NULL AND expires_at > $1 AND ledger_index IS NOT NULL LIMIT $2
                """, [.integer(now.milliseconds), .integer(Int64(Limits.cachedTokensMax))]
            ).compactMap { try? Self.entry(row: $0) }
        }
        for entry in entries { cache.insert(entry, generation: generation) }
    }

    /// As `authenticate`, from memory alone; `nil` also when the token has not been read yet.
    func authenticateRemembered(_ text: String, now: WallTime) -> AuthenticatedPrincipal? {
        guard let parsed = TokenText(parsing: text), let entry = cache.entry(parsed.id),
            constantTimeEqual(entry.hash, parsed.hash.bytes)
        else { return nil }
        return proof(of: entry.token, now: now)
    }

    /// As `authenticate`, from memory alone.
    func authenticateRemembered(
        _ certificate: ClientCertificate, now: WallTime
    ) -> AuthenticatedPrincipal? {
        cache.entry(certificate.token).flatMap { proof(of: $0.token, by: certificate, now: now) }
    }

    /// The same proof as of now (groups, targets), or `nil` when it no longer holds: the token is revoked or
    /// expired, or the principal is gone. Asked again before anything that was authorised earlier happens.
    public func stillHolds(
        _ authenticated: AuthenticatedPrincipal, now: WallTime
    ) async throws -> AuthenticatedPrincipal? {
        guard let current = directory.value.principal(named: authenticated.principal.name),
            current.standing == authenticated.principal.standing
        else { return nil }
        if let expires = authenticated.credential.expires, now >= expires { return nil }
        guard let id = authenticated.credential.token else {
            return AuthenticatedPrincipal(
                principal: current, credential: authenticated.credential)
        }
        guard let entry = try await entry(id), entry.token.principal == current.name else {
            return nil
        }
        return proof(
            of: entry.token, as: authenticated.credential.kind,
            until: authenticated.credential.expires, now: now)
    }

    /// The tokens that `viewer` may see, newest first, at most `Limits.listRowsMax`: an administrator all; a
    /// person their own, their agents' and those they issued; an agent none.
    public func tokens(visibleTo viewer: AuthenticatedPrincipal) async throws -> [Token] {
        let name = viewer.principal.name
        guard viewer.principal.isPerson else { return [] }
        let mayAll = directory.value.isAdministrator(name)
        return try await database.read { statements in
            try statements.rows(
                """
                SELECT \(Token.columns) FROM identity_tokens
                WHERE ledger_index IS NOT NULL
                    AND ($1 = 1 OR principal = $2 OR owner = $2 OR issuer = $2)
                ORDER BY issued_at DESC, id LIMIT $3
                """,
                [
                    .integer(mayAll ? 1 : 0), .text(name.text),
                    .integer(Int64(Limits.listRowsMax)),
                ]
            ).map(Token.init(row:))
        }
    }

    /// Ends a token, for good and at once: it is announced to `Revocations` before this returns. By the
    /// agent's owner (then or now), the issuer, an administrator, or the person whose login token it is.
    /// It is revoked also when the ledger does not take the entry, and this throws; revoking again then enters it.
    /// Throws `IdentityError.notFound` also for a token that the asker may not see.
    public func revoke(
        _ id: TokenID, by asker: AuthenticatedPrincipal, now: WallTime
    ) async throws {
        guard asker.principal.isPerson else {
            throw IdentityError.notAllowed("an agent cannot revoke tokens: ask its owner")
        }
        let name = asker.principal.name
        let directory = directory.value
        let revoked: Token? = try await database.write { statements in
            guard let token = try Self.find(id, statements)?.token,
                mayRevoke(token, name, directory)
            else { throw IdentityError.notFound("no token `\(shown(id.rawValue))`") }
            try statements.run(
                """
                UPDATE identity_tokens SET revoked_at = $2, revoked_by = $3
                WHERE id = $1 AND revoked_at IS NULL
                """,
                [.text(id.rawValue), .integer(now.milliseconds), .text(name.text)])
            let isEntered = try statements.rows(
                "SELECT id FROM identity_tokens WHERE id = $1 AND revoked_index IS NOT NULL",
                [.text(id.rawValue)])
            return isEntered.isEmpty ? token : nil
        }
        guard let revoked else { return }
        cache.forget(id)
        revocations.announce(.token(id, of: revoked.principal))
        let index = try await enter(
            .tokenRevoked(id, of: revoked.principal, by: revoked.revokedBy ?? name))
        _ = try await database.write { statements in
            try statements.run(
                "UPDATE identity_tokens SET revoked_index = $2 WHERE id = $1",
                [.text(id.rawValue), .integer(Int64(index))])
        }
    }

    /// Removes tokens that ended before `time`. The ledger keeps their story.
    @discardableResult
    public func removeEnded(before time: WallTime) async throws -> Int {
        try await database.write { statements in
            try statements.run(
                "DELETE FROM identity_tokens WHERE expires_at < $1 OR revoked_at < $1",
                [.integer(time.milliseconds)])
        }
    }
}

extension TokenStore {
    private func issuable(
        _ agent: PrincipalName, by issuer: PrincipalName
    ) throws -> Directory.Agent {
        let directory = directory.value
        let isAdministrator = directory.isAdministrator(issuer)
        guard directory.principal(named: issuer)?.isPerson == true else {
            throw IdentityError.notAllowed(
                "only a person can issue tokens, and `\(issuer)` is none")
        }
        guard let declared = directory.agents[agent], declared.owner == issuer || isAdministrator
        else {
            throw IdentityError.notAllowed(
                "no agent `\(agent)` that you own: its owner or an administrator issues its tokens")
        }
        return declared
    }

    private func check(targets: Set<TargetName>?, of agent: Directory.Agent) throws {
        guard let targets else { return }
        if targets.isEmpty { throw IdentityError.invalid("a token for no target: name one") }
        if targets.count > Limits.listedMax {
            throw IdentityError.invalid("more than \(Limits.listedMax) targets: name fewer")
        }
        guard let allowed = agent.targets else { return }
        if let foreign = targets.subtracting(allowed).sorted().first {
            throw IdentityError.invalid(
                "the agent `\(agent.name)` is not declared for the target `\(foreign)`")
        }
    }

    private func check(_ milliseconds: Int64, max: Int64) throws {
        guard (Limits.tokenMillisecondsMin...max).contains(milliseconds) else {
            throw IdentityError.invalid(
                "a token lives between \(Limits.tokenMillisecondsMin / 1000) s and \(max / 3_600_000) h"
            )
        }
    }

    private func insert(
        _ token: Token, _ text: TokenText, issuerCredential: Credential?
    ) async throws -> IssuedToken {
        let hash = text.hash
        let check: @Sendable (any Statements) throws -> Void = { statements in
            if let issuerToken = issuerCredential?.token {
                let issuer = try Self.find(issuerToken, statements)
                guard issuer?.token.isLive(at: token.issued) == true else {
                    throw IdentityError.notAllowed("your own token has ended: log in again")
                }
            }
            let live = try statements.rows(
                """
                SELECT count(*) AS live FROM identity_tokens
                WHERE principal = $1 AND revoked_at IS NULL AND expires_at > $2
                    AND ledger_index IS NOT NULL
                """, [.text(token.principal.text), .integer(token.issued.milliseconds)]
            ).first?.integer("live")
            guard let live, live < Limits.liveTokensMax else {
                throw IdentityError.limit(
                    "`\(token.principal)` has \(Limits.liveTokensMax) live tokens: revoke one")
            }
        }
        // Before it is entered, so that what is refused is not; and again, since meanwhile there may be others.
        try await database.read(check)
        let index = try await enter(.tokenIssued(token))
        let generation = cache.generation
        try await database.write { statements in
            try check(statements)
            try statements.run(
                """
                INSERT INTO identity_tokens (\(Token.columns), ledger_index)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                """, token.values(hash: hash) + [.integer(Int64(index))])
        }
        cache.insert(TokenCache.Entry(token: token, hash: hash.bytes), generation: generation)
        return IssuedToken(text: text.text, token: token)
    }

    private func entry(_ id: TokenID) async throws -> TokenCache.Entry? {
        if let entry = cache.entry(id) { return entry }
        let generation = cache.generation
        guard let entry = try await database.read({ try Self.find(id, $0) }) else { return nil }
        cache.insert(entry, generation: generation)
        return entry
    }

    private static func find(
        _ id: TokenID, _ statements: any Statements
    ) throws -> TokenCache.Entry? {
        let rows = try statements.rows(
            """
            SELECT \(Token.columns) FROM identity_tokens
            WHERE id = $1 AND ledger_index IS NOT NULL
            """, [.text(id.rawValue)])
        return try rows.first.map(entry(row:))
    }

    private static func entry(row: Row) throws -> TokenCache.Entry {
        guard let hash = hexBytes(try row.text("hash")) else { throw StoreError.column("hash") }
        return TokenCache.Entry(token: try Token(row: row), hash: hash)
    }

    private func proof(
        of token: Token, by certificate: ClientCertificate, now: WallTime
    ) -> AuthenticatedPrincipal? {
        guard token.principal == certificate.principal, now < certificate.expires else {
            return nil
        }
        return proof(of: token, as: .certificate, until: certificate.expires, now: now)
    }

    /// - Parameter until: when the credential ends by itself, where that is earlier than the token.
    private func proof(
        of token: Token, as kind: Credential.Kind = .token, until: WallTime? = nil, now: WallTime
    ) -> AuthenticatedPrincipal? {
        let directory = directory.value
        guard token.isLive(at: now),
            let principal = directory.principal(named: token.principal),
            principal.accountable == token.owner,
            directory.principal(named: token.issuer)?.isPerson == true
        else { return nil }
        return AuthenticatedPrincipal(
            principal: principal,
            credential: Credential(
                kind: kind, identifier: token.id.rawValue, issuers: token.issuers,
                expires: until.map { min($0, token.expires) } ?? token.expires,
                targets: narrower(token.targets, directory.agents[token.principal]?.targets)))
    }
}

/// What both allow; `nil` is no limit.
private func narrower(_ left: Set<TargetName>?, _ right: Set<TargetName>?) -> Set<TargetName>? {
    guard let left else { return right }
    guard let right else { return left }
    return left.intersection(right)
}

private func mayRevoke(_ token: Token, _ asker: PrincipalName, _ directory: Directory) -> Bool {
    guard directory.principal(named: asker)?.isPerson == true else { return false }
    return directory.isAdministrator(asker)
        || [token.owner, token.issuer, token.principal].contains(asker)
        || directory.agents[token.principal]?.owner == asker
}
