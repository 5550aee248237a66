import Cryptography
import Foundation
import Logging
import Recording
import Synchronization
import TestKit
import Vocabulary

@testable import Control
@testable import Gateway
@testable import Holds
@testable import Identity
@testable import Policy

/// A whole gateway in this process, with the control API behind its own TLS, and nobody behind its targets.
///
/// alice owns deploy-bot, bob owns report-bot; bob and dora are in dba, carol administers, erin is in security, frank
/// is in nothing.
final class RunningControl: Sendable {
    /// One for all tests that leave no trace on each other: starting one takes a moment.
    static let shared = Task { try await RunningControl() }

    let scratch: ScratchDirectory
    let gateway: RunningGateway
    let port: Int
    private let addresses = Mutex(0)
    /// Tokens that were handed out, by name: nobody may have more than a few alive.
    private let tokens = Mutex<[String: Task<String, any Error>]>([:])

    var services: GatewayServices { gateway.services }
    var caFile: String { scratch.file("certs/ca.pem") }

    init() async throws {
        scratch = try ScratchDirectory()
        try run(
            projectDirectory + "/certs/make-development-ca",
            [scratch.file("certs")])
        try FileManager.default.createDirectory(
            atPath: scratch.file("policies"), withIntermediateDirectories: true)
        try Self.policy.write(
            toFile: scratch.file("policies/all.yaml"), atomically: true, encoding: .utf8)
        try Self.configuration.write(
            toFile: scratch.file("sallyport.yaml"), atomically: true, encoding: .utf8)
        var log = Logger(label: "test")
        log.logLevel = .critical
        gateway = try await RunningGateway.start(
            configurationFile: scratch.file("sallyport.yaml"), log: log
        ) { services in
            ControlServer(services).entrance
        }
        port = gateway.addresses[0].port
    }

    /// Stops the gateway: its sockets, threads and files are not kept for the tests that follow.
    deinit {
        Task { [gateway, scratch] in
            await gateway.stop()
            withExtendedLifetime(scratch) {}
        }
    }

    /// Another address of this machine each time, so that one test's bad tokens do not count against another's.
    func freshAddress() -> String {
        let number = addresses.withLock { count in
            count += 1
            return count
        }
        return "127.1.\(number / 250).\(number % 250 + 1)"
    }

    private static let policy = """
        policy: all
        principals: { names: [deploy-bot, bob] }
        targets: { names: [orders] }
        rules:
          - rule: reads
            effects: [read]
            decide: allow
        """

    private static let configuration = """
        gateway:
          listen: 127.0.0.1:0
          certificate: certs/gateway.pem
          key: certs/gateway.key
          state: var
          policies: policies
        identity:
          people:
            alice: { groups: [developers] }
            bob: { groups: [dba] }
            carol: { groups: [office] }
            dora: { groups: [dba] }
            erin: { groups: [security] }
            frank: { groups: [office] }
          agents:
            deploy-bot: { owner: alice, targets: [orders, stock] }
            report-bot: { owner: bob }
          administrators: [carol]
        targets:
          orders: { kind: postgres, address: "127.0.0.1:1", database: o, tls: disable, user: u }
          stock: { kind: postgres, address: "127.0.0.1:1", database: s, tls: disable, user: u }
        """

    // MARK: People and agents

    /// A person's token, as at the end of a whole PAM conversation of now; the same one each time.
    func token(of person: String) async throws -> String {
        try await known(person) { try await self.freshToken(of: person) }
    }

    private func known(
        _ name: String, _ make: @escaping @Sendable () async throws -> String
    ) async throws -> String {
        try await tokens.withLock { known in
            let task = known[name] ?? Task { try await make() }
            known[name] = task
            return task
        }.value
    }

    /// A token of the person's that no other test has.
    func freshToken(of person: String) async throws -> String {
        let name = try principal(person)
        let now = services.clock.wall()
        try await ConversationHistory(database: services.database).record(name, at: now)
        return try await services.tokens.issueLogin(
            LoginGrant(person: name), milliseconds: 3_600_000, now: now
        ).text
    }

    func caller(_ token: String) async throws -> AuthenticatedPrincipal {
        try required(await services.tokens.authenticate(token, now: services.clock.wall()))
    }

    /// An agent's token; the same one each time.
    ///
    /// - Parameter target: the only one that it is for.
    func agentToken(
        _ agent: String = "deploy-bot", by issuer: String = "alice", for target: String? = nil
    ) async throws -> String {
        try await known("\(agent) by \(issuer) for \(target ?? "all")") {
            let targets = try target.map { [try required(TargetName($0))] as Set }
            return try await self.services.tokens.issue(
                forAgent: principal(agent), targets: targets, milliseconds: 3_600_000,
                by: self.caller(self.token(of: issuer)), now: self.services.clock.wall()
            ).text
        }
    }

    /// An SSH key of the person's, enrolled.
    func key(of person: String) async throws -> SigningKey {
        let key = try SigningKey(in: scratch)
        _ = try await services.keys.enrol(
            line: key.publicLine, isProtected: true, EnrolmentGrant(person: principal(person)),
            now: services.clock.wall())
        return key
    }

    // MARK: Holds and sessions

    /// A hold of what the token's bearer wants to run, that one of `group` must consent to.
    func hold(by token: String, group: String = "dba") async throws -> HoldID {
        let effect = Effect(.write, .exactly(ObjectName(["public", "customers"])))
        let text = "DELETE FROM customers"
        let decision = Decision(
            verdict: .hold, matches: [RuleMatch(policy: "p", rule: "r", verdict: .hold)],
            uncovered: [], requirements: [ConsentRequirement(group: group, count: 1)],
            holdMilliseconds: 600_000, risk: "high", policyVersion: "version-1")
        let request = HoldRequest(
            requester: try await caller(token), session: SessionID(rawValue: "ses_1"),
            target: try required(TargetName("orders")),
            action: Action(
                kind: .query, statement: Array(text.utf8), values: [], effects: [effect],
                inTransaction: false, leavesOpen: [], digest: SHA256.hash(text)),
            decision: decision)
        return try await services.holds.open(request) { _ in }.id
    }

    /// What a CLI would sign for that hold, as JSON for the call.
    func decision(
        _ id: HoldID, _ decision: ConsentDocument.Decision = .consent, signedBy key: SigningKey
    ) async throws -> String {
        let row = try await services.database.read { try HoldTable($0).get(id) }
        let size = services.ledger.size
        let document = ConsentDocument(
            hold: id, digest: row.terms.statement.digest, decision: decision, reason: "looked",
            checkpoint: .init(
                origin: services.ledger.verifier.name, size: size,
                root: try services.ledger.root(size: size))
        ).bytes
        let body = [
            "document": String(decoding: document, as: UTF8.self),
            "signature": try key.sign(document),
        ]
        return String(decoding: try JSONEncoder().encode(body), as: UTF8.self)
    }

    /// The bodies of the ledger's entries of that kind.
    func entered(_ kind: String) async throws -> [JSONValue] {
        var bodies: [JSONValue] = []
        let size = services.ledger.size
        for try await record in services.ledger.entries(from: 0) {
            if record.kind == kind { bodies.append(record.body) }
            if record.index + 1 == size { break }
        }
        return bodies
    }

    /// A recorded session that goes on, with one statement.
    func session(
        of name: String, owner: String?, on target: String = "orders", saying text: String,
        hold: HoldID? = nil, isRefused: Bool = false
    ) async throws -> SessionID {
        let id = SessionID(rawValue: Random.identifier("ses_"))
        let loop = try services.recorder.makeLoopRecorder()
        let recording = try loop.begin(
            SessionOpened(
                session: id, principal: principal(name), owner: owner.map { try principal($0) },
                target: try required(TargetName(target)), credential: "token:x",
                address: "127.0.0.1:5", application: "test", at: services.clock.wall()))
        try recording.action(
            ActionEvent(
                number: 1, kind: .query, statement: Array(text.utf8), statementKey: nil, values: [],
                verdict: .allow, rules: ["p/r"], policyVersion: "version-1", hold: hold,
                digest: SHA256.hash(text), microseconds: 10))
        if isRefused {
            try recording.refused(
                RefusalEvent(
                    statement: Array("DROP TABLE x".utf8), verdict: .deny, rules: ["p/no"],
                    sqlstate: "42501", message: "refused"))
        }
        try loop.commit()
        try await services.recorder.settle()
        return id
    }
}

func principal(_ name: String) throws -> PrincipalName { try required(PrincipalName(name)) }

struct Missing: Error {}

@discardableResult
func required<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Missing() }
    return value
}

/// The checkout that this file stands in.
let projectDirectory: String = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
