import Gateway
import HTTPTypes
import Hummingbird
import Identity

/// Proves who calls, by the bearer token (RFC 6750). A request without one goes on without a caller.
struct Authentication: RouterMiddleware {
    let services: GatewayServices

    func handle(
        _ request: Request, context: CallContext,
        next: (Request, CallContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let field = request.headers[.authorization] {
            context.caller = try await caller(field, context)
        }
        return try await next(request, context)
    }

    private func caller(
        _ field: String, _ context: CallContext
    ) async throws -> AuthenticatedPrincipal {
        let clock = services.clock
        let token = field.hasPrefix("Bearer ") ? String(field.dropFirst(7)) : ""
        do throws(LoginRefusal) {
            return try await services.authenticator.authenticate(
                token: token, address: context.address, now: clock.wall(),
                monotonic: clock.monotonic())
        } catch {
            await services.enter(error)
            throw error.kind == .refused ? CallRefusal.notAuthenticated : CallRefusal(error)
        }
    }
}
