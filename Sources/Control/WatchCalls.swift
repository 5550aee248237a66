import ControlAPI
import Foundation
import Gateway
import Hummingbird
import Identity
import Ledger
import Recording
import Vocabulary

/// `/v1/sessions/:id/live` and `/v1/sessions/:id/kill`: sessions that go on.
struct WatchCalls {
    let services: GatewayServices

    var routes: [CallRoute] {
        [
            CallRoute(.get, "sessions/:id/live") { try await join($0, $1) },
            CallRoute(.post, "sessions/:id/kill") { try await kill($0, $1) },
        ]
    }

    /// Server-sent events: what the session did from its beginning, and then what it does, until it ends.
    private func join(_ request: Request, _ context: CallContext) async throws -> Response {
        let caller = try context.authenticated()
        let session = try await services.liveSession(context.parameter("id"), for: caller)
        let followed = try await services.recorder.follow(session.session)
        let standing = WatcherStanding(services, session, caller)
        let ticks = LiveTicks()
        let watch: SessionWatch
        do {
            watch = try await services.watch(session.session, as: caller) {
                ticks.tick()
                // It says why it ends, unless it is stuck.
                Task { await standing.check { context.close() } }
            }
        } catch let refusal as WatchRefusal {
            throw CallRefusal.conflict("\(refusal)")
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                let closing = context.closing(caller, now: services.clock.wall())
                defer { closing?.cancel() }
                context.whenClosed { ticks.end() }
                // Whoever is gone does not go on counting as somebody who watches.
                context.closing(unheardFor: ControlLimits.stallSecondsMax)
                let stream = LiveStream(
                    followed: followed, watch: watch, standing: standing, ticks: ticks,
                    context: context)
                try await stream.run(&writer)
                try await writer.finish(nil)
            })
    }

    private func kill(_ request: Request, _ context: CallContext) async throws -> Response {
        let caller = try context.authenticated()
        let session = try await services.liveSession(context.parameter("id"), for: caller)
        let given = try await context.body(of: request, as: KillRequest.self)
        let reason = String((given.reason ?? "").prefix(ControlLimits.reasonCharactersMax))
        guard services.mayKill(session, caller) else {
            throw CallRefusal.forbidden(
                "only administrators, the agent's owner and the principal itself end a session")
        }
        let name = caller.principal.name
        // Of the disk's reserve too: ending a session must not wait for room, nor for the ledger.
        let entering = Task {
            _ = try await services.ledger.append(
                LedgerEntry(
                    kind: "session-killed",
                    body: [
                        "session": .text(session.session.rawValue),
                        "target": .text(session.target.text),
                        "principal": .text(session.principal.text), "by": .text(name.text),
                        "credential": .text(caller.credential.kind.rawValue),
                        "credential_id": .text(caller.credential.identifier),
                        "reason": .text(reason),
                    ], isEnding: true))
        }
        let isKilled = services.sessions.kill(session.session, by: name, reason: reason)
        try await entering.value
        guard isKilled else { throw CallRefusal.conflict("the session has ended") }
        return json(["killed": session.session.rawValue])
    }
}

/// Whether a watcher may go on watching, asked for each part anew.
struct WatcherStanding: Sendable {
    private let services: GatewayServices
    private let session: LiveSession
    private let caller: AuthenticatedPrincipal

    init(_ services: GatewayServices, _ session: LiveSession, _ caller: AuthenticatedPrincipal) {
        self.services = services
        self.session = session
        self.caller = caller
    }

    /// As of now; what the session asked for last when it has ended meanwhile.
    func holds() async -> Bool {
        let now = services.clock.wall()
        guard let caller = try? await services.tokens.stillHolds(caller, now: now) else {
            return false
        }
        return services.mayWatch(services.sessions.live(session.session) ?? session, caller)
    }

    /// `cut` is called when it does not hold, a moment later: whatever waits to be written then.
    func check(_ cut: @Sendable () -> Void) async {
        if await holds() { return }
        try? await Task.sleep(for: .milliseconds(ControlLimits.cutMilliseconds))
        cut()
    }
}
