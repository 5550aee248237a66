import Foundation
import TestKit

/// A real gateway with a target `box`, behind which is a false engine, and clients that say what they like.
final class WireGateway: Sendable {
    let gateway: TestGateway
    let engine: FalseEngine
    let token: String

    /// What the false engine's containers and images are called.
    static let container = String(repeating: "c", count: 64)
    static let other = String(repeating: "d", count: 64)
    static let image = "sha256:" + String(repeating: "a", count: 64)

    /// - Parameters:
    ///   - policies: one that is left out lets everything through but `kill` and `--privileged`, which are held.
    ///   - environment: the daemon's.
    ///   - prepare: called with the gateway's directory before the daemon starts.
    init(
        policies: [String] = [policy()], environment: [String: String] = [:],
        prepare: (String) throws -> Void = { _ in }
    ) async throws {
        let engine = try FalseEngine()
        self.engine = engine
        gateway = try TestGateway(policies: policies, environment: environment) { home in
            try prepare(home)
            let path = home + "/sallyport.yaml"
            let text = try String(contentsOfFile: path, encoding: .utf8).replacingOccurrences(
                of: "targets: [orders]", with: "targets: [orders, box]")
            let targets = """
                  box: { kind: docker, socket: \(engine.socket), labels: { env: production } }
                  other: { kind: docker, socket: \(engine.socket), labels: { env: production } }

                """
            try (text.trimmingCharacters(in: .newlines) + "\n" + targets)
                .write(toFile: path, atomically: false, encoding: .utf8)
        }
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        token = try await gateway.agentToken()
    }

    /// - Parameter kill: what is decided of it.
    static func policy(kill: String = "hold", within: String = "60s", ping: String = "allow")
        -> String
    {
        let terms = """
                risk: high
                consents: [{ from: "group:dba", count: 1 }]
                within: \(within)
            """
        return """
            policy: wire
            targets: { kind: docker }
            rules:
              - rule: looking
                effects: [system.inspect]
                decide: \(ping)
              - rule: images
                effects: [container.create, container.start, image.inspect]
                objects: [/docker.io/library/bb]
                decide: allow
              - rule: work
                effects: [system.events, container.inspect, container.logs, container.stop, container.exec, container.exec-start, container.attach, container.archive-read, container.archive-write, network.connect]
                decide: allow
              - rule: kills
                effects: [container.kill]
                decide: \(kill)
            \(kill == "hold" ? terms : "")
              - rule: ways-out
                effects: [container.privilege, container.mount]
                decide: hold
            \(terms)
            """
    }

    /// The head of a request, with the credential, for the engine's own path.
    func head(
        _ line: String, _ fields: [String] = [], host: String = "Host: localhost",
        token: String? = nil, prefix: String = "/engines/box"
    ) -> String {
        let words = line.split(separator: " ", maxSplits: 1)
        let first = "\(words[0]) \(prefix)\(words[1]) HTTP/1.1"
        return ([first, host, "Authorization: Bearer \(token ?? self.token)"] + fields)
            .joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// A request with a JSON body.
    func json(_ line: String, _ body: String, _ fields: [String] = []) -> String {
        head(
            line,
            ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"] + fields)
            + body
    }

    /// A client in its session, which has said one thing already, and the engine's end of it.
    func session() throws -> (client: RawClient, peer: FalseEngine.Peer) {
        let client = try RawClient(gateway)
        client.send(head("GET /_ping"))
        let peer = try engine.accept()
        guard try peer.request().line == "GET /v1.41/_ping" else { throw Failure("no ping") }
        try peer.answer(200, "OK")
        let response = try client.response()
        guard response.status == 200, response.body == "OK" else { throw Failure("\(response)") }
        return (client, peer)
    }

    /// Whether the session goes on: a question is answered.
    func isAlive(_ client: RawClient, _ peer: FalseEngine.Peer) throws -> Bool {
        client.send(head("GET /_ping"))
        guard try peer.request().line == "GET /v1.41/_ping" else { return false }
        try peer.answer(200, "OK")
        return try client.response().body == "OK"
    }

    /// The hold that waits.
    func pendingHold(besides seen: [String] = []) async throws -> String {
        var hold: String?
        try await until("a hold waits: \((try? gateway.entered("denied").last) ?? "not denied")") {
            hold = try await holds("pending").first { !seen.contains($0) }
            return hold != nil
        }
        return hold ?? ""
    }

    /// The ids of the holds in that state.
    func holds(_ state: String) async throws -> [String] {
        let listed = try await gateway.person("bob", ["holds", "--state", state, "--json"])
        let holds =
            try JSONSerialization.jsonObject(with: Data(listed.out.utf8)) as? [[String: Any]]
        return (holds ?? []).compactMap { $0["id"] as? String }
    }

    /// Returns when it is so.
    func expect(_ hold: String, is state: String) async throws {
        try await until("\(hold) is \(state)") { try await holds(state).contains(hold) }
    }

    func approve(_ hold: String) async throws {
        let said = try await gateway.person("bob", ["approve", hold])
        guard said.status == 0 else { throw Failure("approve: \(said)") }
    }

    /// Why the newest session has ended, once it has: those before it may end later.
    func end() async throws -> String {
        let opened = try gateway.ledgerBodies("session-opened").last?["session"] as? String
        var reason: String?
        try await until("the session is entered as closed") {
            let closed = try gateway.ledgerBodies("session-closed")
            reason = closed.first { $0["session"] as? String == opened }?["reason"] as? String
            return reason != nil
        }
        return reason ?? ""
    }

    /// The reasons why sessions ended.
    func ends() throws -> [String] {
        try gateway.ledgerBodies("session-closed").compactMap { $0["reason"] as? String }
    }
}

extension FalseEngine.Peer {
    /// Answers what the gateway asks about a container and its image.
    ///
    /// - Parameter id: the container's.
    func answerQuestions(_ id: String = WireGateway.container, isTerminal: Bool = false) throws {
        let container = try request().line
        guard container.hasPrefix("GET /v1.41/containers/"), container.hasSuffix("/json") else {
            throw Failure(container)
        }
        try answer(200, Self.container(id, isTerminal: isTerminal))
        try answerImage()
    }

    func answerImage() throws {
        let image = try request().line
        guard image.hasPrefix("GET /v1.41/images/") else { throw Failure(image) }
        try answer(200, Self.image)
    }

    static let image = """
        {"Id":"\(WireGateway.image)","RepoTags":["bb:latest"],"RepoDigests":[],"Config":{}}
        """

    static func container(_ id: String, isTerminal: Bool = false) -> String {
        """
        {"Id":"\(id)","Name":"/web","Image":"\(WireGateway.image)","Config":{"Image":"bb","Tty":\(isTerminal)},"HostConfig":{}}
        """
    }
}
