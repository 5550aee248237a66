import ControlAPI
import Gateway
import Hummingbird
import Identity
import Vocabulary

/// `GET /v1/targets`: those that the caller may open, and for people those that their agents may.
struct TargetCalls {
    let services: GatewayServices

    var routes: [CallRoute] { [CallRoute(.get, "targets") { try await list($0, $1) }] }

    private func list(_ request: Request, _ context: CallContext) async throws -> Response {
        let caller = try context.authenticated()
        let visible = services.targets.values.filter { mayKnow($0, caller) }
        let sorted = visible.sorted { $0.name < $1.name }
        return json(
            sorted.map { service in
                TargetItem(
                    name: service.name.text, kind: service.target.kind,
                    labels: service.target.labels,
                    sessions: services.sessions.count(on: service.name))
            })
    }

    private func mayKnow(_ service: any TargetService, _ caller: AuthenticatedPrincipal) -> Bool {
        if services.mayAudit(caller) { return true }
        let policies = services.policies.set
        if policies.mayOpen(service.target, by: caller.principal) {
            return caller.credential.reaches(service.name)
        }
        guard caller.principal.isPerson else { return false }
        return services.directory.value.everyone.contains { other in
            !other.isPerson && other.accountable == caller.principal.name
                && policies.mayOpen(service.target, by: other)
        }
    }
}
