import Foundation
import TestKit
import Testing

/// What an operator does, and what a disk does, while clients keep the daemon busy.
@Suite("A daemon under load", .serialized, .realParts)
struct LoadTests {
    private static func toggled(isDenied: Bool) -> String {
        """
        policy: toggled
        rules:
          - { rule: door, effects: [read], objects: [public.toggled], decide: \(isDenied ? "deny" : "allow") }
        """
    }

    @Test(
        "threat 22: of fifty reloads each is in force for the next command of every live session, and no other fails or goes unjudged"
    )
    func reloads() async throws {
        var story = try await LoadedGateway(policies: [Self.toggled(isDenied: false)])
        let gateway = story.gateway
        try PostgresServer.shared.sql("CREATE TABLE toggled (n int)", database: gateway.database)
        let load = try await story.begin("reloads")
        let sessions = try (0..<4).map { _ in try Conversation(gateway.psql(story.token, ["-At"])) }
        let prepare = "PREPARE look(int) AS SELECT 'round ' || $1::text, count(*) FROM toggled;\n"
        for psql in sessions {
            psql.send(prepare + "EXECUTE look(-1);\n")
            #expect(psql.expect("round -1|0") != nil, "\(psql.rest)")
        }
        for round in 0..<50 {
            let isDenied = round.isMultiple(of: 2)
            try gateway.reload(policies: [Load.policy, Self.toggled(isDenied: isDenied)])
            for (number, psql) in sessions.enumerated() {
                psql.send(
                    number.isMultiple(of: 2)
                        ? "SELECT 'round \(round)', count(*) FROM toggled;\n"
                        : "EXECUTE look(\(round));\n")
                let said = psql.expect(isDenied ? "toggled/door" : "round \(round)|0")
                #expect(said != nil, "round \(round): \(psql.rest)")
            }
        }
        for psql in sessions {
            psql.endInput()
            let answered = psql.finish().out.split(separator: "\n").filter { $0.contains("round") }
            #expect(answered.count == 26, "\(answered)")
        }
        let loaded = try gateway.ledgerKinds().count { $0 == "policies-loaded" }
        #expect(loaded == 50)
        // What was approved under policies that are replaced before its release is asked anew: now it comes through.
        try await until("a held command has run") {
            try PostgresServer.shared.sql(
                "SELECT count(*) FROM counter WHERE n > 0", database: gateway.database) != "0"
        }
        try await stopAndLook(&story, load)
        #expect(story.tally.rows > 0 && story.tally.updates > 0, "\(story.tally)")
    }

    @Test(
        "certificates that are exchanged are shown to the next client, and one that is broken leaves the last in force"
    )
    func certificates() async throws {
        var story = try await LoadedGateway()
        let gateway = story.gateway
        let load = try await story.begin("certificates")
        let old = try Conversation(gateway.psql(story.token, ["-At"]))
        for round in 0..<5 {
            let made = try await newCertificate(gateway)
            gateway.daemon.hangUp()
            #expect(gateway.daemon.expect("] reloaded") != nil, "\(gateway.daemon.rest)")
            #expect(try await shown(gateway) == made)
            old.send("SELECT 'round \(round)';\n")
            #expect(old.expect("round \(round)") != nil, "\(old.rest)")
        }
        let last = try await shown(gateway)
        try "no certificate".write(
            toFile: gateway.home + "/certs/gateway.pem", atomically: true, encoding: .utf8)
        gateway.daemon.hangUp()
        let line = gateway.daemon.line(containing: "nothing was reloaded")
        #expect(line?.contains("gateway.pem") == true, "\(gateway.daemon.rest)")
        #expect(try await shown(gateway) == last)
        let new = try await gateway.psql(story.token, ["-At", "-c", "SELECT 'in'"]).run()
        #expect(new.out == "in\n", "\(new)")
        old.endInput()
        #expect(old.finish().status == 0)
        _ = try await newCertificate(gateway)
        try await stopAndLook(&story, load)
        #expect(story.tally.rows > 0, "\(story.tally)")
    }

    /// Of the same CA; the certificate's PEM text.
    private func newCertificate(_ gateway: TestGateway) async throws -> String {
        let certs = gateway.home + "/certs/"
        for name in ["gateway.pem", "gateway.key"] {
            try FileManager.default.removeItem(atPath: certs + name)
        }
        let made = try await Command(
            projectDirectory + "/certs/make-development-ca", [String(certs.dropLast())]
        ).run()
        guard made.status == 0 else { throw Failure("make-development-ca: \(made)") }
        return try pem(String(contentsOfFile: certs + "gateway.pem", encoding: .utf8))
    }

    /// What a client is shown.
    private func shown(_ gateway: TestGateway) async throws -> String {
        let said = try await Command(
            "openssl",
            [
                "s_client", "-connect", "localhost:\(gateway.port)", "-alpn", "postgresql",
                "-CAfile", gateway.home + "/certs/ca.pem", "-verify_return_error",
            ]
        ).run()
        return try pem(said.out)
    }

    private func pem(_ text: String) throws -> String {
        let lines = text.split(separator: "\n")
        guard let first = lines.firstIndex(of: "-----BEGIN CERTIFICATE-----"),
            let last = lines[first...].firstIndex(of: "-----END CERTIFICATE-----")
        else { throw Failure("no certificate: \(text)") }
        return lines[first...last].joined(separator: "\n")
    }

    // MARK: Disks

    @Test(
        "threat 25: a disk that is full stops what cannot be recorded, and nothing else is lost",
        .enabled(if: SmallDisk.canMount, "needs the right to mount a tmpfs"))
    func full() async throws {
        var mounted: SmallDisk?
        var story = try await LoadedGateway { home in
            mounted = try SmallDisk(on: home + "/var", megabytes: 48)
        }
        let disk = try #require(mounted)
        let load = try await story.begin("full")
        try disk.fill()
        for said in load.benchesEnd() {
            #expect(said.err.contains("could not be recorded"), "\(said)")
        }
        try disk.empty()
        try await stopAndLook(&story, load, mayFail: true)
        #expect(story.tally.rows > 0, "\(story.tally)")
    }

    @Test(
        "threat 25: a disk that fails under the files of a part stops what needs it, and nothing else is lost",
        arguments: ["ledger", "recordings"])
    func failing(part: String) async throws {
        let broken = try BrokenDisk()
        var story = try await LoadedGateway(environment: broken.environment)
        let load = try await story.begin("failing")
        try broken.fail(under: story.gateway.home + "/var/" + part)
        for said in load.benchesEnd() {
            #expect(said.err.contains("could not be recorded"), "\(said)")
        }
        try broken.mend()
        try await stopAndLook(&story, load, mayFail: true)
        #expect(story.tally.rows > 0, "\(story.tally)")
    }

    private func stopAndLook(
        _ story: inout LoadedGateway, _ load: Load, mayFail: Bool = false
    ) async throws {
        let stopped = story.gateway.drain()
        #expect(stopped.status == 0, "\(stopped)")
        let told = try await load.finish(mayFail: mayFail)
        try story.gateway.restart()
        try await story.look(told)
    }
}
