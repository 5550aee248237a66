import Foundation
import TLS
import TestKit
import Testing
import Vocabulary

/// How the gateway finds its engines, and how clients find the gateway.
@Suite("Targets that are container engines", .engine, .realParts)
struct ContainerTargetTests {
    /// What `doctor` says of a new set-up's engine.
    private func doctor(_ target: String) async throws -> Output {
        let directory = try ScratchDirectory()
        let home = directory.file("gateway")
        let program = TestGateway.binaries + "/sallyportd"
        let made = try await Command(program, ["init", home]).run()
        try #require(made.status == 0, "\(made)")
        let path = home + "/sallyport.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
            .replacingOccurrences(of: "127.0.0.1:7443", with: "127.0.0.1:\(try freePort())")
        let engine = "  box: { kind: docker, \(target) }\n"
        try (text.trimmingCharacters(in: .newlines) + "\n" + engine)
            .write(toFile: path, atomically: false, encoding: .utf8)
        return try await Command(program, ["doctor", "--config", path]).run()
    }

    private func line(_ said: Output) -> String {
        said.out.split(separator: "\n").first { $0.contains("target `box`") }.map(String.init) ?? ""
    }

    @Test("doctor asks an engine for its version, and warns when nobody answers")
    func socket() async throws {
        let engine = try EngineServer.shared.get()
        let good = try await doctor("socket: \(engine.socket)")
        #expect(line(good) == "ok      target `box`: container engine, API 1.41", "\(good)")
        let nobody = try await doctor("socket: /nowhere/engine.sock")
        #expect(nobody.status == 0 && line(nobody).hasPrefix("warning"), "\(nobody)")
        #expect(line(nobody).contains("/nowhere/engine.sock"), "\(nobody)")
    }

    @Test("doctor names a socket that every account may write to, and starts all the same")
    func openSocket() async throws {
        let engine = try FalseEngine()
        chmod(engine.socket, 0o666)
        let answering = Task.detached {
            let peer = try engine.accept()
            #expect(try peer.request().line == "GET /_ping")
            try peer.send("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 0\r\n\r\n")
        }
        let said = try await doctor("socket: \(engine.socket)")
        try await answering.value
        #expect(said.status == 0, "\(said)")
        #expect(line(said).hasPrefix("weak    target `box`: container engine, API 1.41; every"))
        #expect(line(said).contains(engine.socket), "\(said)")
    }

    @Test("an engine at an address has to prove its name, and lets in who it knows")
    func address() async throws {
        let (ours, others) = (try Certificates(), try Certificates())
        let port = try freePort()
        let engine = try EngineServer(options: [
            "--host", "tcp://127.0.0.1:\(port)", "--bridge=none", "--tlsverify",
            "--tlscacert", ours.file("ca.pem"), "--tlscert", ours.file("server.pem"),
            "--tlskey", ours.file("server.key"),
        ])
        defer { engine.stop() }
        let (known, unknown) = (try client(of: ours), try client(of: others))
        func target(_ host: String = "127.0.0.1", ca: Certificates, _ client: String) -> String {
            "address: \(host):\(port), ca: \(ca.file("ca.pem")), "
                + "certificate: \(client), key: \(client)"
        }
        let good = try await doctor(target(ca: ours, known))
        #expect(line(good) == "ok      target `box`: container engine, API 1.41", "\(good)")
        for bad in [
            target(ca: others, known), target(ca: ours, unknown),
            target("127.0.0.2", ca: ours, known),
        ] {
            let said = try await doctor(bad)
            #expect(said.status == 0 && line(said).hasPrefix("warning"), "\(bad): \(said)")
        }
        let containers = try ContainerGateway(
            target: target(ca: ours, known).components(separatedBy: ", ").map { "    " + $0 },
            engine: engine)
        let agent = try await containers.agent()
        let ran = try await agent.docker(
            ["run", "--rm", "-i", "--network", "none", "bb", "sort", "-r"], input: "1\n2\n"
        ).run()
        #expect(ran.status == 0 && ran.out == "2\n1\n", "\(ran)")
        containers.stop()
        let open = try await Command("chmod", ["644", known]).run()
        try #require(open.status == 0)
        let fatal = try await doctor(target(ca: ours, known))
        #expect(fatal.status == 1 && fatal.out.contains("` of `box`: it is open to"), "\(fatal)")
    }

    /// A certificate and its key, in one file.
    private func client(of certificates: Certificates) throws -> String {
        let pem = try ["ca.pem", "ca.key"].map {
            try String(contentsOfFile: certificates.file($0), encoding: .utf8)
        }.joined()
        let key = try CertificateKey.generate()
        let now = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        let issued = try CertificateAuthority(pem: pem).issue(
            request: key.request(commonName: "gateway"), commonName: "gateway", uris: [],
            now: now, milliseconds: 3_600_000)
        let file = certificates.file("client.pem")
        try (issued.pem + key.pem()).write(toFile: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        return file
    }

    @Test("`sallyport env` says how `docker` finds the target, and `sallyport targets` its kind")
    func environment() async throws {
        let containers = try ContainerGateway()
        let agent = try await containers.agent()
        let gateway = containers.gateway
        let place = try #require(agent.variables["DOCKER_CERT_PATH"])
        #expect(
            agent.variables == [
                "DOCKER_HOST": "tcp://localhost:\(gateway.port)/engines/box",
                "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": place, "DOCKER_BUILDKIT": "0",
            ])
        let files = try FileManager.default.contentsOfDirectory(atPath: place)
        #expect(files.sorted() == ["ca.pem", "cert.pem", "key.pem"])
        let targets = try await gateway.person("alice", ["targets"])
        #expect(targets.out.contains(/box +docker/), "\(targets)")
    }
}
