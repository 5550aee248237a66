import Foundation
import TestKit
import Testing

/// What a connection to an engine may not lead to, whoever sends what when: what is not judged stays here, what was judged
/// before does not count for ever, and nobody learns by it what they may not see.
@Suite("What reaches a container engine, and what is known of it", .serialized, .realParts)
struct ContainerWireProofTests {
    private static let shared = Task { try await WireGateway() }
    private static let builds = Task {
        try await WireGateway(policies: [
            policy(
                ["system.inspect", "image.pull", "build.fetch", "build.opaque", "network.connect"],
                held: ["build"])
        ])
    }

    private func opened() async throws -> WireGateway { try await Self.shared.value }

    private static func policy(_ allowed: [String], held: [String] = []) -> String {
        var lines = [
            "policy: wire", "targets: { kind: docker }", "rules:", "  - rule: work",
            "    effects: [\(allowed.joined(separator: ", "))]", "    decide: allow",
        ]
        if !held.isEmpty {
            lines += [
                "  - rule: asked", "    effects: [\(held.joined(separator: ", "))]",
                "    decide: hold", "    risk: high",
                "    consents: [{ from: \"group:dba\", count: 1 }]", "    within: 60s",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Contexts of builds

    /// Shorter than an archive's first block.
    private static let smuggled: String = {
        let body = "{\"Image\":\"bb\",\"HostConfig\":{\"Privileged\":true}}"
        return "POST /v1.41/containers/create HTTP/1.1\r\nHost: docker\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body
    }()

    private static let goOn = "HTTP/1.1 100 Continue\r\n\r\n"

    private func build(_ wire: WireGateway, _ byteCount: Int) -> String {
        wire.head(
            "POST /build",
            [
                "Expect: 100-continue", "Content-Type: application/x-tar",
                "Content-Length: \(byteCount)",
            ])
    }

    private func archive() throws -> [UInt8] {
        let directory = try ScratchDirectory()
        try "FROM bb:latest\nRUN true\n".write(
            toFile: directory.file("Dockerfile"), atomically: true, encoding: .utf8)
        let made = try Command(
            "tar", ["-C", directory.path, "-cf", directory.file("context.tar"), "Dockerfile"]
        ).runToEnd()
        guard made.status == 0 else { throw Failure("tar: \(made)") }
        return Array(try Data(contentsOf: URL(fileURLWithPath: directory.file("context.tar"))))
    }

    @Test(
        "threat 28: nothing of a build's context reaches the engine while it comes, not even what reads like a request",
        arguments: [false, true])
    func unfinishedContext(isPipelined: Bool) async throws {
        let wire = try await Self.builds.value
        let (client, peer) = try wire.session()
        let build = build(wire, 100_000) + Self.smuggled
        if isPipelined {
            client.send(wire.head("GET /_ping") + build)
            #expect(try peer.request().line == "GET /v1.41/_ping")
            try peer.answer(200, "OK")
            #expect(try client.response().body == "OK")
        } else {
            client.send(build)
        }
        #expect(try client.read(until: "\r\n\r\n") == Self.goOn)
        client.close()
        #expect(try peer.rest() == "")
    }

    @Test(
        "threat 28: nothing of a build's context reaches the engine while it is asked about images")
    func contextWhileAsking() async throws {
        let wire = try await Self.builds.value
        let (client, peer) = try wire.session()
        let archive = try archive()
        client.send(Array(build(wire, archive.count).utf8) + archive)
        #expect(try client.read(until: "\r\n\r\n") == Self.goOn)
        #expect(try peer.request().line.hasPrefix("GET /v1.41/images/"))
        client.close()
        #expect(try peer.rest() == "")
    }

    @Test(
        "threat 28: nothing of a build's context reaches the engine while people are asked, and then all of it behind its head"
    )
    func contextWhileHeld() async throws {
        let wire = try await Self.builds.value
        let (client, peer) = try wire.session()
        let archive = try archive()
        client.send(Array(build(wire, archive.count).utf8) + archive)
        try peer.answerImage()
        let hold = try await wire.pendingHold()
        try await wire.approve(hold)
        // The first that the engine hears behind the questions: the same question again.
        try peer.answerImage()
        let sent = try peer.request()
        #expect(sent.line == "POST /v1.41/build", "\(sent.head)")
        #expect(sent.body == String(decoding: archive, as: UTF8.self))
        try peer.answer(200, "{}")
        #expect(try client.response().status == 200)
        #expect(try wire.isAlive(client, peer))
    }

    @Test("a build that nobody can look into stands in the ledger as such, however it is asked for")
    func opaque() async throws {
        let wire = try await Self.builds.value
        let (client, peer) = try wire.session()
        let before = try wire.gateway.ledgerBodies("visibility-degraded").count
        client.send(wire.head("POST /build?version=2"))
        #expect(try peer.request().line == "POST /v1.41/build?version=2")
        try peer.answer(200, "{}")
        #expect(try client.response().status == 200)
        try await until("it is in the ledger") {
            try wire.gateway.ledgerBodies("visibility-degraded").count > before
        }
        let entry = try #require(wire.gateway.ledgerBodies("visibility-degraded").last)
        #expect(entry["call"] as? String == "a build that nobody can look into")
        #expect(entry["principal"] as? String == "deploy-bot")
        #expect(entry["target"] as? String == "box")
    }

    // MARK: Commands

    /// Makes a command, which the engine calls by a name that no other test has.
    private func makeCommand(
        _ wire: WireGateway, _ client: RawClient, _ peer: FalseEngine.Peer
    ) throws -> String {
        client.send(wire.json("POST /containers/web/exec", "{\"Cmd\":[\"true\"]}"))
        try peer.answerQuestions()
        #expect(try peer.request().line.hasSuffix("/exec"))
        let id = String(
            (UUID().uuidString + UUID().uuidString).filter { $0 != "-" }.lowercased())
        try peer.answer(201, "{\"Id\":\"\(id)\"}")
        #expect(try client.response().status == 201)
        return id
    }

    @Test("threat 29: a command starts once, whoever asks first", arguments: [false, true])
    func startsOnce(isDetached: Bool) async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        let (other, otherPeer) = try wire.session()
        let id = try makeCommand(wire, client, peer)
        let start = wire.json("POST /exec/\(id)/start", "{\"Detach\":\(isDetached)}")
        client.send(start)
        // It has not answered yet when the second one comes.
        #expect(try peer.request().line == "POST /v1.41/exec/\(id)/start")
        other.send(start)
        let refused = try other.response()
        #expect(refused.status == 409 && refused.body.contains("sallyport: "), "\(refused)")
        other.close()
        #expect(try otherPeer.rest() == "")
        try peer.answer(200, "")
        #expect(try client.response().status == 200)
        client.send(start)
        #expect(try client.response().status == 409)
        // How it ended is asked of the engine, and nothing else: what it is about is known.
        client.send(wire.head("GET /exec/\(id)/json"))
        #expect(try peer.request().line == "GET /v1.41/exec/\(id)/json")
        try peer.answer(200, "{\"ExitCode\":0}")
        #expect(try client.response().body == "{\"ExitCode\":0}")
        #expect(try wire.isAlive(client, peer))
        client.close()
        #expect(try peer.rest() == "")
    }

    @Test(
        "threat 29: what was judged under other policies counts for nothing, also when they change within the request"
    )
    func otherPolicies() async throws {
        let looks = ["system.inspect", "container.exec-start"]
        let wire = try await WireGateway(policies: [Self.policy(looks + ["container.exec"])])
        let (client, peer) = try wire.session()
        let id = try makeCommand(wire, client, peer)
        let body = "{\"Detach\":false}"
        let start = wire.json("POST /exec/\(id)/start", body)
        // Behind a call of before: the head has been read when this one is answered.
        client.send(wire.head("GET /_ping") + start.dropLast(body.utf8.count))
        #expect(try peer.request().line == "GET /v1.41/_ping")
        try peer.answer(200, "OK")
        #expect(try client.response().body == "OK")
        try wire.gateway.reload(policies: [Self.policy(looks)])
        client.send(body)
        let refused = try client.response()
        #expect([403, 409].contains(refused.status), "\(refused)")
        client.close()
        #expect(try peer.rest() == "")
    }

    @Test("a held command whose client ends its input is abandoned at once")
    func halfClosed() async throws {
        let wire = try await WireGateway(policies: [
            Self.policy(
                ["system.inspect", "container.exec"],
                held: ["container.exec-start", "container.attach"])
        ])
        let upgrade = ["Connection: Upgrade", "Upgrade: tcp"]
        let (client, peer) = try wire.session()
        let id = try makeCommand(wire, client, peer)
        client.send(wire.json("POST /exec/\(id)/start", "{}", upgrade))
        let hold = try await wire.pendingHold()
        client.endInput()
        try await wire.expect(hold, is: "abandoned")
        #expect(try client.rest() == "")
        #expect(try peer.rest() == "")
        // Ended before people were asked.
        let (early, earlyPeer) = try wire.session()
        early.send(wire.head("POST /containers/web/attach?stream=1", upgrade))
        early.endInput()
        try earlyPeer.answerQuestions()
        #expect(try early.rest() == "")
        #expect(try earlyPeer.rest() == "")
        try await until("nothing waits") { try await wire.holds("pending").isEmpty }
    }

    // MARK: Who is told what

    @Test("who is asked sees the whole body, but for its secrets")
    func shownBody() async throws {
        let wire = try await WireGateway(policies: [
            Self.policy(
                ["system.inspect", "container.create", "network.connect"],
                held: ["container.privilege"])
        ])
        let (client, peer) = try wire.session()
        let body = """
            {"Image":"bb:latest","Env":["DB_PASSWORD=hunter2hunter2"],"HostConfig":{"Privileged":true,"ExtraHosts":["db:10.9.8.7"],"Tmpfs":{"/scratch":"size=65536"}}}
            """
        client.send(wire.json("POST /containers/create", body))
        try peer.answerImage()
        let hold = try await wire.pendingHold()
        let shown = try await wire.gateway.person("bob", ["hold", hold, "--json"])
        let told = try JSONSerialization.jsonObject(with: Data(shown.out.utf8)) as? [String: Any]
        let fields = try #require(told?["statement"] as? [[String: Any]], "\(shown)")
        let statement = fields.filter { $0["name"] as? String == "statement" }
            .compactMap { Data(base64Encoded: $0["bytes"] as? String ?? "") }
            .map { String(decoding: $0, as: UTF8.self) }.joined()
        let line = try #require(
            statement.split(separator: "\n").first { $0.hasPrefix("body: ") }, "\(statement)")
        for part in [
            "\"Env\":[\"DB_PASSWORD=", "\"ExtraHosts\":[\"db:10.9.8.7\"]",
            "\"Tmpfs\":{\"/scratch\":\"size=65536\"}",
        ] { #expect(line.contains(part), "\(part): \(line)") }
        #expect(!statement.contains("hunter2"))
        client.close()
        try await wire.expect(hold, is: "abandoned")
    }

    @Test("a refusal tells what a container is to those alone who may look at it")
    func refusals() async throws {
        let wire = try await WireGateway(policies: [Self.policy(["system.inspect"])])
        let (client, peer) = try wire.session()
        let stop = wire.head("POST /containers/cccccccccccc/stop")
        client.send(stop)
        try peer.answerQuestions()
        let blind = try client.response()
        #expect(blind.status == 403 && blind.body.contains("cccccccccccc"), "\(blind)")
        for told in ["web", "library/bb", WireGateway.container] {
            #expect(!blind.body.contains(told), "\(blind)")
        }
        try wire.gateway.reload(policies: [
            Self.policy(["system.inspect", "container.inspect"])
        ])
        client.send(stop)
        try peer.answerQuestions()
        let seeing = try client.response()
        #expect(seeing.status == 403, "\(seeing)")
        for told in ["web", "/bb"] { #expect(seeing.body.contains(told), "\(seeing)") }
        client.close()
        #expect(try peer.rest() == "")
    }

    @Test("a refusal tells what a container takes from another to those alone who may look at that")
    func takenFromOthers() async throws {
        let blindly = ["system.inspect", "container.create", "network.connect", "image.inspect"]
        let wire = try await WireGateway(policies: [Self.policy(blindly)])
        let (client, peer) = try wire.session()
        let create = wire.json(
            "POST /containers/create",
            "{\"Image\":\"bb:latest\",\"HostConfig\":{\"VolumesFrom\":[\"cccccccccccc\"]}}")
        let taken = """
            {"Id":"\(WireGateway.container)","Name":"/web","Image":"\(WireGateway.image)","Config":{"Image":"bb"},"HostConfig":{"Binds":["/srv/secret:/data"]},"Mounts":[{"Type":"bind","Source":"/srv/secret","Destination":"/data","Mode":"","RW":true,"Propagation":"rprivate"}]}
            """
        func asked() throws -> RawResponse {
            client.send(create)
            try peer.answerImage()
            #expect(try peer.request().line == "GET /v1.41/containers/cccccccccccc/json")
            try peer.answer(200, taken)
            return try client.response()
        }
        let blind = try asked()
        #expect(blind.status == 403 && !blind.body.contains("/srv/secret"), "\(blind)")
        try wire.gateway.reload(policies: [Self.policy(blindly + ["container.inspect"])])
        let seeing = try asked()
        #expect(seeing.status == 403 && seeing.body.contains("/srv/secret"), "\(seeing)")
        client.close()
    }

    // MARK: Recordings

    /// Of the session that was opened last.
    private func lastSession(_ wire: WireGateway) throws -> String {
        try #require(wire.gateway.ledgerBodies("session-opened").last?["session"] as? String)
    }

    private func attached(
        _ wire: WireGateway
    ) throws -> (client: RawClient, peer: FalseEngine.Peer, session: String) {
        let (client, peer) = try wire.session()
        let session = try lastSession(wire)
        client.send(
            wire.head(
                "POST /containers/web/attach?stream=1&stdout=1",
                ["Connection: Upgrade", "Upgrade: tcp"]))
        try peer.answerQuestions(isTerminal: true)
        #expect(try peer.request().line.contains("/attach?"))
        try peer.send(
            "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nready")
        #expect(try client.response().status == 101)
        #expect(try client.read(until: "ready") == "ready")
        return (client, peer, session)
    }

    /// What the agent's owner is shown of a session that has ended, as soon as it is filed.
    private func story(_ wire: WireGateway, _ session: String, _ more: [String] = []) async throws
        -> String
    {
        var said: Output?
        try await until("its recording is there") {
            said = try await wire.gateway.person("alice", ["session", session] + more)
            return said?.status == 0
        }
        return said?.out ?? ""
    }

    private func columns(_ wire: WireGateway, _ session: String) async throws -> [Int] {
        let said = try await story(wire, session, ["--json"])
        let story = try JSONSerialization.jsonObject(with: Data(said.utf8)) as? [String: Any]
        let events = try #require(story?["events"] as? [[String: Any]], "\(said)")
        return events.filter { $0["kind"] as? String == "resized" }
            .compactMap { $0["columns"] as? Int }
    }

    @Test(
        "a terminal's new size is recorded with all who are attached to it, when the engine has taken it"
    )
    func resizes() async throws {
        let wire = try await opened()
        let first = try attached(wire)
        let second = try attached(wire)
        let (client, peer) = try wire.session()
        func resize(_ columns: Int, status: Int) throws {
            client.send(wire.head("POST /containers/web/resize?h=30&w=\(columns)"))
            try peer.answerQuestions(isTerminal: true)
            #expect(try peer.request().line.contains("/resize?"))
            try peer.answer(status, "{}")
            #expect(try client.response().status == status)
        }
        try resize(101, status: 200)
        try resize(102, status: 500)
        first.peer.end()
        #expect(try first.client.rest() == "")
        try resize(103, status: 200)
        second.peer.end()
        #expect(try second.client.rest() == "")
        #expect(try await columns(wire, first.session) == [101])
        #expect(try await columns(wire, second.session) == [101, 103])
    }

    @Test("a recording tells which container wrote what over one connection")
    func whoseOutput() async throws {
        let wire = try await opened()
        let (client, peer) = try wire.session()
        let session = try lastSession(wire)
        for (name, id) in [("first", WireGateway.container), ("second", WireGateway.other)] {
            client.send(wire.head("GET /containers/\(name)/logs?stdout=1"))
            #expect(try peer.request().line == "GET /v1.41/containers/\(name)/json")
            try peer.answer(
                200, FalseEngine.Peer.container(id).replacing("/web", with: "/\(name)"))
            try peer.answerImage()
            #expect(try peer.request().line.hasPrefix("GET /v1.41/containers/\(id)/logs?"))
            let said = "said by \(name)\n"
            try peer.answer(
                200, "\u{1}\0\0\0\0\0\0" + String(UnicodeScalar(UInt8(said.utf8.count))) + said)
            #expect(try client.response().body.hasSuffix(said))
        }
        client.close()
        #expect(try peer.rest() == "")
        let shown = try await story(wire, session)
        let starts = shown.split(separator: "\n").filter { $0.contains("shell  ") }
        #expect(starts.count == 2, "\(shown)")
        #expect(starts.first?.contains("first") == true, "\(shown)")
        #expect(starts.last?.contains("second") == true, "\(shown)")
    }
}
