import Foundation
import TestKit
import Testing

/// The state directory that two real sessions left behind: in the first a DELETE was held and consented to, the
/// second came after a restart. The gateway runs.
struct LedgerStory: Sendable {
    let gateway: TestGateway
    /// Copies of the state directory: between the sessions, and at the end.
    let before: String
    let after: String
    /// Checkpoints that Bob's CLI saw between the sessions, and at the end.
    let earlyCheckpoint: String
    let lateCheckpoint: String
    /// Everyone's keys, as `allowed_signers`.
    let signers: String

    static func tell() async throws -> LedgerStory {
        let gateway = try TestGateway(policies: [Policies.production()])
        for name in ["alice", "bob", "carol"] { try await gateway.logIn(name) }
        let token = try await gateway.agentToken()
        let story = LedgerStory(
            gateway: gateway, before: gateway.directory.file("before"),
            after: gateway.directory.file("after"),
            earlyCheckpoint: gateway.directory.file("early"),
            lateCheckpoint: gateway.directory.file("late"),
            signers: gateway.directory.file("allowed_signers"))
        try await story.consentedDelete(token)
        try await story.remember(story.earlyCheckpoint)
        try story.keepState(story.before)
        try gateway.restart()
        let second = try await gateway.psql(token, ["-c", "SELECT 'second'"]).run()
        guard second.status == 0 else { throw Failure("psql: \(second)") }
        let listed = try await gateway.person("carol", ["keys", "--json"])
        try story.pin(listed)
        try await story.remember(story.lateCheckpoint)
        try story.keepState(story.after)
        try gateway.restart()
        return story
    }

    private func consentedDelete(_ token: String) async throws {
        let psql = try Conversation(gateway.psql(token))
        psql.send("SELECT name FROM customers WHERE id = 1;\nDELETE FROM customers;\n")
        guard let hint = psql.line(containing: "sallyport approve hld_") else {
            throw Failure("no hold: \(psql.rest)")
        }
        let hold = String(hint.split(separator: " ").last ?? "")
        let consent = try await gateway.person("bob", ["approve", hold])
        guard consent.status == 0, psql.expect("DELETE 10") != nil else {
            throw Failure("no consent: \(consent) \(psql.rest)")
        }
        psql.endInput()
        psql.finish()
    }

    private func remember(_ path: String) async throws {
        let said = try await gateway.person("bob", ["ledger", "verify"])
        guard said.status == 0 else { throw Failure("ledger verify: \(said)") }
        try FileManager.default.copyItem(
            atPath: gateway.directory.file("bob/checkpoint"), toPath: path)
    }

    private func keepState(_ path: String) throws {
        let stopped = gateway.drain()
        guard stopped.status == 0 else { throw Failure("serve: \(stopped)") }
        try FileManager.default.copyItem(atPath: gateway.home + "/var", toPath: path)
    }

    private func pin(_ listed: Output) throws {
        let keys =
            try JSONSerialization.jsonObject(with: Data(listed.out.utf8)) as? [[String: Any]]
        let lines = (keys ?? []).compactMap { $0["allowedSigner"] as? String }
        guard lines.count == 3 else { throw Failure("keys: \(listed)") }
        try (lines.joined(separator: "\n") + "\n")
            .write(toFile: signers, atomically: true, encoding: .utf8)
    }
}

/// Tells the story once for all tests of a suite, and clears it away behind them.
struct ToldStory: SuiteTrait, TestScoping {
    @TaskLocal static var current: LedgerStory?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await Self.$current.withValue(LedgerStory.tell()) { try await function() }
    }
}
