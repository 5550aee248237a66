import Foundation
import TestKit
import Testing

/// Calls to a container engine while the gateway's store or ledger cannot be written: nothing that needs them reaches the
/// engine.
@Suite("Calls to a container engine whose gateway cannot write", .serialized, .realParts)
struct ContainerStoreTests {
    private static let kill = "POST /containers/web/kill"
    private static let notRecorded = "it could not be recorded, so it was not sent"
    private static let noContent = "HTTP/1.1 204 No Content\r\n\r\n"

    /// Refused in the engine's own form.
    private func expect(
        _ response: RawResponse, _ status: Int, _ why: String, isLast: Bool = false
    ) throws {
        #expect(response.status == status && response.isLast == isLast, "\(response)")
        let body = try JSONSerialization.jsonObject(with: Data(response.body.utf8))
        let message = try #require((body as? [String: Any])?["message"] as? String)
        #expect(message.hasPrefix("sallyport: ") && message.contains(why), "\(message)")
    }

    /// A client whose call is held, and the hold.
    private func held(
        _ wire: WireGateway, besides seen: [String] = []
    ) async throws -> (client: RawClient, peer: FalseEngine.Peer, hold: String) {
        let (client, peer) = try wire.session()
        client.send(wire.head(Self.kill))
        try peer.answerQuestions()
        return (client, peer, try await wire.pendingHold(besides: seen))
    }

    /// The call goes to the engine now, and its answer comes back.
    private func expectKill(_ client: RawClient, _ peer: FalseEngine.Peer) throws {
        #expect(
            try peer.request().line == "POST /v1.41/containers/\(WireGateway.container)/kill")
        try peer.send(Self.noContent)
        #expect(try client.response().status == 204)
    }

    // MARK: The store

    @Test(
        "a locked store refuses what would be held and what people consent to, with a reason; what is allowed goes on, and all works again afterwards"
    )
    func lockedStore() async throws {
        let wire = try await WireGateway()
        let (waiting, waitingPeer, hold) = try await held(wire)
        let (client, peer) = try wire.session()

        let other = try StoreLock(wire.gateway)
        client.send(wire.head(Self.kill))
        try peer.answerQuestions()
        try expect(try client.response(), 503, "could not be held now")
        #expect(try wire.isAlive(client, peer))
        let consent = try await wire.gateway.person("bob", ["approve", hold])
        #expect(consent.status == 1 && consent.err.contains("store is locked"), "\(consent)")
        other.unlock()

        try await wire.approve(hold)
        try waitingPeer.answerQuestions()
        try expectKill(waiting, waitingPeer)
        try await wire.expect(hold, is: "succeeded")
        client.send(wire.head(Self.kill))
        try peer.answerQuestions()
        let late = try await wire.pendingHold()
        try await wire.approve(late)
        try peer.answerQuestions()
        try expectKill(client, peer)
    }

    @Test(
        "a call that was approved is not sent when the store is locked by then, and its hold ends when it is not"
    )
    func lockedAtRelease() async throws {
        let wire = try await WireGateway()
        let (client, peer, hold) = try await held(wire)
        try await wire.approve(hold)
        #expect(try peer.request().line == "GET /v1.41/containers/web/json")
        // The gateway asks what the call means now: behind the consent, and before the release.
        let other = try StoreLock(wire.gateway)
        try peer.answer(200, FalseEngine.Peer.container(WireGateway.container))
        try peer.answerImage()
        try expect(try client.response(), 403, "its hold was not released")
        #expect(try wire.isAlive(client, peer))
        #expect(
            wire.gateway.daemon.expect("a hold is not abandoned yet") != nil,
            "\(wire.gateway.daemon.rest)")
        other.unlock()
        try await wire.expect(hold, is: "abandoned")
        client.close()
        #expect(try peer.rest() == "")
    }

    // MARK: The ledger

    @Test(
        "threat 25: while the ledger takes nothing, what is reviewed or held is refused with a reason, and what is denied is denied; what is allowed goes on"
    )
    func brokenLedger() async throws {
        let broken = try BrokenDisk()
        let wire = try await WireGateway(
            policies: [
                WireGateway.policy(),
                """
                policy: reviews
                targets: { kind: docker }
                rules:
                  - { rule: reviews, effects: [container.stop], decide: review }
                """,
            ], environment: broken.environment)
        let (waiting, waitingPeer, hold) = try await held(wire)
        let (client, peer) = try wire.session()

        try broken.fail(under: wire.gateway.ledger)
        client.send(wire.head("POST /containers/web/stop"))
        try peer.answerQuestions()
        try expect(try client.response(), 503, Self.notRecorded)
        client.send(wire.head(Self.kill))
        try peer.answerQuestions()
        try expect(try client.response(), 503, "could not be held now")
        client.send(wire.head("DELETE /containers/web"))
        try peer.answerQuestions()
        try expect(try client.response(), 403, "no policy allows it")
        #expect(try wire.isAlive(client, peer))
        let consent = try await wire.gateway.person("bob", ["approve", hold])
        #expect(consent.status == 1, "\(consent)")
        let new = try RawClient(wire.gateway)
        new.send(wire.head("GET /_ping"))
        #expect(try new.response().status == 503)
        // Dialled while it was to be entered, and nothing said.
        #expect(try wire.engine.accept().rest() == "")
        try broken.mend()

        try restart(wire)
        #expect(try waitingPeer.rest() == "")
        #expect(try peer.rest() == "")
        waiting.close()
        try await wire.expect(hold, is: "abandoned")
        let (next, nextPeer, late) = try await held(wire)
        try await wire.approve(late)
        try nextPeer.answerQuestions()
        try expectKill(next, nextPeer)
    }

    /// What the disk has once not written the ledger does not trust again before a start.
    private func restart(_ wire: WireGateway) throws {
        let stopped = wire.gateway.drain()
        #expect(stopped.status == 0, "\(stopped)")
        try wire.gateway.restart()
    }

    @Test("a call that was approved is not sent when the ledger takes nothing by then")
    func brokenAtRelease() async throws {
        let broken = try BrokenDisk()
        let wire = try await WireGateway(environment: broken.environment)
        let (client, peer, hold) = try await held(wire)
        try await wire.approve(hold)
        #expect(try peer.request().line == "GET /v1.41/containers/web/json")
        try broken.fail(under: wire.gateway.ledger)
        try peer.answer(200, FalseEngine.Peer.container(WireGateway.container))
        try peer.answerImage()
        try expect(try client.response(), 403, "its hold was not released")
        #expect(try wire.isAlive(client, peer))
        try broken.mend()
        try restart(wire)
        #expect(try peer.rest() == "")
        try await wire.expect(hold, is: "failed")
    }

    // MARK: The recordings

    @Test(
        "threat 25: a call that cannot be recorded is not sent, and neither is one that was approved; their sessions end"
    )
    func brokenRecordings() async throws {
        let broken = try BrokenDisk()
        let wire = try await WireGateway(environment: broken.environment)
        let (waiting, waitingPeer, hold) = try await held(wire)
        let (client, peer) = try wire.session()
        try broken.fail(under: wire.gateway.home + "/var/recordings")
        client.send(wire.head("POST /containers/web/stop"))
        try peer.answerQuestions()
        try expect(try client.response(), 503, Self.notRecorded, isLast: true)
        #expect(try client.rest() == "")
        #expect(try peer.rest() == "")
        let consent = try await wire.gateway.person("bob", ["approve", hold])
        #expect(consent.status == 0, "\(consent)")
        try waitingPeer.answerQuestions()
        try expect(try waiting.response(), 503, Self.notRecorded, isLast: true)
        #expect(try waiting.rest() == "")
        #expect(try waitingPeer.rest() == "")
        try broken.mend()
        try await wire.expect(hold, is: "failed")
        // A hold's end is entered behind it.
        try await until("its end is entered") {
            try wire.gateway.ledgerKinds().contains("hold-finished")
        }
        #expect(
            try wire.gateway.ledgerBodies("hold-finished").last?["why"] as? String
                == "not recorded, so it was not run")
    }
}
