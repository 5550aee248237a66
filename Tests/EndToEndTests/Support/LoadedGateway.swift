import ControlAPI
import Foundation
import TestKit

/// A gateway under `Load`, and what must hold of its records whatever became of it.
struct LoadedGateway {
    struct Tally: CustomStringConvertible {
        var kills = 0
        var killsAmidStart = 0
        var rows = 0
        var commands = 0
        var released = 0
        var updates = 0
        var abandoned = 0
        var unknown = 0
        var interrupted = 0

        var description: String {
            """
            \(kills) kills, \(killsAmidStart) more amid a start: \(interrupted) sessions interrupted, \(rows) rows of \
            \(commands) recorded commands; \(released) held commands released, \(updates) run, \(abandoned) abandoned, \
            \(unknown) unknown
            """
        }
    }

    let gateway: TestGateway
    let token: String
    private(set) var tally = Tally()
    private var entries: LedgerReader
    private var signers: String { gateway.directory.file("allowed_signers") }

    /// - Parameters: as those of `TestGateway`.
    init(
        policies: [String] = [], environment: [String: String] = [:],
        prepare: (String) throws -> Void = { _ in }
    ) async throws {
        gateway = try TestGateway(
            policies: [Load.policy] + policies, objects: Load.objects, environment: environment,
            prepare: prepare)
        for name in ["alice", "bob", "carol"] { try await gateway.logIn(name) }
        token = try await gateway.agentToken()
        entries = LedgerReader(gateway.ledger)
        let keys = try await gateway.read("carol", ["keys"], as: [KeyItem].self)
        try keys.map { $0.allowedSigner + "\n" }.joined()
            .write(toFile: signers, atomically: true, encoding: .utf8)
        try verify(keys.count == 3, "\(keys)")
    }

    /// One round: load, a kill at a moment that the seed gives, a start, and a look at everything.
    mutating func killAndLook(_ seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let load = try await begin(String(seed))
        // A length of time is what the seed gives: nothing is waited for.
        usleep(.random(in: 0..<1_500_000, using: &random))
        gateway.stop()
        let told = try await load.finish()
        tally.kills += 1
        if Bool.random(using: &random) {
            try gateway.killAmidStart(microseconds: .random(in: 0..<200_000, using: &random))
            tally.killsAmidStart += 1
        }
        try gateway.restart()
        try await look(told)
    }

    /// Clients that begin with empty tables; returns when they are under way.
    func begin(_ name: String) async throws -> Load {
        try sql("TRUNCATE marks, reviewed; UPDATE counter SET n = 0, keys = '{}'")
        let load = try Load(gateway, token, name: name)
        try load.isUnderWay()
        try await until("rows came") {
            Int(try sql("SELECT count(*) FROM reviewed").first ?? "") ?? 0 >= 20
        }
        return load
    }

    /// After a start anew: compares what the ledger and the recordings have of the sessions since the last look with what
    /// happened.
    mutating func look(_ told: Load.Result) async throws {
        try await untilServerIsIdle()
        let round = Round(try entries.next())
        try await lookAtLedger()
        try await lookAtSessions(round)
        try await lookAtHolds(round, told)
        try lookAtRows(try await recorded(round.sessions.filter(hasRecording)), round, told)
    }

    // MARK: What must hold

    private func lookAtLedger() async throws {
        let said = try await gateway.person(
            "bob",
            [
                "ledger", "verify", "--dir", gateway.ledger, "--keys", signers, "--checkpoint",
                gateway.directory.file("bob/checkpoint"),
            ])
        try verify(said.status == 0 && !said.out.contains("not checked"), "\(said)")
    }

    private mutating func lookAtSessions(_ round: Round) async throws {
        let left = try await gateway.read("carol", ["sessions", "--open"], as: [SessionItem].self)
        try verify(left.isEmpty, "still open: \(left)")
        // One that the ledger has as opened and that had not begun has no recording: nothing ran in it.
        let begun = round.sessions.filter(hasRecording)
        let lost = begun.subtracting(round.endedSessions)
        try verify(lost.isEmpty, "the ledger does not say that they ended: \(lost)")
        let loose = begun.subtracting(round.rooted)
        try verify(loose.isEmpty, "the ledger has no last root of the recordings of \(loose)")
        tally.interrupted += round.interrupted.count
    }

    private mutating func lookAtHolds(_ round: Round, _ told: Load.Result) async throws {
        for state in ["pending", "approved", "running"] {
            let left = try await gateway.holds(state)
            try verify(left.isEmpty, "\(left)")
        }
        let unended = Set(round.opened).subtracting(round.ends.keys)
        try verify(unended.isEmpty, "the ledger does not say that they ended: \(unended)")
        let lost = told.consented.subtracting(round.consented)
        try verify(lost.isEmpty, "consents that counted are not in the ledger: \(lost)")
        let twice = round.released.filter { hold in round.released.count { $0 == hold } > 1 }
        try verify(twice.isEmpty, "released twice: \(twice)")
        let asked = Set(round.released).subtracting(round.consented)
        try verify(asked.isEmpty, "released without a consent: \(asked)")
        let abandoned = round.ends.filter { $0.value == "abandoned" }.keys.sorted()
        // A yes that was said before may be said again, and does nothing.
        if let hold = abandoned.first(where: { !round.consented.contains($0) }) {
            let late = try await gateway.person("bob", ["approve", hold])
            try verify(late.status == 1 && late.err.contains("abandoned"), "\(late)")
        }
        tally.released += round.released.count
        tally.abandoned += abandoned.count
        tally.unknown += round.ends.values.count { $0 == "unknown" }
    }

    /// - Parameter recorded: what commands had in them, each with the hold that its command waited in.
    private mutating func lookAtRows(
        _ recorded: [String: String], _ round: Round, _ told: Load.Result
    ) throws {
        let rows = try sql("SELECT key FROM marks UNION ALL SELECT key FROM reviewed")
        for row in rows { try verify(recorded[row] != nil, "no record of the row \(row)") }
        let updates = try sql("SELECT unnest(keys) FROM counter")
        try verify(Set(updates).count == updates.count, "run twice: \(updates)")
        try verify(try sql("SELECT n FROM counter") == [String(updates.count)], "\(updates)")
        try verify(updates.count >= told.updated, "\(told.updated) were told, ran \(updates)")
        for key in updates {
            let hold = recorded[key] ?? ""
            try verify(round.released.contains(hold), "no release of \(key) in `\(hold)`")
        }
        tally.rows += rows.count
        tally.commands += recorded.count
        tally.updates += updates.count
    }

    // MARK: Pieces

    private func hasRecording(_ session: String) -> Bool {
        let path = gateway.home + "/var/recordings/sessions/\(session).rec"
        return FileManager.default.fileExists(atPath: path)
    }

    private func recorded(_ sessions: Set<String>) async throws -> [String: String] {
        var found: [String: String] = [:]
        for session in sessions {
            let story = try await gateway.read(
                "carol", ["session", session], as: SessionStory.self)
            for event in story.events where event.kind == "action" {
                let statement = event.statement ?? ""
                // A statement that is only prepared is judged when values are bound.
                let isPrepared = statement.contains("$1") && event.values?.isEmpty != false
                for (table, verdict) in Load.verdicts
                where statement.contains(table) && !isPrepared {
                    try verify(event.verdict == verdict, "\(event)")
                }
                let texts = [statement] + (event.values ?? []).compactMap { $0 }
                for word in texts.flatMap({ $0.split { " ();'".contains($0) } }) {
                    found[String(word)] = event.hold ?? found[String(word)] ?? ""
                }
            }
        }
        return found
    }

    @discardableResult
    private func sql(_ text: String) throws -> [String] {
        try PostgresServer.shared.sql(text, database: gateway.database)
            .split(separator: "\n").map(String.init)
    }

    /// What an ended session had sent may still run to its end.
    private func untilServerIsIdle() async throws {
        let running =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'sallyport'"
        try await until("the gateway's sessions on the server have ended") {
            try sql(running) == ["0"]
        }
    }

    private func verify(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws {
        if !holds { throw Failure(otherwise()) }
    }
}

/// What the ledger says of one round.
private struct Round {
    var sessions: Set<String> = []
    var endedSessions: Set<String> = []
    var interrupted: Set<String> = []
    /// Those whose recording's last root is entered.
    var rooted: Set<String> = []
    var opened: [String] = []
    var released: [String] = []
    var consented: Set<String> = []
    /// Each hold's last state.
    var ends: [String: String] = [:]

    init(_ entries: [LedgerReader.Entry]) {
        for (kind, body) in entries {
            let session = body["session"] as? String ?? ""
            let hold = body["hold"] as? String ?? ""
            switch kind {
            case "session-opened": sessions.insert(session)
            case "session-closed", "session-failed": endedSessions.insert(session)
            case "recording" where body["final"] as? Bool == true: rooted.insert(session)
            case "recordings-recovered":
                interrupted.formUnion(body["interrupted"] as? [String] ?? [])
            case "hold-opened": opened.append(hold)
            case "hold-released": released.append(hold)
            case "consent": consented.insert(hold)
            case "hold-finished", "hold-abandoned", "hold-denied", "hold-expired":
                ends[hold] = body["state"] as? String
            default: break
            }
        }
        // The last root stands for an end that the process was killed before entering.
        endedSessions.formUnion(interrupted.union(rooted))
    }
}

/// Reads a ledger's entries as they come.
struct LedgerReader {
    typealias Entry = (kind: String, body: [String: Any])

    private let directory: String
    private var segment = 1
    private var offset: UInt64 = 0

    init(_ directory: String) { self.directory = directory }

    /// Those that were not read yet.
    mutating func next() throws -> [Entry] {
        var entries: [Entry] = []
        while true {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path(segment)))
            try file.seek(toOffset: offset)
            let data = try file.readToEnd() ?? Data()
            try file.close()
            offset += UInt64(data.count)
            for line in data.split(separator: 0x0A) {
                let entry = try JSONSerialization.jsonObject(with: line) as? [String: Any]
                entries.append(
                    (entry?["kind"] as? String ?? "", entry?["body"] as? [String: Any] ?? [:]))
            }
            guard FileManager.default.fileExists(atPath: path(segment + 1)) else { return entries }
            (segment, offset) = (segment + 1, 0)
        }
    }

    private func path(_ segment: Int) -> String {
        let digits = String(segment)
        return directory + "/entries-" + String(repeating: "0", count: 6 - digits.count) + digits
            + ".jsonl"
    }
}
