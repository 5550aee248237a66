import Foundation
import TestKit
import Testing

/// One request after the other, whatever comes early, and each in its own session's name.
@Suite("The order of a connection to a container engine", .serialized, .realParts)
struct ContainerWireOrderTests {
    /// Shared by the tests: each has sessions of its own.
    private static let shared = Task { try await WireGateway() }

    private func opened() async throws -> WireGateway { try await Self.shared.value }

    private static let kill = "POST /v1.41/containers/web/kill?signal=KILL"
    private static let killed =
        "POST /v1.41/containers/\(WireGateway.container)/kill?signal=KILL"
    private static let noContent = "HTTP/1.1 204 No Content\r\n\r\n"

    // MARK: Bodies that are asked for

    @Test("who expects to be asked for a JSON body is asked, and what is judged is sent as a whole")
    func expectedJSON() async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        let body = "{\"Detach\":true,\"Cmd\":[\"true\"]}"
        client.send(
            wire.head(
                "POST /containers/web/exec",
                [
                    "Expect: 100-continue", "Content-Type: application/json",
                    "Content-Length: \(body.utf8.count)",
                ]))
        #expect(try client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        client.send(body)
        try peer.answerQuestions()
        let sent = try peer.request()
        #expect(sent.line == "POST /v1.41/containers/\(WireGateway.container)/exec")
        #expect(sent.body == "{\"Cmd\":[\"true\"],\"Detach\":true}")
        #expect(!sent.head.contains("Expect"))
        try peer.answer(201, "{\"Id\":\"\(WireGateway.other)\"}")
        #expect(try client.response().status == 201)
        #expect(try wire.isAlive(client, peer))
    }

    @Test("who expects to be asked for an archive is asked when it may go, and all of it arrives")
    func expectedArchive() async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        client.send(
            wire.head(
                "PUT /containers/web/archive?path=/tmp",
                ["Expect: 100-continue", "Transfer-Encoding: chunked"]))
        try peer.answerQuestions()
        #expect(try client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
        client.send("5\r\nfirst\r\n")
        let sent = try peer.request()
        #expect(
            sent.line
                == "PUT /v1.41/containers/\(WireGateway.container)/archive?path=%2Ftmp")
        #expect(try peer.read(until: "first\r\n") == "5\r\nfirst\r\n")
        client.send("6\r\nsecond\r\n0\r\n\r\n")
        #expect(try peer.read(until: "0\r\n\r\n") == "6\r\nsecond\r\n0\r\n\r\n")
        try peer.answer(200, "")
        #expect(try client.response().status == 200)
        #expect(try wire.isAlive(client, peer))
    }

    @Test(
        "threat 28: who is refused instead of being asked for a body is not read on: what comes next may be the body, or not"
    )
    func refusedExpectation() async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        client.send(
            wire.head(
                "PUT /containers/web/archive?path=/tmp",
                ["Expect: 100-continue", "Content-Length: 1000"]))
        #expect(try peer.request().line.hasSuffix("/containers/web/json"))
        try peer.answer(404, "{\"message\":\"No such container: web\"}")
        let response = try client.response()
        #expect(response.status == 404 && response.isLast, "\(response)")
        client.send(wire.head("GET /_ping"))
        #expect(try client.rest() == "")
        #expect(try peer.rest() == "")
    }

    @Test("what is left of a refused body is thrown away, and the next request is served")
    func drained() async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        client.send(
            wire.head("PUT /containers/web/archive?path=/tmp", ["Content-Length: 100000"])
                + String(repeating: "x", count: 50_000))
        #expect(try peer.request().line.hasSuffix("/containers/web/json"))
        try peer.answer(404, "{\"message\":\"No such container: web\"}")
        #expect(try client.response().status == 404)
        client.send(String(repeating: "y", count: 50_000))
        #expect(try wire.isAlive(client, peer))
    }

    @Test(
        "threat 28: a build's context that is refused before its end is thrown away to its end: no bytes of it are the next request",
        arguments: [false, true])
    func refusedContext(isChunked: Bool) async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        let hidden = wire.head(
            "POST /containers/web/stop", ["X-Filler: " + String(repeating: "x", count: 600)])
        // No archive, and as long as what follows.
        let nonsense = String(repeating: "x", count: hidden.utf8.count)
        let size = String(hidden.utf8.count, radix: 16)
        func piece(_ text: String) -> String { isChunked ? "\(size)\r\n\(text)\r\n" : text }
        client.send(
            wire.head(
                "POST /build",
                [
                    isChunked
                        ? "Transfer-Encoding: chunked"
                        : "Content-Length: \(2 * hidden.utf8.count)"
                ]) + piece(nonsense))
        let response = try client.response()
        #expect(response.status == 400 && !response.isLast, "\(response)")
        client.send(piece(hidden) + (isChunked ? "0\r\n\r\n" : ""))
        #expect(try wire.isAlive(client, peer))
        client.close()
        #expect(try peer.rest() == "")
    }

    @Test("who wants the connection to end with the answer gets that, whoever answers")
    func close() async throws {
        let wire = try await opened()
        for (line, isKnown) in [("GET /_ping", true), ("GET /containers/web/json", false)] {
            let (client, peer) = try wire.session()
            client.send(wire.head(line, ["Connection: close"]))
            _ = try peer.request()
            try peer.answer(isKnown ? 200 : 404, "{\"message\":\"said\"}")
            #expect(try client.rest().hasSuffix("{\"message\":\"said\"}"))
        }
        let (client, peer) = try wire.session()
        client.send(wire.head("GET /nothing", ["Connection: close"]))
        #expect(try client.rest().hasPrefix("HTTP/1.1 404 "))
        #expect(try peer.rest() == "")
    }

    // MARK: Pipelines

    @Test(
        "threat 28: requests behind a held one wait, go in order, and are judged when their turn comes"
    )
    func pipeline() async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        let ping = wire.head("GET /_ping")
        client.send(
            wire.head(Self.kill) + ping
                + wire.json("POST /containers/web/exec", "{\"cmd\":[\"true\"]}")
                + ping + wire.head("GET /v1.99/_ping") + ping)
        try peer.answerQuestions()
        let hold = try await wire.pendingHold()
        try await wire.approve(hold)
        // The first that the engine hears behind the questions: the same questions again.
        try peer.answerQuestions()
        #expect(try peer.request().line == Self.killed)
        try peer.send(Self.noContent)
        #expect(try client.response().status == 204)
        #expect(try peer.request().line == "GET /v1.41/_ping")
        try peer.answer(200, "one")
        #expect(try client.response().body == "one")
        let refused = try client.response()
        #expect(refused.status == 400 && refused.body.contains("`cmd`"), "\(refused)")
        #expect(try peer.request().line == "GET /v1.41/_ping")
        try peer.answer(200, "two")
        #expect(try client.response().body == "two")
        #expect(try client.response().status == 400)
        #expect(try peer.request().line == "GET /v1.41/_ping")
        try peer.answer(200, "three")
        #expect(try client.response().body == "three")
        try await wire.expect(hold, is: "succeeded")
    }

    @Test("requests behind a held one are decided by the policies of their own time")
    func pipelineUnderOthers() async throws {
        let wire = try await WireGateway()
        let (client, peer) = try wire.session()
        client.send(wire.head(Self.kill) + wire.head("GET /_ping"))
        try peer.answerQuestions()
        let hold = try await wire.pendingHold()
        try wire.gateway.reload(policies: [WireGateway.policy(kill: "allow", ping: "deny")])
        try await wire.approve(hold)
        try peer.answerQuestions()
        #expect(try peer.request().line == Self.killed)
        try peer.send(Self.noContent)
        #expect(try client.response().status == 204)
        let denied = try client.response()
        #expect(denied.status == 403 && denied.body.contains("wire/looking"), "\(denied)")
        client.close()
        #expect(try peer.rest() == "")
    }

    // MARK: Upgrades

    @Test(
        "threat 28: what comes behind an upgrade stays here until the engine has changed over, and then all of it arrives",
        arguments: [false, true])
    func early(endsInput: Bool) async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        client.send(
            wire.head(
                "POST /containers/web/attach?stream=1&stdin=1&stdout=1",
                ["Connection: Upgrade", "Upgrade: tcp", "Content-Length: 0"]) + "EARLY")
        if endsInput { client.endInput() }
        try peer.answerQuestions()
        let sent = try peer.request()
        #expect(
            sent.line.hasPrefix("POST /v1.41/containers/\(WireGateway.container)/attach?"),
            "\(sent)")
        try peer.send(
            "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
        #expect(try client.response().status == 101)
        #expect(try peer.read(until: "EARLY") == "EARLY")
        if endsInput { #expect(try peer.rest() == "") }
        try peer.send([1, 0, 0, 0, 0, 0, 0, 4] + Array("late".utf8))
        peer.end()
        #expect(try client.rest() == "\u{1}\0\0\0\0\0\0\u{4}late")
    }

    @Test("threat 28: what comes behind a refused upgrade is no stream: it is read as a request")
    func refusedUpgrade() async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        client.send(
            wire.head(
                "POST /containers/web/attach?stream=1&stdin=1",
                ["Connection: Upgrade", "Upgrade: tcp"]) + "EARLY\r\n\r\n")
        #expect(try peer.request().line.hasSuffix("/containers/web/json"))
        try peer.answer(404, "{\"message\":\"No such container: web\"}")
        let first = try client.response()
        // With its end of the connection `docker` would take it for the stream.
        #expect(first.status == 404 && !first.isLast, "\(first)")
        let second = try client.response()
        #expect(second.status == 400 && second.isLast, "\(second)")
        #expect(try peer.rest() == "")
    }

    @Test(
        "an upgrade that does not belong to the call is not passed on",
        arguments: [
            ("GET /_ping", "tcp", 200), ("GET /_ping", "h2c", 200),
            ("POST /containers/web/attach", "h2c", 400),
            ("POST /containers/web/attach", "websocket", 400),
            ("POST /session", "h2c", 403),
        ])
    func otherUpgrades(line: String, name: String, status: Int) async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        client.send(wire.head(line, ["Connection: Upgrade", "Upgrade: \(name)"]))
        if status == 200 {
            let sent = try peer.request()
            #expect(!sent.head.contains("Upgrade"), "\(sent)")
            try peer.answer(200, "OK")
        }
        #expect(try client.response().status == status)
        client.close()
        #expect(try peer.rest() == "")
    }

    @Test(
        "BuildKit's own connections, which clients send without the path of DOCKER_HOST, are told how the engine has to be named, and nobody is asked about a build that needs one"
    )
    func builderByPath() async throws {
        let wire = try await opened()
        let opened = try wire.gateway.ledgerBodies("session-opened").count
        for line in ["POST /session", "POST /grpc"] {
            let client = try RawClient(wire.gateway)
            client.send(wire.head(line, ["Connection: Upgrade", "Upgrade: h2c"], prefix: ""))
            let response = try client.response()
            #expect(response.status == 404 && response.isLast, "\(response)")
            #expect(response.body.contains("in the server's name"), "\(response)")
        }
        #expect(try wire.gateway.ledgerBodies("session-opened").count == opened)
        // What only begins so is the control API's, as ever.
        let other = try RawClient(wire.gateway)
        other.send(wire.head("GET /sessions", prefix: ""))
        #expect(try !other.response().body.contains("sallyport: "))
        let builds =
            "policy: opaque\ntargets: { kind: docker }\nrules:\n"
            + "  - { rule: opaque, effects: [build.opaque], decide: allow }\n"
        let opaque = try await WireGateway(policies: [WireGateway.policy(), builds])
        let (client, peer) = try opaque.session()
        client.send(
            opaque.head(
                "POST /build?version=2&session=s1&remote=client-session&buildid=b1",
                ["Content-Length: 0"]))
        let response = try client.response()
        #expect(response.status == 404 && !response.isLast, "\(response)")
        #expect(response.body.contains("in the server's name"), "\(response)")
        // One that needs none goes on.
        client.send(opaque.head("POST /build?version=2", ["Content-Length: 0"]))
        #expect(try peer.request().line == "POST /v1.41/build?version=2")
        try peer.answer(200, "{}")
        #expect(try client.response().status == 200)
        #expect(try opaque.isAlive(client, peer))
        client.close()
        #expect(try peer.rest() == "")
    }

    // MARK: Whose it is

    @Test("a connection belongs to one principal and one target")
    func others() async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        let ping = "GET /_ping"
        for (request, status) in [
            (wire.head(ping, token: wire.token + "x"), 401),
            (wire.head(ping, token: wire.token.uppercased()), 401),
            (wire.head(ping, prefix: "/engines/other"), 421),
            (wire.head(ping, prefix: "/engines/Box"), 421),
            (wire.head(ping, prefix: ""), 421),
            (wire.head(ping, prefix: "/engines"), 421),
            (wire.head("GET /targets", prefix: "/v1"), 421),
        ] {
            client.send(request)
            let response = try client.response()
            #expect(response.status == status, "\(response)")
        }
        #expect(try wire.isAlive(client, peer))
        client.close()
        #expect(try peer.rest() == "")
    }

    @Test("who proves nothing, or may not open the target, is told so, and no engine is reached")
    func nobody() async throws {
        let wire = try await opened()
        let before = try wire.gateway.ledgerBodies("session-opened").count
        let bare = "GET /engines/box/_ping HTTP/1.1\r\nHost: localhost\r\n"
        let head = bare.replacing("GET", with: "HEAD")
        for (request, status) in [
            (bare + "\r\n", 401), (bare + "Authorization: Bearer nothing\r\n\r\n", 401),
            (bare + "Authorization: Basic \(wire.token)\r\n\r\n", 401),
            (bare + "Authorization: Bearer\r\n\r\n", 401),
            (
                bare
                    + "Authorization: Bearer \(wire.token)\r\nAuthorization: Bearer \(wire.token)\r\n\r\n",
                400
            ),
            (wire.head("GET /_ping", prefix: "/engines/nowhere"), 404),
            (wire.head("GET /_ping", prefix: "/engines/orders"), 404),
            (wire.head("GET /_ping", prefix: "/engines/other"), 404),
            (head + "\r\n", 401),
        ] {
            let client = try RawClient(wire.gateway)
            client.send(request)
            let response = try client.response(isBodiless: request.hasPrefix("HEAD"))
            #expect(response.status == status && response.isLast, "\(request): \(response)")
            #expect(try client.rest() == "")
        }
        #expect(try wire.gateway.ledgerBodies("session-opened").count == before)
    }

    @Test("a revoked token ends its sessions, and abandons what they wait for")
    func revoked() async throws {
        let wire = try await WireGateway()
        let (idle, idlePeer) = try wire.session()
        let (held, heldPeer) = try wire.session()
        held.send(wire.head(Self.kill))
        try heldPeer.answerQuestions()
        let hold = try await wire.pendingHold()
        try await wire.gateway.revokeTokens()
        #expect(try idle.rest() == "")
        _ = try held.rest()
        #expect(try idlePeer.rest() == "")
        #expect(try heldPeer.rest() == "")
        try await wire.expect(hold, is: "abandoned")
        // The clients see it first.
        try await until("both ends are entered") { try wire.ends().count == 2 }
        #expect(try wire.ends() == ["the credential was revoked", "the credential was revoked"])
        let later = try RawClient(wire.gateway)
        later.send(wire.head("GET /_ping"))
        #expect(try later.response().status == 401)
    }

    @Test(
        "the control API is on the same port, by any name, and a connection stays with whom it began"
    )
    func control() async throws {
        let wire = try await opened()
        let token = try wire.gateway.loginToken(of: "alice")
        for name in ["localhost", "box.localhost"] {
            let client = try RawClient(wire.gateway, name: name)
            client.send(wire.head("GET /targets", token: token, prefix: "/v1"))
            let targets = try client.response()
            #expect(targets.status == 200 && targets.body.contains("\"box\""), "\(targets)")
            client.send(wire.head("GET /_ping"))
            #expect(try client.response().status == 404)
        }
    }

    @Test("TLS may name the target in the path's place, but not another than the path")
    func names() async throws {
        let wire = try await opened()
        let client = try RawClient(wire.gateway, name: "box.localhost")
        client.send(wire.head("GET /_ping", prefix: ""))
        let peer = try wire.engine.accept()
        #expect(try peer.request().line == "GET /v1.41/_ping")
        try peer.answer(200, "OK")
        #expect(try client.response().body == "OK")
        client.send(wire.head("GET /_ping", prefix: "/engines/box"))
        #expect(try client.response().status == 421)
        let other = try RawClient(wire.gateway, name: "other.localhost")
        other.send(wire.head("GET /_ping"))
        #expect(try other.response().status == 421)
    }
}
