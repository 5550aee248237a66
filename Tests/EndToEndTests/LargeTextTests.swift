import Foundation
import TestKit
import Testing

/// Texts that are too large for an event loop are judged by threads of their own, and to a client it is all the same.
@Suite("Large texts", .serialized, .realParts)
struct LargeTextTests {
    /// As `GatewayLimits.loopTextBytesMax`.
    private static let limit = 16 << 10

    private func open() async throws -> (gateway: TestGateway, token: String) {
        let gateway = try TestGateway(
            policies: [Policies.production()],
            objects: """
                CREATE TABLE notes (id int PRIMARY KEY, note text);
                INSERT INTO notes SELECT i, 'note ' || i FROM generate_series(1, 5) i;
                CREATE TABLE secrets (word text);
                """)
        try await gateway.logIn("alice")
        return (gateway, try await gateway.agentToken())
    }

    private func session(_ gateway: TestGateway, _ token: String) throws -> WireClient {
        let client = try WireClient(gateway, token: token)
        #expect(client.untilReady().last?.hasPrefix("ReadyForQuery") == true)
        return client
    }

    /// `head` in a text of exactly so many bytes, of many nodes.
    private static func text(_ head: String, bytes: Int) -> String {
        var text = head + " -- "
        var list = ""
        while text.utf8.count + list.utf8.count + 40 < bytes { list += "1," }
        text = head.replacingOccurrences(of: "LIST", with: list + "0")
        return text + String(repeating: " ", count: max(0, bytes - text.utf8.count))
    }

    private static let sizes = [limit, limit + 1, 60 << 10]

    @Test("are judged as small ones are", arguments: sizes)
    func verdicts(bytes: Int) async throws {
        let (gateway, token) = try await open()
        let client = try session(gateway, token)
        let read = Self.text("SELECT count(*) FROM notes WHERE id IN (LIST)", bytes: bytes)
        let other = Self.text("SELECT count(*) FROM secrets WHERE 1 IN (LIST)", bytes: bytes)
        let wrong = Self.text("SELECT count(*) FROM notes WHERE id IN (LIST", bytes: bytes)
        for _ in 0..<2 {
            #expect(client.query(read).contains("DataRow 1"))
            #expect(client.query(other).first?.hasPrefix("ErrorResponse ERROR 42501") == true)
            #expect(client.query(wrong).first?.hasPrefix("ErrorResponse ERROR 42601") == true)
            #expect(client.query("SELECT count(*) FROM notes").contains("DataRow 5"))
        }
    }

    @Test("threat 9: keep their place among what is sent with them", arguments: sizes)
    func order(bytes: Int) async throws {
        let (gateway, token) = try await open()
        let client = try session(gateway, token)
        let large = Self.text("SELECT count(*) FROM notes WHERE id IN (LIST)", bytes: bytes)
        let other = Self.text("SELECT count(*) FROM secrets WHERE 1 IN (LIST)", bytes: bytes)
        client.send(
            ["Q", "SELECT 11"], ["Q", large], ["Q", "SELECT 12"], ["Q", other], ["Q", "SELECT 13"])
        var rows: [String] = []
        for _ in 0..<5 {
            rows += client.untilReady().filter {
                $0.hasPrefix("DataRow") || $0.hasPrefix("ErrorResponse")
            }
        }
        #expect(
            rows.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
                == ["DataRow 11", "DataRow 1", "DataRow 12", "ErrorResponse ERROR", "DataRow 13"])

        // In one group: the statement is what Bind runs, and the refusal takes all behind it along.
        client.send(
            WireClient.run("SELECT 21") + [["P", "s", large], ["B", "", "s", []], ["E", ""]]
                + WireClient.run("SELECT 22") + [["S"]])
        #expect(
            client.untilReady().filter { $0.hasPrefix("DataRow") }
                == ["DataRow 21", "DataRow 1", "DataRow 22"])
        client.send(
            WireClient.run("SELECT 31") + WireClient.run(other) + WireClient.run("SELECT 32")
                + [["S"]])
        let refused = client.untilReady()
        #expect(refused.contains("DataRow 31") && !refused.contains("DataRow 32"), "\(refused)")
        #expect(refused.contains { $0.hasPrefix("ErrorResponse ERROR 42501") }, "\(refused)")
        client.send([["B", "", "s", []], ["E", ""], ["S"]])
        #expect(client.untilReady().contains("DataRow 1"))
    }

    @Test("threat 9: are judged behind an EXECUTE, however short that is")
    func execute() async throws {
        let (gateway, token) = try await open()
        let client = try session(gateway, token)
        let read = Self.text("SELECT count(*) FROM notes WHERE id IN (LIST)", bytes: 60 << 10)
        _ = client.query("PREPARE p AS " + read)
        for _ in 0..<3 { #expect(client.query("EXECUTE p").contains("DataRow 1")) }
        // Together they are more than a loop looks at.
        let half = Self.text("SELECT count(*) FROM notes WHERE id IN (LIST)", bytes: 10_000)
        _ = client.query("PREPARE q AS " + half)
        let twice = client.query("EXECUTE q; EXECUTE q")
        #expect(twice.filter { $0 == "DataRow 1" }.count == 2, "\(twice)")
        #expect(client.query("EXECUTE nothing").first?.hasPrefix("ErrorResponse") == true)
    }

    @Test("leave nothing behind when their client goes away or cancels")
    func away() async throws {
        let (gateway, token) = try await open()
        let large = Self.text("SELECT count(*) FROM notes WHERE id IN (LIST)", bytes: 60 << 10)
        for _ in 0..<3 {
            let leaver = try session(gateway, token)
            #expect(leaver.query("SELECT 1").contains("DataRow 1"))
            leaver.send([["Q", large], ["X"]])
        }
        let client = try session(gateway, token)
        client.send(["Q", large], ["Q", "SELECT 1"])
        #expect(client.untilReady().contains("DataRow 1"))
        #expect(client.untilReady().contains("DataRow 1"))
        // What a cancel finds waiting for its judgement is run, or is not: the session lives either way.
        var psql = gateway.psql(token, ["-At", "-v", "ON_ERROR_STOP=0"])
        psql.input = large.replacingOccurrences(of: "LIST", with: "0") + ";\nSELECT 77;\n"
        let said = try await psql.run()
        #expect(said.out.contains("77"), "\(said.err.suffix(300))")
        let drained = gateway.drain()
        #expect(drained.status == 0, "\(drained)")
        #expect(try gateway.ledgerKinds().filter { $0 == "session-opened" }.count >= 5)
    }
}
