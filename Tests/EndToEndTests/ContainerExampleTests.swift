import Foundation
import TestKit
import Testing

/// `policies/containers.yaml`, as a new user has it.
@Suite("The example of a policy for containers", .engine, .realParts)
struct ContainerExampleTests {
    private static let image = "registry.example.com/team/app:1"

    private func open() async throws -> (ContainerGateway, ContainerGateway.Agent) {
        let policy = try String(
            contentsOfFile: projectDirectory + "/policies/containers.yaml", encoding: .utf8)
        let containers = try ContainerGateway(policies: [policy])
        return (containers, try await containers.agent())
    }

    @Test("everyday work with an image of one's own is neither held nor refused")
    func quiet() async throws {
        let (containers, agent) = try await open()
        let name = containers.name("app")
        let file = containers.gateway.directory.file("file")
        func run(_ arguments: [String], _ out: String? = nil) async throws {
            let said = try await agent.docker(arguments).run()
            #expect(said.status == 0, "\(arguments): \(said)")
            if let out { #expect(said.out == out, "\(arguments): \(said)") }
        }
        for (arguments, out) in [
            (["run", "--rm", Self.image, "echo", "hello"], "hello\n"),
            (
                [
                    "run", "-d", "--name", name, "--label", "env=staging", Self.image, "sh", "-c",
                    "echo begun; exec sleep 1000",
                ], nil
            ),
            (["exec", name, "echo", "inside"], "inside\n"),
        ] { try await run(arguments, out) }
        // The engine keeps what it was told a moment later.
        try await until("the line is logged") {
            try await agent.docker(["logs", name]).run().out == "begun\n"
        }
        for (arguments, out) in [
            (["cp", name + ":/etc/passwd", file], ""),
            (["stop", "--time", "0", name], name + "\n"),
            (["start", name], name + "\n"), (["rm", "--force", name], name + "\n"),
            (["inspect", "--format", "{{.Config.Labels}}", Self.image], nil),
        ] { try await run(arguments, out) }
        let terminal = try containers.gateway.onTerminal(
            agent.docker(["run", "--rm", "-it", "--name", name, Self.image]))
        #expect(terminal.expect("# ") != nil, "\(terminal.rest)")
        terminal.send("echo ty''ped; exit\n")
        let said = terminal.finish()
        #expect(said.status == 0 && said.out.contains("typed"), "\(said)")
        #expect(try !containers.gateway.ledgerKinds().contains("denied"))
    }

    @Test("a command in a container of production waits for the operators")
    func production() async throws {
        let (containers, agent) = try await open()
        let name = containers.name("app")
        let made = try await agent.docker([
            "run", "-d", "--name", name, "--label", "env=production", Self.image, "sleep", "1000",
        ]).run()
        #expect(made.status == 0, "\(made)")
        let client = try Conversation(agent.docker(["exec", name, "echo", "in production"]))
        let (hold, shown) = try await containers.pendingHold(of: client)
        #expect(shown.contains("run echo 'in production' in \(name)"), "\(shown)")
        #expect(shown.contains("group operators"), "\(shown)")
        let said = try await containers.gateway.person("bob", ["approve", hold])
        #expect(said.status == 0, "\(said)")
        let ran = client.finish()
        #expect(ran.status == 0 && ran.out == "in production\n", "\(ran)")
        try await containers.gateway.logIn("carol")
        // What it shows is in another session than the one that was held: that says by which hold it runs.
        try await until("the session is filed and found") {
            let found = try await containers.gateway.person("carol", ["search", hold, "--json"])
            return found.out.contains("start echo 'in production' in \(name)")
                && found.out.contains("consented to as \(hold)")
        }
    }

    /// Debian's registry in the network of the tests' engine, empty.
    private func openRegistry(_ containers: ContainerGateway) throws -> String {
        let place = "localhost:5000"
        let file = containers.engine.directory.file(containers.name("registry.yml"))
        try """
        version: 0.1
        storage: { inmemory: {} }
        http: { addr: "\(place)", secret: none }
        """.write(toFile: file, atomically: true, encoding: .utf8)
        try containers.engine.docker([
            "run", "--detach", "--name", containers.name("registry"), "--network", "host",
            "--volume", "/:/host:ro", "bb:latest", "chroot", "/host", "/usr/bin/docker-registry",
            "serve", file,
        ])
        return place
    }

    @Test("threat 29: a build takes the name of what was pulled only when operators consent")
    func takenNames() async throws {
        let policy = try String(
            contentsOfFile: projectDirectory + "/policies/containers.yaml", encoding: .utf8)
        let containers = try ContainerGateway(
            policies: [policy.replacing("registry.example.com", with: "localhost:5000")])
        let agent = try await containers.agent()
        let engine = containers.engine
        let repository = try openRegistry(containers) + "/team/app"
        let (pulled, own) = (
            "\(repository):\(containers.prefix)", "\(repository):own-\(containers.prefix)"
        )
        try engine.docker(
            ["build", "--tag", pulled, "-"],
            input: "FROM bb:latest\nLABEL from=\(containers.prefix)\n")
        try await until("the registry answers") { (try? engine.docker(["push", pulled])) != nil }
        try engine.docker(["rmi", "--force", pulled])
        let said = try await agent.docker(["pull", pulled]).run()
        #expect(said.status == 0, "\(said)")
        let id = try engine.inspect(pulled, "{{.Id}}")

        // Names of its own it may take, and take again.
        for label in ["first", "second"] {
            let built = try await agent.docker(
                ["build", "--tag", own, "-"], input: "FROM scratch\nLABEL env=\(label)\n"
            ).run()
            #expect(built.status == 0, "\(built)")
        }
        let build = try Conversation(agent.docker(["build", "--tag", pulled, "-"]))
        build.send("FROM scratch\nLABEL env=development\n")
        build.endInput()
        let (hold, shown) = try await containers.pendingHold(of: build)
        #expect(
            shown.contains(
                "the name /\(repository):\(containers.prefix) is taken from an image that was pulled"
            ),
            "\(shown)")
        let denied = try await containers.gateway.person("bob", ["deny", hold, "--reason", "no"])
        #expect(denied.status == 0, "\(denied)")
        #expect(build.finish().status == 1)
        #expect(try engine.inspect(pulled, "{{.Id}}") == id)

        // Who is asked about a container sees whether its image is the registry's.
        for (image, isPulled) in [(pulled, true), (own, false)] {
            let create = try Conversation(
                agent.docker([
                    "create", "--privileged", "--name", containers.name("made"), image, "true",
                ]))
            let (hold, shown) = try await containers.pendingHold(of: create)
            #expect(shown.contains("made or loaded here") != isPulled, "\(shown)")
            let denied = try await containers.gateway.person(
                "bob", ["deny", hold, "--reason", "no"])
            #expect(denied.status == 0, "\(denied)")
            create.finish()
        }
        try engine.docker(["rmi", "--force", pulled, own])
    }

    @Test("threat 29: a name in a network is looked at afterwards, and an address needs a rule")
    func names() async throws {
        let (containers, agent) = try await open()
        let engine = containers.engine
        try engine.docker(["network", "create", "team"])
        defer {
            _ = try? engine.docker(["rm", "--force", containers.name("app")])
            _ = try? engine.docker(["network", "rm", "team"])
        }
        let name = containers.name("app")
        func make(_ options: [String]) async throws -> Output {
            try await agent.docker(
                ["run", "--detach", "--name", name, "--label", "env=staging"] + options
                    + [Self.image, "sleep", "1000"]
            ).run()
        }
        for options in [
            ["--network", "team", "--ip", "10.9.9.9"], ["--mac-address", "02:42:00:00:00:98"],
        ] {
            let said = try await make(options)
            #expect(said.status != 0 && said.err.contains("network.connect"), "\(said)")
        }
        #expect(try containers.enteredEffects("review").isEmpty)
        let plain = try await make(["--network", "team"])
        #expect(plain.status == 0, "\(plain)")
        #expect(try containers.enteredEffects("review").isEmpty)
        try engine.docker(["rm", "--force", name])
        let named = try await make([
            "--network", "team", "--network-alias", "db", "--hostname", "queue",
        ])
        #expect(named.status == 0, "\(named)")
        let joined = try containers.enteredEffects("review").joined().filter {
            $0.hasPrefix("network.connect ")
        }
        #expect(joined.count == 1 && joined.first?.contains("aliases: 2") == true, "\(joined)")
        // Also the container's own name of itself is one that the others find it by.
        for asked in ["db", "queue"] {
            let said = try await agent.docker(["exec", name, "nslookup", asked, "127.0.0.11"]).run()
            #expect(said.out.contains("Name:\t\(asked)"), "\(said)")
        }
    }
}
