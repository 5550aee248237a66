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
        guard let name = loginName(user),
            directory.value.login(as: name).claimed == authenticated.principal.name
        else {
            // Charged like any other: whoever has a good token could go on for ever.
            let isCharged = attempts.charge(principal: nil, address: address, at: monotonic) != nil
            throw LoginRefusal(
                isCharged ? .refused : .tooMany, claimed: user, address: address,
                reason: "a token of `\(authenticated.principal.name)` with another's name")
        }
        return authenticated
    }

    /// For protocols with a bearer token alone. `claimed` is for the ledger only.
    public func authenticate(
        token text: String, claimed: String = "", address: String, now: WallTime,
        monotonic: MonotonicTime
    ) async throws(LoginRefusal) -> AuthenticatedPrincipal {
        // A good token that is remembered passes even where others at its address keep failing.
        if let known = tokens.authenticateRemembered(text, now: now) { return known }
        guard let charge = attempts.charge(principal: nil, address: address, at: monotonic) else {
            throw LoginRefusal(
                .tooMany, claimed: claimed, address: address, reason: "too many failed logins")
        }
        do {
            guard let authenticated = try await tokens.authenticate(text, now: now) else {
                throw LoginRefusal(
                    .refused, claimed: claimed, address: address, reason: "no good token")
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
