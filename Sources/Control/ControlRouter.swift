import Gateway
import Hummingbird

/// The control API's calls. The CLI is their client.
struct ControlRouter {
    let services: GatewayServices

    init(_ services: GatewayServices) { self.services = services }

    /// All of them, as docs/control-api.yaml describes them.
    var routes: [CallRoute] {
        LoginCalls(services: services).routes + CredentialCalls(services: services).routes
            + HoldCalls(services: services).routes + TargetCalls(services: services).routes
            + SessionCalls(services: services).routes + WatchCalls(services: services).routes
            + RunnerCalls(services: services).routes + LedgerCalls(services: services).routes
    }

    func router() -> Router<CallContext> {
        let router = Router(context: CallContext.self)
        router.middlewares.add(RefusalMiddleware())
        router.middlewares.add(Authentication(services: services))
        let calls = router.group("v1")
        for route in routes { route.add(to: calls) }
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
            guard isCanonical(path: request.uri.path) else { throw HTTPError(.notFound) }
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
