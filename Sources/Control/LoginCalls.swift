import ControlAPI
import Gateway
import Hummingbird
import Identity
import Ledger
import Vocabulary

/// `POST /v1/login...`: a whole PAM conversation, step by step; at its end a token, and a consent key where one is offered.
struct LoginCalls {
    let services: GatewayServices

    var routes: [CallRoute] {
        [
            CallRoute(.post, "login", .anyone) { try await start($0, $1) },
            CallRoute(.post, "login/:conversation", .anyone) { try await answer($0, $1) },
        ]
    }

    private func start(_ request: Request, _ context: CallContext) async throws -> Response {
        let wanted = try await context.body(of: request, as: LoginRequest.self)
        let clock = services.clock
        var voucher: AuthenticatedPrincipal?
        if let token = wanted.token {
            // One that is no longer good is none: they log in to get another.
            voucher = try? await services.authenticator.authenticate(
                token: token, address: context.address, now: clock.wall(),
                monotonic: clock.monotonic())
        }
        let step: Identity.LoginStep
        do throws(LoginRefusal) {
            step = try await services.logins.start(
                user: wanted.user, address: context.address, voucher: voucher, now: clock.wall(),
                monotonic: clock.monotonic())
        } catch {
            throw await refused(error)
        }
        return try await reply(step, offered: nil)
    }

    private func answer(_ request: Request, _ context: CallContext) async throws -> Response {
        let given = try await context.body(of: request, as: LoginAnswers.self)
        let id = ConversationID(rawValue: try context.parameter("conversation"))
        let step: Identity.LoginStep
        let clock = services.clock
        do throws(LoginRefusal) {
            step = try await services.logins.answer(
                id, given.answers.map { Array($0.utf8) }, address: context.address,
                now: clock.wall(), monotonic: clock.monotonic())
        } catch {
            throw await refused(error)
        }
        return try await reply(step, offered: given.key)
    }

    private func refused(_ refusal: LoginRefusal) async -> any Error {
        await services.enter(refusal)
        return refusal
    }

    private func reply(
        _ step: consuming Identity.LoginStep, offered: KeyOffer?
    ) async throws -> Response {
        switch consume step {
        case .asks(let id, let messages):
            return json(
                ControlAPI.LoginStep(
                    conversation: id.rawValue, messages: messages.map(LoginMessage.init),
                    result: nil))
        case .finished(let whole):
            let result = try await finish(whole, offered: offered)
            return json(ControlAPI.LoginStep(conversation: nil, messages: [], result: result))
        }
    }

    /// Entered in the ledger first, then granted.
    private func finish(
        _ whole: consuming WholeConversation, offered: KeyOffer?
    ) async throws -> LoginResult {
        let now = services.clock.wall()
        let person = whole.authenticated.principal
        _ = try await services.ledger.append(
            LedgerEntry(kind: whole.event.kind, body: whole.event.body))
        if let offered, let grant = whole.takeEnrolmentGrant() {
            services.announce(
                try await services.keys.enrol(
                    line: offered.publicKey, isProtected: offered.protection != .none, grant,
                    now: now))
        }
        guard let grant = whole.takeLoginGrant() else { throw CallRefusal.notAuthenticated }
        let issued = try await services.tokens.issueLogin(
            grant, milliseconds: Identity.Limits.loginTokenMillisecondsMax, now: now)
        await services.removeOutlivedTokens()
        let keys = try await services.keys.live(of: person.name)
        return LoginResult(
            principal: person.name.text, groups: person.groups.sorted(), token: issued.text,
            tokenID: issued.token.id.rawValue, expires: issued.token.expires.milliseconds,
            keys: keys.map(\.id.rawValue), ledgerKey: services.ledger.verifier.description)
    }
}

extension LoginMessage {
    init(_ message: PAMMessage) {
        let kind: Kind =
            switch message.kind {
            case .hidden: .hidden
            case .shown: .shown
            case .info: .info
            case .error: .error
            }
        self.init(kind: kind, text: message.text)
    }
}
