import Vocabulary

/// The front door of every protocol: takes what a client presents and proves who it is, or refuses alike for
/// all wrong names, passwords and tokens.
public struct Authenticator: Sendable {
    private let tokens: TokenStore
    private let logins: PAMLogins
    private let directory: CurrentDirectory
    private let attempts: AttemptLimiter

    public init(
        tokens: TokenStore, logins: PAMLogins, directory: CurrentDirectory,
        attempts: AttemptLimiter
    ) {
        self.tokens = tokens
        self.logins = logins
        self.directory = directory
        self.attempts = attempts
    }

    /// For protocols with a user name and one secret: a token (`spt_...`) whose principal the user name has
    /// to mean, else a PAM password.
    public func authenticate(
        user: String, secret: [UInt8], address: String, now: WallTime, monotonic: MonotonicTime
    ) async throws(LoginRefusal) -> AuthenticatedPrincipal {
        guard secret.starts(with: TokenText.prefix.utf8),
            let text = String(validating: secret, as: UTF8.self)
        else {
            return try await logins.authenticate(
                user: user, password: secret, address: address, monotonic: monotonic)
        }
        let authenticated = try await authenticate(
            token: text, claimed: user, address: address, now: now, monotonic: monotonic)
        try check(user, is: authenticated, address: address, monotonic: monotonic)
        return authenticated
    }

    /// As above, where TLS has verified a certificate of the gateway's own CA: it decides, and nothing else is asked.
    public func authenticate(
        user: String, certificate: ClientCertificate, address: String, now: WallTime,
        monotonic: MonotonicTime
    ) async throws(LoginRefusal) -> AuthenticatedPrincipal {
        let authenticated = try await authenticate(
            certificate: certificate, claimed: user, address: address, now: now,
            monotonic: monotonic)
        try check(user, is: authenticated, address: address, monotonic: monotonic)
        return authenticated
    }

    /// For protocols without a user name. `claimed` is for the ledger only.
    public func authenticate(
        certificate: ClientCertificate, claimed: String? = nil, address: String, now: WallTime,
        monotonic: MonotonicTime
    ) async throws(LoginRefusal) -> AuthenticatedPrincipal {
        let tokens = tokens
        return try await prove(
            claimed: claimed ?? certificate.principal.text, address: address, monotonic: monotonic,
            reason: "no good token behind the certificate of `\(certificate.principal)`",
            remembered: tokens.authenticateRemembered(certificate, now: now)
        ) { try await tokens.authenticate(certificate, now: now) }
    }

    /// Any disagreement is charged like a wrong secret: whoever has a good one could go on for ever.
    private func check(
        _ user: String, is authenticated: AuthenticatedPrincipal, address: String,
        monotonic: MonotonicTime
    ) throws(LoginRefusal) {
        let principal = authenticated.principal.name
        guard let name = loginName(user), directory.value.login(as: name).claimed == principal
        else {
            let isCharged = attempts.charge(principal: nil, address: address, at: monotonic) != nil
            throw LoginRefusal(
                isCharged ? .refused : .tooMany, claimed: user, address: address,
                reason:
                    "a \(authenticated.credential.kind.rawValue) of `\(principal)` with another's name"
            )
        }
    }

    /// For protocols with a bearer token alone. `claimed` is for the ledger only.
    public func authenticate(
        token text: String, claimed: String = "", address: String, now: WallTime,
        monotonic: MonotonicTime
    ) async throws(LoginRefusal) -> AuthenticatedPrincipal {
        let tokens = tokens
        return try await prove(
            claimed: claimed, address: address, monotonic: monotonic, reason: "no good token",
            remembered: tokens.authenticateRemembered(text, now: now)
        ) { try await tokens.authenticate(text, now: now) }
    }

    /// What is remembered as good passes even where others at its address keep failing.
    private func prove(
        claimed: String, address: String, monotonic: MonotonicTime, reason: String,
        remembered: AuthenticatedPrincipal?,
        _ authenticate: () async throws -> AuthenticatedPrincipal?
    ) async throws(LoginRefusal) -> AuthenticatedPrincipal {
        if let remembered { return remembered }
        guard let charge = attempts.charge(principal: nil, address: address, at: monotonic) else {
            throw LoginRefusal(
                .tooMany, claimed: claimed, address: address, reason: "too many failed logins")
        }
        do {
            guard let authenticated = try await authenticate() else {
                throw LoginRefusal(.refused, claimed: claimed, address: address, reason: reason)
            }
            attempts.giveBack(charge)
            return authenticated
        } catch let refusal as LoginRefusal {
            throw refusal
        } catch {
            attempts.giveBack(charge)
            throw LoginRefusal(
                .unavailable, claimed: claimed, address: address, reason: "\(error)")
        }
    }
}
