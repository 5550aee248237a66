import Gateway
import Hummingbird

/// The control API's calls. The CLI is their client.
struct ControlRouter {
    let services: GatewayServices

    init(_ services: GatewayServices) { self.services = services }

    func router() -> Router<CallContext> {
        let router = Router(context: CallContext.self)
        router.middlewares.add(RefusalMiddleware())
        router.middlewares.add(Authentication(services: services))
        let calls = router.group("v1")
        LoginCalls(services: services).add(to: calls)
        CredentialCalls(services: services).add(to: calls)
        HoldCalls(services: services).add(to: calls)
        TargetCalls(services: services).add(to: calls)
        SessionCalls(services: services).add(to: calls)
        LedgerCalls(services: services).add(to: calls)
        return router
    }
}

/// Errors become answers before Hummingbird would write its own.
struct RefusalMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: CallContext,
        next: (Request, CallContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let refusal = refusal(error)
            if refusal.status == .serviceUnavailable {
                context.logger.error("a call could not be served", metadata: ["error": "\(error)"])
            }
            return refusal.response()
        }
    }
}
