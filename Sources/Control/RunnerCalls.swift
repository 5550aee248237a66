import ControlAPI
import Gateway
import Hummingbird
import Identity
import TLS
import Vocabulary

/// `/v1/runners`: the hosts whose programs go through the gateway.
struct RunnerCalls {
    let services: GatewayServices

    var routes: [CallRoute] {
        [
            CallRoute(.get, "runners") { try await runners($0, $1) },
            CallRoute(.post, "runners") { try await invite($0, $1) },
            CallRoute(.delete, "runners/:name") { try await revoke($0, $1) },
            CallRoute(.post, "runners/enrolment", .anyone) { try await enrol($0, $1) },
        ]
    }

    private func runners(_ request: Request, _ context: CallContext) async throws -> Response {
        guard services.mayAudit(try context.authenticated()) else {
            throw CallRefusal.forbidden(
                "only administrators and the group `security` see the runners")
        }
        let hub = services.runners
        return json(
            try await hub.store.runners().map { runner in
                RunnerItem(
                    name: runner.name.text,
                    state: runner.revoked != nil
                        ? "revoked" : hub.isConnected(runner.name) ? "connected" : "away",
                    enrolled: runner.enrolled.milliseconds, enrolledBy: runner.enrolledBy.text,
                    seen: runner.seen?.milliseconds, revoked: runner.revoked?.milliseconds,
                    revokedBy: runner.revokedBy?.text)
            })
    }

    private func invite(_ request: Request, _ context: CallContext) async throws -> Response {
        let caller = try context.authenticated()
        let wanted = try await context.body(of: request, as: RunnerRequest.self)
        let issued = try await services.runners.store.invite(
            name(wanted.name), milliseconds: wanted.ttlMilliseconds, by: caller,
            now: services.clock.wall())
        return json(
            RunnerInvited(
                name: issued.enrolment.runner.text, key: issued.text,
                expires: issued.enrolment.expires.milliseconds), status: .created)
    }

    private func revoke(_ request: Request, _ context: CallContext) async throws -> Response {
        let runner = try name(context.parameter("name"))
        try await services.runners.store.revoke(
            runner, by: context.authenticated(), now: services.clock.wall())
        return json(["revoked": runner.text])
    }

    /// Whoever has the token is the runner: so it is spent first, and then the certificate made.
    private func enrol(_ request: Request, _ context: CallContext) async throws -> Response {
        let wanted = try await context.body(of: request, as: EnrolmentRequest.self)
        let runner = try name(wanted.name)
        let (hub, clock) = (services.runners, services.clock)
        let enrolment: RunnerEnrolment
        do throws(LoginRefusal) {
            enrolment = try await hub.store.spend(
                wanted.token, as: runner, address: context.address, now: clock.wall(),
                monotonic: clock.monotonic())
        } catch {
            await services.enter(error)
            throw CallRefusal(error)
        }
        do {
            let issued = try hub.issue(wanted.request, for: runner)
            try await hub.store.enrol(
                enrolment, issued.certificate, address: context.address, now: clock.wall())
            return json(
                EnrolmentAnswer(
                    certificate: issued.pem, expires: issued.certificate.expires.milliseconds),
                status: .created)
        } catch let error as TLSError where error.blame == .theirs {
            throw CallRefusal.bad(error.description)
        }
    }

    private func name(_ text: String) throws -> RunnerName {
        guard let name = RunnerName(text) else {
            throw CallRefusal.bad(
                "the runner's name is not a name",
                hint: "write letters, digits, `.`, `_`, `-`; `local` is the gateway's own")
        }
        return name
    }
}
