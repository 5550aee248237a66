import Foundation
import TestKit
import Testing

/// What a session leaves behind, as a security team reads it.
@Suite("A session's recording", .serialized, .realParts)
struct SessionRecordingTests {
    @Test(
        "has the first rows of every result where the target keeps them, each with its own command")
    func rows() async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll], label: "test") { home in
            let path = home + "/sallyport.yaml"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacingOccurrences(
                of: "    labels: {", with: "    recorded_rows: 2\n    labels: {"
            ).write(toFile: path, atomically: true, encoding: .utf8)
        }
        for name in ["alice", "carol"] { try await gateway.logIn(name) }
        let client = try await WireClient(gateway, token: gateway.agentToken())
        _ = client.untilReady()
        let ids = "SELECT id, CASE WHEN id > 1 THEN name END FROM customers ORDER BY id"
        _ = client.query(ids)
        _ = client.query("SELECT 'a'; SELECT 'b'; SELECT 'c'")
        client.send(
            WireClient.run("SELECT 'one'") + WireClient.run("UPDATE customers SET name = name")
                + WireClient.run(ids) + [["S"]])
        _ = client.untilReady()
        client.send(
            WireClient.run("SELECT 1/0") + WireClient.run("SELECT 'skipped'") + [["S"]]
                + WireClient.run("SELECT 'behind'") + [["S"]])
        _ = (client.untilReady(), client.untilReady())
        client.send(["D", "S", "nobody"], ["S"])
        _ = client.untilReady()
        client.send(
            ["P", "", "SELECT id FROM customers ORDER BY id"], ["B", "", ""], ["E", "", 1],
            ["E", ""], ["S"])
        _ = client.untilReady()
        _ = client.query("SELECT repeat('x', 300000)")
        _ = client.query("SELECT 'last'")
        client.send(["X"])
        _ = client.until("closed")

        // What is recorded is filed a moment later.
        var id: String?
        try await until("the session is listed") {
            let listed = try await gateway.person("carol", ["sessions", "--json"])
            let sessions =
                try JSONSerialization.jsonObject(with: Data(listed.out.utf8)) as? [[String: Any]]
            id = sessions?.first?["id"] as? String
            return id != nil
        }
        let session = try #require(id)
        var events: [[String: Any]] = []
        try await until("its end is recorded") {
            let said = try await gateway.person("carol", ["session", session, "--json"])
            let story =
                try JSONSerialization.jsonObject(with: Data(said.out.utf8)) as? [String: Any]
            events = story?["events"] as? [[String: Any]] ?? []
            return events.contains { $0["kind"] as? String == "closed" }
        }
        let texts = Dictionary(
            events.filter { $0["kind"] as? String == "action" }.map {
                ($0["number"] as? Int ?? -1, $0["statement"] as? String ?? "")
            }, uniquingKeysWith: { first, _ in first })
        let kept = events.filter { $0["kind"] as? String == "rows" }.map { event in
            let cells = event["cells"] as? [[Any]] ?? []
            let rows = cells.map { row in row.map { "\($0)" }.joined(separator: ",") }
            return
                "\(texts[event["number"] as? Int ?? -1] ?? "?") -> \(rows.joined(separator: " "))"
        }
        #expect(
            kept == [
                "\(ids) -> 1,<null> 2,customer 2", "SELECT 'a'; SELECT 'b'; SELECT 'c' -> a b",
                "SELECT 'one' -> one", "\(ids) -> 1,<null> 2,customer 2",
                "SELECT 'behind' -> behind",
                "SELECT id FROM customers ORDER BY id -> 1",
                "SELECT id FROM customers ORDER BY id -> 2 3", "SELECT 'last' -> last",
            ])
        let shown = try await gateway.person("carol", ["session", session])
        #expect(shown.out.contains("its first rows") && shown.out.contains("NULL"), "\(shown)")
    }

    /// Each has its secret, `hidden`, where something calls it one; some run, some are refused, some are no SQL.
    private static let secrets = [
        "SELECT 'shown'", "SELEC 'shown too'",
        "ALTER ROLE nobody PASSWORD 'hidden'", "ALTER ROLE nobody PASSWORD 'hidden' bad bad",
        "ALTER ROLE nobody PASSWORD 'hidden", "ALTER ROLE nobody PASSWORD hidden",
        "DO $$ BEGIN EXECUTE 'ALTER ROLE nobody PASSWORD ''hidden'''; END $$",
        "DO $x$ BEGIN ALTER ROLE nobody PASSWORD 'hidden'; END $x$",
        "SELECT length(E'host=h password\\t=\\thidden')",
        "SELECT length('host=h password=''it\\''hidden'' user=x')",
        "SELECT length('postgres://u:a@h/d postgres://u:hidden@h/d')",
        "CREATE SUBSCRIPTION s CONNECTION 'host=h password=hidden' PUBLICATION p",
    ]

    @Test("has no secret of any text, of those that are refused and those that are no SQL neither")
    func secrets() async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll], label: "test")
        try await gateway.logIn("alice")
        let client = try await WireClient(gateway, token: gateway.agentToken())
        _ = client.untilReady()
        for text in Self.secrets { _ = client.query(text) }
        client.send(["X"])
        _ = client.until("closed")
        let said = gateway.drain()
        #expect(!said.out.contains("hidden") && !said.err.contains("hidden"), "\(said)")
        let state = gateway.home + "/var"
        let files = try FileManager.default.subpathsOfDirectory(atPath: state)
        let kept = files.map { FileManager.default.contents(atPath: state + "/" + $0) ?? Data() }
        for text in ["shown", "shown too", "ALTER ROLE nobody PASSWORD"] {
            #expect(kept.contains { $0.range(of: Data(text.utf8)) != nil }, "\(text)")
        }
        for (file, bytes) in zip(files, kept) {
            #expect(bytes.range(of: Data("hidden".utf8)) == nil, "\(file)")
        }
    }

    @Test("is removed when its target keeps it no longer, and the ledger says so and verifies")
    func retention() async throws {
        let gateway = try TestGateway(
            policies: [Policies.allowAll], label: "test", prepare: retain)
        for name in ["alice", "carol"] { try await gateway.logIn(name) }
        let client = try await WireClient(gateway, token: gateway.agentToken())
        _ = client.untilReady()
        _ = client.query("SELECT 'a secret of long ago'")
        client.send(["X"])
        _ = client.until("closed")
        // Each start looks at once; the session has to be filed and a second old.
        var removed = false
        for _ in 0..<30 where !removed {
            try gateway.killAndRestart()
            for _ in 0..<5 where !removed {
                removed = try gateway.ledgerKinds().contains("recording.removed")
                _ = try await gateway.person("carol", ["sessions"])
            }
        }
        #expect(removed)
        // It is removed behind its entry.
        try await until("it is neither listed nor found") {
            let listed = try await gateway.person("carol", ["sessions", "--json"])
            let found = try await gateway.person("carol", ["search", "long ago"])
            return listed.status == 0 && !listed.out.contains("deploy-bot")
                && found.status == 0 && !found.out.contains("secret of long ago")
        }
        let verified = try await gateway.person(
            "carol", ["ledger", "verify", "--dir", gateway.ledger])
        #expect(verified.status == 0, "\(verified)")
    }

    @Test("is entered as removed once, however often its removal has to be tried")
    func removedOnce() async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll], label: "test")
        for name in ["alice", "carol"] { try await gateway.logIn(name) }
        let client = try await WireClient(gateway, token: gateway.agentToken())
        _ = client.untilReady()
        client.send(["X"])
        _ = client.until("closed")
        // Each start files what was there, and then looks at once what has expired.
        try gateway.killAndRestart()
        let sessions = gateway.home + "/var/recordings/sessions"
        let files = try FileManager.default.contentsOfDirectory(atPath: sessions)
        let file = try #require(files.first)
        #expect(files.count == 1)
        // What is no file cannot be unlinked.
        try FileManager.default.removeItem(atPath: sessions + "/" + file)
        try FileManager.default.createDirectory(
            atPath: sessions + "/" + file, withIntermediateDirectories: false)
        try retain(gateway.home)
        func isEntered() throws -> Bool {
            try gateway.ledgerKinds().contains("recording.removed")
        }
        func isListed() async throws -> Bool {
            try await gateway.person("carol", ["sessions", "--json"]).out.contains("deploy-bot")
        }
        for _ in 0..<30 where try !isEntered() {
            try gateway.killAndRestart()
            for _ in 0..<5 where try !isEntered() { _ = try await isListed() }
        }
        #expect(try isEntered())
        #expect(try await isListed())
        try FileManager.default.removeItem(atPath: sessions + "/" + file)
        var isThere = true
        for _ in 0..<30 where isThere {
            try gateway.killAndRestart()
            for _ in 0..<5 where isThere { isThere = try await isListed() }
        }
        #expect(!isThere)
        #expect(try gateway.ledgerKinds().filter { $0 == "recording.removed" }.count == 1)
    }

    private func retain(_ home: String) throws {
        let path = home + "/sallyport.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacingOccurrences(
            of: "    labels: {", with: "    retention: 1s\n    labels: {"
        ).write(toFile: path, atomically: true, encoding: .utf8)
    }
}
