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
        guard
            let charge = services.attempts.charge(
                principal: nil, address: context.address, at: clock.monotonic())
        else {
            throw CallRefusal(
                status: .tooManyRequests, error: "too many failed logins: wait a few minutes")
        }
        guard field.hasPrefix("Bearer "),
            let caller = try await services.tokens.authenticate(
                String(field.dropFirst(7)), now: clock.wall())
        else { throw CallRefusal.notAuthenticated }
        services.attempts.giveBack(charge)
        return caller
    }
}
