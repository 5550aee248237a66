import ControlAPI
import Gateway
import Hummingbird
import Identity
import Ledger
import Vocabulary

/// `/v1/ledger`: the checkpoint for everyone who is authenticated; the entries for those who watch over it.
struct LedgerCalls {
    let services: GatewayServices

    var routes: [CallRoute] {
        [
            CallRoute(.get, "ledger/checkpoint", query: ["from"]) { try await checkpoint($0, $1) },
            CallRoute(.get, "ledger/entries", query: ["from", "to", "follow"]) {
                try await entries($0, $1)
            },
        ]
    }

    private func checkpoint(_ request: Request, _ context: CallContext) async throws -> Response {
        _ = try context.authenticated()
        let checkpoint = try await services.ledger.checkpoint()
        var proof: [String]?
        if let from = try context.query.number("from") {
            guard from <= checkpoint.size else {
                throw CallRefusal.conflict(
                    "the ledger has \(checkpoint.size) entries, fewer than the \(from) that were seen before",
                    hint:
                        "entries are missing: keep your checkpoint as evidence and tell the security team"
                )
            }
            proof = try services.ledger.consistencyProof(from: from, to: checkpoint.size)
                .map(\.hex)
        }
        return json(
            CheckpointAnswer(
                checkpoint: checkpoint.text, key: services.ledger.verifier.description,
                consistency: proof))
    }

    /// The lines themselves, from an index on; with `follow=1` new ones as they come.
    private func entries(_ request: Request, _ context: CallContext) async throws -> Response {
        let caller = try context.authenticated()
        guard services.mayAudit(caller) else {
            throw CallRefusal.forbidden(
                "only administrators and the group `security` read the ledger")
        }
        let query = context.query
        let first = try query.number("from") ?? 0
        let follows = try query.flag("follow")
        let end = min(try query.number("to") ?? .max, services.ledger.size)
        let feed = services.ledger.entries(from: first)
        return Response(
            status: .ok, headers: [.contentType: "application/jsonl", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                let closing = follows ? context.closing(caller, now: services.clock.wall()) : nil
                defer { closing?.cancel() }
                if follows || first < end {
                    for try await record in feed {
                        guard try await services.mayStillAudit(caller) else { break }
                        try await writer.write(ByteBuffer(bytes: record.line + [0x0A]))
                        if !follows, record.index + 1 >= end { break }
                    }
                }
                try await writer.finish(nil)
            })
    }
}

extension GatewayServices {
    /// The same as of now, for what goes on: the credential may have ended, the person may have left the group.
    func mayStillAudit(_ caller: AuthenticatedPrincipal) async throws -> Bool {
        try await tokens.stillHolds(caller, now: clock.wall()).map(mayAudit) ?? false
    }

    /// Who may read everybody's records: administrators, and people of the group `security`.
    func mayAudit(_ caller: AuthenticatedPrincipal) -> Bool {
        let principal = caller.principal
        guard principal.isPerson else { return false }
        return principal.groups.contains("security")
            || directory.value.isAdministrator(principal.name)
    }
}
