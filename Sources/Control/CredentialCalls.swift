import ControlAPI
import Foundation
import Gateway
import Hummingbird
import Identity
import TLS
import Vocabulary

/// `/v1/tokens`, `/v1/certificate` and `/v1/keys`: what a person issued, owns or enrolled.
struct CredentialCalls {
    let services: GatewayServices

    var routes: [CallRoute] {
        [
            CallRoute(.get, "tokens") { try await tokens($0, $1) },
            CallRoute(.post, "tokens") { try await issue($0, $1) },
            CallRoute(.delete, "tokens/:id") { try await revokeToken($0, $1) },
            CallRoute(.post, "certificate") { try await certify($0, $1) },
            CallRoute(.get, "keys") { try await keys($0, $1) },
            CallRoute(.delete, "keys/:id") { try await revokeKey($0, $1) },
            CallRoute(.get, "keys/allowed_signers") { try await allowedSigners($0, $1) },
        ]
    }

    private func tokens(_ request: Request, _ context: CallContext) async throws -> Response {
        json(
            try await services.tokens.tokens(visibleTo: context.authenticated()).map(TokenItem.init)
        )
    }

    private func issue(_ request: Request, _ context: CallContext) async throws -> Response {
        let caller = try context.authenticated()
        let wanted = try await context.body(of: request, as: TokenRequest.self)
        guard let agent = PrincipalName(wanted.agent) else {
            throw CallRefusal.bad("the agent's name is not a name")
        }
        let issued = try await services.tokens.issue(
            forAgent: agent, targets: try targetNames(wanted.targets),
            milliseconds: wanted.ttlMilliseconds, by: caller, now: services.clock.wall())
        await services.removeOutlivedTokens()
        return json(
            TokenIssued(
                id: issued.token.id.rawValue, key: issued.text,
                expires: issued.token.expires.milliseconds), status: .created)
    }

    private func targetNames(_ names: [String]?) throws -> Set<TargetName>? {
        guard let names else { return nil }
        return Set(
            try names.map { text in
                guard let name = TargetName(text), services.targets[name] != nil else {
                    throw CallRefusal.notFound("no target by that name: see `sallyport targets`")
                }
                return name
            })
    }

    private func revokeToken(_ request: Request, _ context: CallContext) async throws -> Response {
        let id = TokenID(rawValue: try context.parameter("id"))
        try await services.tokens.revoke(
            id, by: context.authenticated(), now: services.clock.wall())
        return json(["revoked": id.rawValue])
    }

    private func certify(_ request: Request, _ context: CallContext) async throws -> Response {
        let caller = try context.authenticated()
        let wanted = try await context.body(of: request, as: CertificateRequest.self)
        do {
            let (pem, certificate) = try await services.certificates.issue(
                wanted.request, for: caller)
            return json(
                CertificateAnswer(
                    certificate: pem, principal: certificate.principal.text,
                    expires: certificate.expires.milliseconds), status: .created)
        } catch let error as TLSError where error.blame == .theirs {
            throw CallRefusal.bad(error.description)
        }
    }

    private func keys(_ request: Request, _ context: CallContext) async throws -> Response {
        json(try await services.keys.keys(visibleTo: context.authenticated()).map(KeyItem.init))
    }

    private func revokeKey(_ request: Request, _ context: CallContext) async throws -> Response {
        // A fingerprint has `/` and `+` in it: it comes percent-encoded.
        let text = try context.parameter("id")
        let id = KeyID(rawValue: text.removingPercentEncoding ?? text)
        try await services.keys.revoke(
            id, by: context.authenticated(), now: services.clock.wall())
        return json(["revoked": id.rawValue])
    }

    private func allowedSigners(
        _ request: Request, _ context: CallContext
    ) async throws -> Response {
        guard services.mayAudit(try context.authenticated()) else {
            throw CallRefusal.forbidden(
                "only administrators and the group `security` read everyone's keys")
        }
        return json(["allowed_signers": try await services.keys.allowedSigners()])
    }
}

extension GatewayServices {
    /// Wherever a token is made, those that ended long ago go: the ledger keeps their story. What fails is tried again
    /// with the next one.
    func removeOutlivedTokens() async {
        let time = clock.wall().advanced(byMilliseconds: -ControlLimits.endedTokenMilliseconds)
        _ = try? await tokens.removeEnded(before: time)
    }
}

extension TokenItem {
    init(_ token: Token) {
        self.init(
            id: token.id.rawValue, principal: token.principal.text, owner: token.owner.text,
            issuer: token.issuer.text, targets: token.targets?.map(\.text).sorted(),
            issued: token.issued.milliseconds, expires: token.expires.milliseconds,
            revoked: token.revoked?.milliseconds, revokedBy: token.revokedBy?.text)
    }
}

extension KeyItem {
    init(_ key: ConsentKey) {
        self.init(
            id: key.id.rawValue, person: key.person.text, algorithm: key.key.algorithm.rawValue,
            comment: key.key.comment, protected: key.isProtected,
            enrolled: key.enrolled.milliseconds, revoked: key.revoked?.milliseconds,
            allowedSigner: key.allowedSignersLine)
    }
}
