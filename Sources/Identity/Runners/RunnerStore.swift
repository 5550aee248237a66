import Cryptography
import Store
import Vocabulary

/// Runners on other hosts: let in by an administrator with a token that is good once, known from then on by their
/// certificates, revoked by name. As with tokens, nothing counts that the ledger has not taken.
public final class RunnerStore: Sendable {
    private let database: any Database
    private let directory: CurrentDirectory
    private let revocations: Revocations
    private let attempts: AttemptLimiter
    private let enter: LedgerEntrance

    public init(
        database: any Database, directory: CurrentDirectory, revocations: Revocations,
        attempts: AttemptLimiter, enter: @escaping LedgerEntrance
    ) {
        self.attempts = attempts
        self.database = database
        self.directory = directory
        self.revocations = revocations
        self.enter = enter
    }

    /// A token with which one host becomes `runner`; one that had this name before is another's from then on.
    ///
    /// - Parameter milliseconds: its life, up to `Limits.enrolmentMillisecondsMax`.
    /// Throws `IdentityError`, or `StoreError`.
    public func invite(
        _ runner: RunnerName, milliseconds: Int64, by issuer: AuthenticatedPrincipal, now: WallTime
    ) async throws -> IssuedEnrolment {
        try checkAdministrator(issuer, "enrol runners")
        guard
            (Limits.tokenMillisecondsMin...Limits.enrolmentMillisecondsMax).contains(milliseconds)
        else {
            throw IdentityError.invalid(
                "an enrolment token lives between \(Limits.tokenMillisecondsMin / 1000) s and \(Limits.enrolmentMillisecondsMax / 3_600_000) h"
            )
        }
        let text = TokenText.make(prefix: TokenText.enrolmentPrefix)
        let enrolment = RunnerEnrolment(
            id: text.id, runner: runner, issuer: issuer.principal.name, issued: now,
            expires: now.advanced(byMilliseconds: milliseconds))
        let index = try await enter(.runnerInvited(enrolment))
        try await database.write { statements in
            try statements.run(
                "DELETE FROM identity_enrolments WHERE expires_at <= $1",
                [.integer(now.milliseconds)])
            try statements.run(
                """
                INSERT INTO identity_enrolments
                    (id, hash, runner, issuer, issued_at, expires_at, ledger_index)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                """,
                [
                    .text(text.id.rawValue), .text(text.hash.hex), .text(runner.text),
                    .text(enrolment.issuer.text), .integer(now.milliseconds),
                    .integer(enrolment.expires.milliseconds), .integer(Int64(index)),
                ])
        }
        return IssuedEnrolment(text: text.text, enrolment: enrolment)
    }

    /// Spends an enrolment token of `runner`'s: for good, also when what should follow fails. Refuses alike every one that
    /// is not good now, whatever the reason. Failures of one address are limited, as logins are.
    public func spend(
        _ text: String, as runner: RunnerName, address: String, now: WallTime,
        monotonic: MonotonicTime
    ) async throws(LoginRefusal) -> RunnerEnrolment {
        func refusal(_ kind: LoginRefusal.Kind, _ reason: String) -> LoginRefusal {
            LoginRefusal(kind, claimed: runner.text, address: address, reason: reason)
        }
        guard let charge = attempts.charge(principal: nil, address: address, at: monotonic) else {
            throw refusal(.tooMany, "too many failed logins")
        }
        let spent: RunnerEnrolment?
        do {
            spent = try await spend(text, as: runner, now: now)
        } catch {
            attempts.giveBack(charge)
            throw refusal(.unavailable, "\(error)")
        }
        guard let spent else { throw refusal(.refused, "no good enrolment token") }
        attempts.giveBack(charge)
        return spent
    }

    private func spend(
        _ text: String, as runner: RunnerName, now: WallTime
    ) async throws -> RunnerEnrolment? {
        guard let parsed = TokenText(parsing: text, prefix: TokenText.enrolmentPrefix) else {
            return nil
        }
        let enrolment: RunnerEnrolment? = try await database.write { statements in
            let rows = try statements.rows(
                """
                SELECT hash, issuer, issued_at, expires_at FROM identity_enrolments
                WHERE id = $1 AND runner = $2 AND expires_at > $3 AND spent_at IS NULL
                """, [.text(parsed.id.rawValue), .text(runner.text), .integer(now.milliseconds)])
            guard let row = rows.first, let hash = hexBytes(try row.text("hash")),
                constantTimeEqual(hash, parsed.hash.bytes)
            else { return nil }
            let count = try statements.run(
                "UPDATE identity_enrolments SET spent_at = $2 WHERE id = $1 AND spent_at IS NULL",
                [.text(parsed.id.rawValue), .integer(now.milliseconds)])
            guard count == 1 else { return nil }
            return RunnerEnrolment(
                id: parsed.id, runner: runner, issuer: try row.principal("issuer"),
                issued: WallTime(milliseconds: try row.integer("issued_at")),
                expires: WallTime(milliseconds: try row.integer("expires_at")))
        }
        // Whoever invited it may be gone, or no administrator any more.
        guard let enrolment, directory.value.isAdministrator(enrolment.issuer) else { return nil }
        return enrolment
    }

    /// The certificate that an enrolment led to is the runner's only one from then on.
    ///
    /// Throws `IdentityError.notAllowed` when the runner was revoked since the token was spent, or it has led to one already.
    public func enrol(
        _ enrolment: RunnerEnrolment, _ certificate: RunnerCertificate, address: String,
        now: WallTime
    ) async throws {
        let id = enrolment.id.rawValue
        let revoked = IdentityError.notAllowed("the enrolment was revoked meanwhile")
        let isStanding = try await database.read { statements in
            try !statements.rows(
                "SELECT id FROM identity_enrolments WHERE id = $1 AND spent_at IS NOT NULL",
                [.text(id)]
            ).isEmpty
        }
        guard isStanding else { throw revoked }
        let index = try await enter(
            .runnerEnrolled(certificate, by: enrolment.issuer, address: address))
        // Whoever had the name before is not it any more.
        revocations.announce(.runner(enrolment.runner))
        try await database.write { statements in
            let count = try statements.run(
                "DELETE FROM identity_enrolments WHERE id = $1 AND spent_at IS NOT NULL",
                [.text(id)])
            guard count == 1 else { throw revoked }
            try statements.run(
                """
                INSERT INTO identity_runners (name, enrolled_at, enrolled_by, ledger_index)
                VALUES ($1, $2, $3, $4)
                ON CONFLICT (name) DO UPDATE SET enrolled_at = $2, enrolled_by = $3,
                    ledger_index = $4, seen_at = NULL, revoked_at = NULL, revoked_by = NULL
                """,
                [
                    .text(enrolment.runner.text), .integer(now.milliseconds),
                    .text(enrolment.issuer.text), .integer(Int64(index)),
                ])
            try statements.run(
                "DELETE FROM identity_runner_certificates WHERE runner = $1",
                [.text(enrolment.runner.text)])
            try Self.insert(certificate, now: now, statements)
        }
        revocations.announce(.runner(enrolment.runner))
    }

    /// A further certificate for a runner that has proved itself by `old`, which stays good until the new one is shown.
    /// Throws `IdentityError.notAllowed` when `old` is not good any more.
    public func renew(
        _ old: Digest, _ certificate: RunnerCertificate, now: WallTime
    ) async throws {
        let check: @Sendable (any Statements) throws -> Void = { statements in
            guard try Self.isKnown(certificate.runner, old, now: now, statements) else {
                throw IdentityError.notAllowed("the runner's certificate is not good any more")
            }
        }
        try await database.read(check)
        _ = try await enter(.runnerRenewed(certificate))
        try await database.write { statements in
            try check(statements)
            // One renewal at a time: what was issued and never shown goes.
            try statements.run(
                "DELETE FROM identity_runner_certificates WHERE runner = $1 AND fingerprint <> $2",
                [.text(certificate.runner.text), .text(old.hex)])
            try Self.insert(certificate, now: now, statements)
        }
    }

    /// Whether this certificate, whose signature TLS has verified, is the runner's now. Those that it had before this one
    /// are not any more.
    public func prove(
        _ runner: RunnerName, _ fingerprint: Digest, now: WallTime
    ) async throws -> Bool {
        try await database.write { statements in
            guard try Self.isKnown(runner, fingerprint, now: now, statements) else { return false }
            try statements.run(
                """
                DELETE FROM identity_runner_certificates WHERE runner = $1 AND number <
                    (SELECT number FROM identity_runner_certificates WHERE fingerprint = $2)
                """, [.text(runner.text), .text(fingerprint.hex)])
            return true
        }
    }

    /// As `prove`, and nothing changes.
    public func isGood(
        _ runner: RunnerName, _ fingerprint: Digest, now: WallTime
    ) async throws -> Bool {
        try await database.read { try Self.isKnown(runner, fingerprint, now: now, $0) }
    }

    public func noteSeen(_ runner: RunnerName, now: WallTime) async throws {
        _ = try await database.write { statements in
            try statements.run(
                "UPDATE identity_runners SET seen_at = $2 WHERE name = $1",
                [.text(runner.text), .integer(now.milliseconds)])
        }
    }

    /// All of them by name, at most `Limits.listRowsMax`.
    public func runners() async throws -> [EnrolledRunner] {
        try await database.read { statements in
            try statements.rows(
                "SELECT \(EnrolledRunner.columns) FROM identity_runners ORDER BY name LIMIT $1",
                [.integer(Int64(Limits.listRowsMax))]
            ).map(EnrolledRunner.init(row:))
        }
    }

    /// When the newest certificate of a runner ends, by what stands in the store; `nil` for one that is not enrolled, or was
    /// revoked.
    public static func certificateEnd(
        of runner: RunnerName, in database: any Database
    ) async throws -> WallTime? {
        try await database.read { statements in
            try statements.rows(
                """
                SELECT max(c.expires_at) AS ends_at FROM identity_runner_certificates c
                JOIN identity_runners r ON r.name = c.runner
                WHERE r.name = $1 AND r.revoked_at IS NULL
                """, [.text(runner.text)]
            ).first?.optionalInteger("ends_at").map(WallTime.init(milliseconds:))
        }
    }

    /// Ends a runner, at once: it is announced to `Revocations` before this returns, and invitations under its name end
    /// too. It is revoked also when the ledger does not take the entry, and this throws; revoking again then enters it.
    public func revoke(
        _ runner: RunnerName, by asker: AuthenticatedPrincipal, now: WallTime
    ) async throws {
        try checkAdministrator(asker, "revoke runners")
        let name = asker.principal.name
        let mustEnter = try await database.write { statements in
            let invited = try statements.run(
                "DELETE FROM identity_enrolments WHERE runner = $1", [.text(runner.text)])
            let rows = try statements.rows(
                "SELECT revoked_index FROM identity_runners WHERE name = $1", [.text(runner.text)])
            guard invited > 0 || !rows.isEmpty else {
                throw IdentityError.notFound("no runner `\(runner)`")
            }
            try statements.run(
                "DELETE FROM identity_runner_certificates WHERE runner = $1",
                [.text(runner.text)])
            let count = try statements.run(
                """
                UPDATE identity_runners SET revoked_at = $2, revoked_by = $3, revoked_index = NULL
                WHERE name = $1 AND revoked_at IS NULL
                """, [.text(runner.text), .integer(now.milliseconds), .text(name.text)])
            return count > 0 || invited > 0
                || rows.contains { $0.optionalInteger("revoked_index") == nil }
        }
        revocations.announce(.runner(runner))
        guard mustEnter else { return }
        let index = try await enter(.runnerRevoked(runner, by: name))
        _ = try await database.write { statements in
            try statements.run(
                "UPDATE identity_runners SET revoked_index = $2 WHERE name = $1",
                [.text(runner.text), .integer(Int64(index))])
        }
    }
}

extension RunnerStore {
    private func checkAdministrator(_ asker: AuthenticatedPrincipal, _ what: String) throws {
        guard asker.principal.isPerson, directory.value.isAdministrator(asker.principal.name) else {
            throw IdentityError.notAllowed("only administrators \(what)")
        }
    }

    private static func isKnown(
        _ runner: RunnerName, _ fingerprint: Digest, now: WallTime, _ statements: any Statements
    ) throws -> Bool {
        try !statements.rows(
            """
            SELECT c.number FROM identity_runner_certificates c
            JOIN identity_runners r ON r.name = c.runner
            WHERE c.fingerprint = $1 AND c.runner = $2 AND c.expires_at > $3
                AND r.revoked_at IS NULL
            """, [.text(fingerprint.hex), .text(runner.text), .integer(now.milliseconds)]
        ).isEmpty
    }

    private static func insert(
        _ certificate: RunnerCertificate, now: WallTime, _ statements: any Statements
    ) throws {
        try statements.run(
            """
            INSERT INTO identity_runner_certificates
                (fingerprint, runner, number, issued_at, expires_at)
            VALUES ($1, $2,
                (SELECT coalesce(max(number), 0) + 1 FROM identity_runner_certificates), $3, $4)
            """,
            [
                .text(certificate.fingerprint.hex), .text(certificate.runner.text),
                .integer(now.milliseconds), .integer(certificate.expires.milliseconds),
            ])
    }
}
