import Foundation
import TestKit
import Testing

/// A call that leads out of a container waits for people; the client sees an engine that takes its time.
@Suite("Held calls of containers", .engine, .realParts)
struct ContainerHoldTests {
    private func open() async throws -> (ContainerGateway, ContainerGateway.Agent) {
        let containers = try ContainerGateway()
        return (containers, try await containers.agent())
    }

    /// A directory of this machine with a file in it.
    private func shared(_ containers: ContainerGateway) throws -> String {
        let path = containers.gateway.directory.file("shared")
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        try "of the host\n".write(toFile: path + "/file", atomically: true, encoding: .utf8)
        return path
    }

    @Test("a run with the host's files waits, others go on meanwhile, and consent lets it run")
    func approved() async throws {
        let (containers, agent) = try await open()
        let (name, path) = (containers.name("held"), try shared(containers))
        let client = try Conversation(
            agent.docker([
                "run", "--rm", "--name", name, "-v", path + ":/data", "bb", "cat", "/data/file",
            ]))
        let (hold, shown) = try await containers.pendingHold(of: client)
        #expect(shown.contains(path) && shown.contains("/docker.io/library/bb"), "\(shown)")
        let others = try await agent.docker(["ps", "--all", "--format", "{{.Names}}"]).run()
        #expect(others.status == 0 && !others.out.contains(name), "\(others)")
        let said = try await containers.gateway.person("bob", ["approve", hold])
        #expect(said.status == 0, "\(said)")
        let ran = client.finish()
        #expect(ran.status == 0 && ran.out == "of the host\n", "\(ran)")
        try await containers.gateway.expect(hold, becomes: "succeeded")
    }

    @Test(
        "threat 29: what is privileged is said first to whom it is put to, and made when they consent"
    )
    func privileged() async throws {
        let (containers, agent) = try await open()
        let name = containers.name("privileged")
        let client = try Conversation(
            agent.docker(["create", "--privileged", "--pid", "host", "--name", name, "bb"]))
        let (hold, shown) = try await containers.pendingHold(of: client)
        #expect(shown.contains("privileged") && shown.contains("namespace.pid.host"), "\(shown)")
        let said = try await containers.gateway.person("bob", ["approve", hold])
        #expect(said.status == 0, "\(said)")
        let ended = client.finish()
        #expect(ended.status == 0, "\(ended)")
        let made = try containers.engine.inspect(
            name, "{{.HostConfig.Privileged}} {{.HostConfig.PidMode}}")
        #expect(made == "true host")
    }

    @Test("why is said by labels, to those who are asked and on what is made")
    func labels() async throws {
        let (containers, agent) = try await open()
        let name = containers.name("labels")
        let client = try Conversation(
            agent.docker([
                "create", "--privileged", "--name", name, "--label",
                "sallyport.reason=migration of release 7", "--label", "sallyport.ticket=OPS-7",
                "bb",
            ]))
        let (hold, shown) = try await containers.pendingHold(of: client)
        let json = try await containers.gateway.person("bob", ["hold", hold, "--json"]).out
        let view = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        let field = (view?["statement"] as? [[String: String]])?.first {
            $0["name"] == "statement"
        }
        let bytes = try #require(Data(base64Encoded: field?["bytes"] ?? ""))
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        for line in [
            "the caller's reason: migration of release 7", "the caller's ticket: OPS-7",
        ] {
            #expect(shown.contains("    | \(line)\n"), "\(shown)")
            #expect(lines.contains { $0 == line }, "\(lines)")
        }
        #expect(!shown.contains("label.sallyport."), "\(shown)")
        let said = try await containers.gateway.person("bob", ["approve", hold])
        #expect(said.status == 0, "\(said)")
        let ended = client.finish()
        #expect(ended.status == 0, "\(ended)")
        let made = try containers.engine.inspect(
            name, "{{index .Config.Labels \"sallyport.reason\"}}")
        #expect(made == "migration of release 7")
    }

    @Test("a refusal says who and why, in the engine's own way, and nothing is made")
    func denied() async throws {
        let (containers, agent) = try await open()
        let name = containers.name("denied")
        let client = try Conversation(
            agent.docker(["run", "--rm", "--privileged", "--name", name, "bb", "true"]))
        let (hold, _) = try await containers.pendingHold(of: client)
        let said = try await containers.gateway.person(
            "bob", ["deny", hold, "--reason", "not on a Sunday"])
        #expect(said.status == 0, "\(said)")
        let refused = client.finish()
        #expect(refused.status == 125, "\(refused)")
        for part in ["Error response from daemon", hold, "denied", "bob", "not on a Sunday"] {
            #expect(refused.err.contains(part), "\(part): \(refused)")
        }
        let made = try containers.engine.docker(["ps", "-aq", "--filter", "name=\(name)"])
        #expect(made.isEmpty)
    }

    @Test("a client that goes away withdraws what it asked for")
    func gone() async throws {
        let (containers, agent) = try await open()
        let name = containers.name("gone")
        let client = try Conversation(
            agent.docker(["create", "--privileged", "--name", name, "bb"]))
        let (hold, _) = try await containers.pendingHold(of: client)
        client.killNow()
        client.finish()
        try await until("the hold is abandoned") {
            try await containers.gateway.person("bob", ["hold", hold, "--json"]).out
                .contains("\"abandoned\"")
        }
        let late = try await containers.gateway.person("bob", ["approve", hold])
        #expect(late.status != 0, "\(late)")
        let made = try containers.engine.docker(["ps", "-aq", "--filter", "name=\(name)"])
        #expect(made.isEmpty)
    }

    @Test("what no rule allows is refused at once, with the rule or what would be allowed")
    func refused() async throws {
        let (containers, agent) = try await open()
        let name = containers.name("refused")
        let socket = try await agent.docker([
            "create", "--name", name, "-v", "/run/docker.sock:/s", "bb",
        ]).run()
        #expect(socket.status == 1 && socket.err.contains("containers/no-socket"), "\(socket)")
        let image = try await agent.docker(
            ["create", "--name", name, "registry.example.com/team/app:1"]
        ).run()
        #expect(image.status == 1 && image.err.contains("no policy allows it"), "\(image)")
        #expect(image.err.contains("/registry.example.com/team/app"), "\(image)")
    }

    @Test(
        "threat 29: while a hold waits, the names in it may come to mean something else; ids do not"
    )
    func renamed() async throws {
        let (containers, agent) = try await open()
        let (name, other) = (containers.name("first"), containers.name("second"))
        let path = try shared(containers)
        // Whose mounts would come along.
        try containers.engine.docker(["create", "--name", name, "-v", path + ":/data", "bb"])
        let client = try Conversation(
            agent.docker([
                "create", "--name", containers.name("third"), "--volumes-from", name, "bb",
            ]))
        let (hold, shown) = try await containers.pendingHold(of: client)
        #expect(shown.contains(path), "\(shown)")
        try containers.engine.docker(["rename", name, other])
        try containers.engine.docker(
            ["create", "--name", name, "-v", "/etc:/data", "bb"])
        let said = try await containers.gateway.person("bob", ["approve", hold])
        #expect(said.status == 0, "\(said)")
        // It is another container that is meant now: nobody has consented to that.
        let (_, shownAgain) = try await containers.pendingHold(of: client)
        #expect(shownAgain.contains("/etc") && !shownAgain.contains(path), "\(shownAgain)")
        client.killNow()
        client.finish()
    }

    @Test("threat 29: consent is to the push of one image, whatever gets its name meanwhile")
    func pushed() async throws {
        let policy = """
            policy: pushes
            targets: { kind: docker }
            rules:
              - rule: publishing
                effects: [image.push]
                decide: hold
                consents: [{ from: "group:dba", count: 1 }]
              - rule: the-rest
                effects: [build, image.pull, image.tag, image.inspect, system.inspect]
                decide: allow
            """
        let containers = try ContainerGateway(policies: [policy])
        let agent = try await containers.agent()
        let name = "localhost:1/team/app:\(containers.prefix)"
        // Of an image of its own: another name of `bb` would be in what others are asked about.
        try containers.engine.docker(
            ["build", "--tag", name, "-"], input: "FROM bb:latest\nLABEL another=none\n")
        let first = try containers.engine.inspect(name, "{{.Id}}")
        let client = try Conversation(agent.docker(["push", name]))
        let (hold, shown) = try await containers.pendingHold(of: client)
        #expect(shown.contains("push \(name)") && shown.contains(first), "\(shown)")
        // It takes the name for an image of its own.
        let built = try await agent.docker(
            ["build", "--tag", name, "-"], input: "FROM bb:latest\nLABEL another=one\n"
        ).run()
        #expect(built.status == 0, "\(built)")
        let second = try containers.engine.inspect(name, "{{.Id}}")
        #expect(second != first)
        let said = try await containers.gateway.person("bob", ["approve", hold])
        #expect(said.status == 0, "\(said)")
        let (next, shownAgain) = try await containers.pendingHold(of: client)
        #expect(shownAgain.contains(second) && !shownAgain.contains(first), "\(shownAgain)")
        // Now it goes to a registry, where nobody is.
        let consent = try await containers.gateway.person("bob", ["approve", next])
        #expect(consent.status == 0, "\(consent)")
        let ended = client.finish()
        #expect(ended.status == 1 && ended.out.contains("push refers to"), "\(ended)")
        try containers.engine.docker(["rmi", name])
    }
}
