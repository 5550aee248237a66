import Foundation
import Synchronization
import TestKit

/// Clients that keep a gateway busy until they are killed or it is: pgbench with prepared and with simple
/// statements, and commands that are held while Bob consents to them one after the other.
///
/// Each row of `marks` and of `reviewed` has a key that stands in one command only, and so does each element of
/// `counter.keys`: a change without a record can be told.
final class Load: Sendable {
    static let objects = """
        CREATE TABLE marks (key bigint);
        CREATE TABLE reviewed (key bigint);
        CREATE TABLE counter (n int, keys text[]);
        INSERT INTO counter VALUES (0, '{}');
        """

    static let policy = """
        policy: load
        rules:
          - { rule: reads, effects: [read, session, transaction], decide: allow }
          - { rule: marks, effects: [write], objects: [public.marks], decide: allow }
          - { rule: reviewed, effects: [write], objects: [public.reviewed], decide: review }
          - rule: counter
            effects: [write]
            objects: [public.counter]
            decide: hold
            consents: [{ from: "group:dba", count: 1 }]
            within: 600s
        """

    /// What is decided of the commands that change these tables.
    static let verdicts = ["marks": "allow", "reviewed": "review", "counter": "hold"]

    private static let script = """
        \\set key random(1, 9000000000000000000)
        \\set other random(1, 9000000000000000000)
        SELECT count(*) FROM customers WHERE id = 3;
        INSERT INTO marks VALUES (:key);
        BEGIN;
        INSERT INTO reviewed VALUES (:other);
        END;
        """

    private let benches: [Conversation]
    private let holders: [Conversation]
    private let approver: Approver
    private let approving: Task<Void, any Error>

    /// - Parameter name: is in every key of `counter`.
    init(_ gateway: TestGateway, _ token: String, name: String) throws {
        let script = gateway.directory.file("load.sql")
        try Self.script.write(toFile: script, atomically: true, encoding: .utf8)
        benches = try ["prepared", "simple"].map { mode in
            var command = Command(
                PostgresServer.binaries + "/pgbench",
                ["-n", "-M", mode, "-c", "2", "-T", "1000", "-f", script, gateway.connection])
            command.environment = ["PGPASSWORD": token, "HOME": gateway.directory.path]
            return try Conversation(command)
        }
        holders = try (0..<3).map { holder in
            let psql = try Conversation(gateway.psql(token))
            for number in 0..<40 {
                let key = "k-\(name)-\(holder)-\(number)"
                psql.send("UPDATE counter SET n = n + 1, keys = keys || '\(key)'::text;\n")
            }
            psql.endInput()
            return psql
        }
        let approver = Approver(gateway)
        self.approver = approver
        approving = Task { try await approver.run() }
    }

    /// Returns when a command is held in each of the holders' sessions.
    func isUnderWay() throws {
        for psql in holders where psql.line(containing: "sallyport approve hld_") == nil {
            throw Failure("no hold: \(psql.rest)")
        }
    }

    /// Waits until every pgbench has ended, which each does when all of its clients have seen an error.
    func benchesEnd() -> [Output] { benches.map { $0.finish() } }

    /// Waits for the clients, whose gateway is gone, to say so.
    /// - Parameter mayFail: commands may have been refused before that.
    func finish(mayFail: Bool = false) async throws -> Result {
        approver.stop()
        try await approving.value
        for said in benchesEnd() where said.status == 0 || !mayFail && said.err.contains("ERROR") {
            throw Failure("pgbench: \(said)")
        }
        let said = holders.map { $0.finish() }
        return Result(
            updated: said.reduce(0) { $0 + $1.out.components(separatedBy: "UPDATE 1").count - 1 },
            consented: approver.consented)
    }

    struct Result {
        /// Held commands that the clients were told the success of.
        var updated: Int
        /// The holds whose approver was told that the consent counts.
        var consented: Set<String>
    }
}

/// Bob, who consents to whatever is held, again and again.
private final class Approver: Sendable {
    private struct State {
        var isOver = false
        var consented: Set<String> = []
    }

    private let gateway: TestGateway
    private let state = Mutex(State())

    init(_ gateway: TestGateway) { self.gateway = gateway }

    var consented: Set<String> { state.withLock { $0.consented } }

    func stop() { state.withLock { $0.isOver = true } }

    func run() async throws {
        while !state.withLock({ $0.isOver }) {
            guard let holds = try? await gateway.holds("pending") else { continue }
            for hold in holds where !state.withLock({ $0.isOver }) {
                let said = try await gateway.person("bob", ["approve", hold.id])
                if said.status == 0 { state.withLock { _ = $0.consented.insert(hold.id) } }
            }
        }
    }
}

/// What these tests read of a hold in a list.
struct ListedHold: Decodable {
    var id: String
    var state: String
}

extension TestGateway {
    /// The holds in this state, as Bob sees them.
    func holds(_ state: String) async throws -> [ListedHold] {
        try await read("bob", ["holds", "--state", state], as: [ListedHold].self)
    }

    /// What `sallyport` prints for this person with `--json`.
    func read<Item: Decodable>(_ name: String, _ arguments: [String], as type: Item.Type)
        async throws -> Item
    {
        let said = try await person(name, arguments + ["--json"])
        guard said.status == 0 else { throw Failure("\(arguments): \(said)") }
        return try JSONDecoder().decode(type, from: Data(said.out.utf8))
    }
}
