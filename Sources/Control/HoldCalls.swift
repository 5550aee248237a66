import ControlAPI
import Foundation
import Gateway
import Holds
import Hummingbird
import Identity
import Vocabulary

/// `/v1/holds`: the inbox, one hold's story, decisions, and the stream of what happens.
struct HoldCalls {
    let services: GatewayServices

    var routes: [CallRoute] {
        [
            CallRoute(.get, "holds", query: ["state", "after"]) { try await list($0, $1) },
            CallRoute(.get, "holds/:id") { try await show($0, $1) },
            CallRoute(.post, "holds/:id/decision") { try await decide($0, $1) },
            CallRoute(.post, "holds/:id/withdraw") { try await withdraw($0, $1) },
            CallRoute(.get, "events") { try await events($0, $1) },
        ]
    }

    private func list(_ request: Request, _ context: CallContext) async throws -> Response {
        let caller = try context.authenticated()
        let words = HoldState.allCases.map(\.rawValue).joined(separator: ", ")
        let state = try context.query.value("state", "one of \(words)", HoldState.init(rawValue:))
        let last = context.query["after"].map(HoldID.init(rawValue:))
        return json(try await services.holds.holds(state, for: caller, after: last))
    }

    private func show(_ request: Request, _ context: CallContext) async throws -> Response {
        let id = HoldID(rawValue: try context.parameter("id"))
        return json(try await services.holds.hold(id, for: context.authenticated()))
    }

    private func decide(_ request: Request, _ context: CallContext) async throws -> Response {
        let caller = try context.authenticated()
        let id = HoldID(rawValue: try context.parameter("id"))
        let given = try await context.body(of: request, as: DecisionRequest.self)
        let document = Array(given.document.utf8)
        guard let read = ConsentDocument(parsing: document) else {
            throw CallRefusal.bad("the document is not a consent document")
        }
        switch read.decision {
        case .consent:
            return json(
                try await services.holds.consent(
                    id, by: caller, document: document, signature: given.signature))
        case .refuse:
            return json(
                try await services.holds.deny(
                    id, by: caller, document: document, signature: given.signature))
        }
    }

    private func withdraw(_ request: Request, _ context: CallContext) async throws -> Response {
        let caller = try context.authenticated()
        let id = HoldID(rawValue: try context.parameter("id"))
        let given = try await context.body(of: request, as: WithdrawRequest.self)
        try await services.holds.withdraw(id, by: caller, reason: given.reason ?? "")
        return json(try await services.holds.hold(id, for: caller))
    }

    /// Server-sent events; the desk asks for each event and watcher whether they may know.
    private func events(_ request: Request, _ context: CallContext) async throws -> Response {
        let caller = try context.authenticated()
        let stream = try services.holds.events(for: caller)
        let waiting = services.waitingSessions(for: caller)
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                let closing = context.closing(caller, now: services.clock.wall())
                defer { closing?.cancel() }
                try await writer.write(ByteBuffer(string: ": watching\n\n"))
                for await part in eventFeed(
                    stream, waiting: waiting, fallenBehind: { context.close() })
                {
                    try await writer.write(ByteBuffer(string: part))
                }
                try await writer.finish(nil)
            })
    }
}
