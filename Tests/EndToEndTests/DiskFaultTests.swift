import Foundation
import TestKit
import Testing

/// A state directory on a small disk that fills up under a running gateway.
@Suite(
    "A full disk", .serialized, .realParts,
    .enabled(if: SmallDisk.canMount, "needs the right to mount a tmpfs"))
struct DiskFaultTests {
    /// Longer than a page, so that the room left in some file's last page cannot take it.
    private static let long = String(repeating: "x", count: 9_000)
    private static let update = "UPDATE customers SET name = '\(long)' WHERE id = 1000;\n"

    /// A gateway whose state is on a disk of its own, with people who have logged in.
    private func gateway() async throws -> (TestGateway, SmallDisk) {
        var mounted: SmallDisk?
        let gateway = try TestGateway(policies: [Policies.production()]) { home in
            mounted = try SmallDisk(on: home + "/var", megabytes: 24)
        }
        for name in ["alice", "bob"] { try await gateway.logIn(name) }
        return (gateway, try #require(mounted))
    }

    private func held(_ gateway: TestGateway, _ token: String) throws -> (Conversation, String) {
        let psql = try Conversation(gateway.psql(token))
        psql.send("DELETE FROM customers;\n")
        let hint = try #require(psql.line(containing: "sallyport approve hld_"), "\(psql.rest)")
        return (psql, String(hint.split(separator: " ").last ?? ""))
    }

    /// The first whose command could not be held: what the gateway gives up of its reserves, at a time of its own, may be
    /// enough for another's.
    private func refused(_ askers: [Conversation], _ disk: SmallDisk) throws -> Conversation? {
        for asking in askers {
            try disk.fill()
            asking.send("DELETE FROM customers WHERE name <> '\(Self.long)' OR true;\n")
            let said = try #require(asking.line(containing: "command"), "\(asking.rest)")
            if said.contains("could not be held") { return asking }
        }
        return nil
    }

    /// Until a command cannot be recorded. What the gateway gives up of its reserves, or takes for a moment when it tries to
    /// have them again, may be enough for some; from then on it records none until there is twice the reserve.
    private func fill(_ disk: SmallDisk, until live: Conversation) async throws {
        try await until("a command could not be recorded: \(live.rest)") {
            try disk.fill()
            live.send(Self.update + "\\echo tried\n")
            live.expect("tried\n")
            return live.rest.contains("could not be recorded")
        }
    }

    /// Tries until there is a session again: the gateway looks for space about once a second.
    private func sessionAgain(_ gateway: TestGateway, _ token: String) async throws -> Output {
        let command = gateway.psql(token, ["-At", "-c", "SELECT 'again'"])
        var said: Output?
        try await until("there is a session again: \(said?.err ?? "")") {
            said = try await command.run()
            return said?.status == 0
        }
        return try #require(said)
    }

    @Test("threat 25: refuses every command with a reason, and goes on when there is space again")
    func fullDisk() async throws {
        let (gateway, disk) = try await gateway()
        let token = try await gateway.agentToken()
        let live = try Conversation(gateway.psql(token, ["-At"]))
        live.send("SELECT 'alive';\n")
        #expect(live.expect("alive") != nil, "\(live.rest)")
        let askers = try (0..<3).map { _ in
            let asking = try Conversation(gateway.psql(token, ["-At"]))
            asking.send("SELECT 'asking';\n")
            #expect(asking.expect("asking") != nil, "\(asking.rest)")
            return asking
        }
        let (psql, hold) = try held(gateway, token)

        // What the gateway gives up of its reserves is taken as well, again and again.
        let asking = try #require(try refused(askers, disk))
        try await fill(disk, until: live)
        live.endInput()
        live.finish()
        try disk.fill()
        let new = try await gateway.psql(token, ["-c", "SELECT 1"]).run()
        #expect(new.status == 2 && new.err.contains("cannot be recorded now"), "\(new)")
        // Which of its files finds the disk full first is not certain.
        let reasons = ["disk takes nothing more", "could not do that now"]
        var login = new
        try await until("a login is refused: \(login)") {
            try disk.fill()
            login = try await gateway.logInAgain("bob", [gateway.password(of: "bob")])
            return login.status != 0
        }
        #expect(login.status == 1, "\(login)")
        #expect((reasons + ["not available"]).contains { login.err.contains($0) }, "\(login)")
        // What the ledger gave up for that is taken as well.
        try disk.fill()
        let consent = try await gateway.person("bob", ["approve", hold])
        #expect(consent.status == 1, "\(consent)")
        #expect(reasons.contains { consent.err.contains($0) }, "\(consent)")
        #expect(!consent.err.contains(gateway.home), "\(consent)")
        // What needs no new record is still shown.
        let looked = try await gateway.person("bob", ["hold", hold, "--json"])
        #expect(looked.status == 0 && looked.out.contains("\"pending\""), "\(looked)")

        try disk.empty()
        #expect(try await sessionAgain(gateway, token).out == "again\n")
        let server = PostgresServer.shared
        let untouched = "SELECT count(*) FROM customers WHERE name LIKE 'customer %'"
        #expect(try server.sql(untouched, database: gateway.database) == "10")
        let late = try await gateway.person("bob", ["approve", hold])
        #expect(late.status == 0, "\(late)")
        #expect(psql.expect("DELETE 10") != nil, "\(psql.rest)")
        psql.endInput()
        psql.finish()
        asking.send("SELECT 'still';\n")
        #expect(asking.expect("still") != nil, "\(asking.rest)")
        asking.endInput()
        asking.finish()
        for held in askers where held !== asking {
            held.killNow()
            held.finish()
        }
        try await wholeRecord(gateway)
    }

    /// Every session that was opened was closed, and the files verify with all their recordings.
    private func wholeRecord(_ gateway: TestGateway) async throws {
        let stopped = gateway.drain()
        #expect(stopped.status == 0, "\(stopped)")
        #expect(stopped.err.contains("disk of the recordings is full"), "\(stopped)")
        let opened = try gateway.ledgerBodies("session-opened").map { "\($0["session"] ?? "")" }
        let ended =
            try gateway.ledgerBodies("session-closed") + gateway.ledgerBodies("session-failed")
        #expect(Set(opened) == Set(ended.map { "\($0["session"] ?? "")" }), "\(opened) \(ended)")
        #expect(opened.count == ended.count)
        let verified = try await gateway.person(
            "bob",
            [
                "ledger", "verify", "--dir", gateway.ledger, "--checkpoint",
                gateway.directory.file("bob/checkpoint"),
            ])
        #expect(verified.status == 0 && verified.out.contains("complete up to"), "\(verified)")
    }

    @Test("at a start is named, and the next start with space goes on where all was left")
    func start() async throws {
        let (gateway, disk) = try await gateway()
        #expect(gateway.drain().status == 0)
        try disk.fill()
        let said = try await Command(
            TestGateway.binaries + "/sallyportd", ["serve", "--config", gateway.configuration]
        ).run()
        #expect(said.status == 1 && !said.out.contains("listening"), "\(said)")
        #expect(said.err.contains("store.sqlite") && said.err.contains("disk"), "\(said)")
        try disk.empty()
        try gateway.restart()
        let token = try await gateway.agentToken()
        #expect(try await sessionAgain(gateway, token).out == "again\n")
        let verified = try await gateway.person(
            "bob", ["ledger", "verify", "--dir", gateway.ledger])
        #expect(verified.status == 0, "\(verified)")
    }

    @Test(
        "a command that was consented to and cannot be recorded does not run, and its hold has failed"
    )
    func releaseUnrecorded() async throws {
        let (gateway, disk) = try await gateway()
        let token = try await gateway.agentToken()
        let (psql, hold) = try held(gateway, token)
        let live = try Conversation(gateway.psql(token, ["-At"]))
        // In its session, which could not be opened any more.
        live.send("SELECT 'live';\n")
        #expect(live.expect("live\n") != nil, "\(live.rest)")
        try await fill(disk, until: live)
        live.endInput()
        live.finish()
        // Enough for the ledger and the store, too little for the recorder's reserve.
        try disk.fill()
        try disk.giveBack(megabytes: 6)
        let consent = try await gateway.person("bob", ["approve", hold])
        #expect(consent.status == 0, "\(consent)")
        #expect(psql.expect("could not be recorded") != nil, "\(psql.rest)")
        psql.endInput()
        psql.finish()
        try await gateway.expect(hold, becomes: "failed")
        #expect(
            try PostgresServer.shared.sql(
                "SELECT count(*) FROM customers", database: gateway.database) == "10")
        // A hold's end is entered behind it.
        try await until("its end is entered") {
            try gateway.ledgerKinds().contains("hold-finished")
        }
        #expect(
            try gateway.ledgerBodies("hold-finished").last?["why"] as? String
                == "not recorded, so it was not run")
        try disk.empty()
        #expect(try await sessionAgain(gateway, token).out == "again\n")
    }
}

extension TestGateway {
    /// Asks until the hold is in that state: what ends it runs beside the session.
    func expect(_ hold: String, becomes state: String) async throws {
        var last = ""
        try await until("the hold becomes \(state): \(last)") {
            last = try await person("bob", ["hold", hold, "--json"]).out
            let object = try? JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
            return object?["state"] as? String == state
        }
    }
}
