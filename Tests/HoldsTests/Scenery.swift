import Cryptography
import Ledger
import Store
import Synchronization
import TestKit
import Vocabulary

@testable import Holds
@testable import Identity
@testable import Policy

struct Missing: Error {}

func required<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Missing() }
    return value
}

func name(_ text: String) throws -> PrincipalName { try required(PrincipalName(text)) }
func targetName(_ text: String) throws -> TargetName { try required(TargetName(text)) }

/// A store and a ledger, real ones, that many desks of a test may share.
final class Ground: Sendable {
    let scratch: ScratchDirectory
    let database: any Database
    let ledger: Ledger

    init() async throws {
        scratch = try ScratchDirectory()
        database = try SQLiteDatabase(path: scratch.file("store"))
        try await database.migrate(IdentityMigrations.all + HoldMigrations.all)
        let key = LedgerKey(name: "test.example/ledger", privateKey: try .generate())
        ledger = try Ledger.open(
            directory: scratch.file("ledger"), origin: "test.example/ledger", key: key)
    }

    init(_ database: any Database, _ ledger: Ledger, _ scratch: ScratchDirectory) {
        self.scratch = scratch
        self.database = database
        self.ledger = ledger
    }

    /// The entries of this module about one hold, in the ledger's order.
    func entries(of id: HoldID) async throws -> [LedgerRecord] {
        try await entries().filter { $0.body["hold"]?.text == id.rawValue }
    }

    func entries() async throws -> [LedgerRecord] {
        var records: [LedgerRecord] = []
        let size = ledger.size
        for try await record in ledger.entries() {
            records.append(record)
            if UInt64(records.count) == size { break }
        }
        return records
    }
}

/// alice owns deploy-bot; alice, bob, dora and erin are in dba; carol administers and is in security; bob is in both.
struct Scenery {
    let ground: Ground
    let clock: FakeClock
    let revocations = Revocations()
    let directory: CurrentDirectory
    let tokens: TokenStore
    let keys: ConsentKeys
    let desk: HoldDesk
    let prefix: String

    /// - Parameter prefix: sets the names of one scenery on shared ground apart from another's.
    init(
        _ ground: Ground? = nil, prefix: String = "", clock: FakeClock = FakeClock(),
        options: HoldOptions = HoldOptions()
    ) async throws {
        let fresh: Ground
        if let ground { fresh = ground } else { fresh = try await Ground() }
        self.ground = fresh
        self.clock = clock
        self.prefix = prefix
        directory = CurrentDirectory(
            try Directory(Self.declaration(prefix)), revocations: revocations)
        // Identity's own entries are not this module's business.
        let enter: LedgerEntrance = { _ in 0 }
        tokens = TokenStore(
            database: fresh.database, directory: directory, revocations: revocations, enter: enter)
        keys = ConsentKeys(
            database: fresh.database, directory: directory, revocations: revocations, enter: enter)
        var options = options
        if !prefix.isEmpty { options.gateway = "gateway-\(prefix)" }
        desk = Self.desk(fresh, directory, tokens, keys, options, clock)
    }

    /// As the assembly does it: on a store that has been migrated, with what the configuration declares now.
    init(
        _ ground: Ground, society: DirectoryDeclaration, clock: FakeClock, options: HoldOptions
    ) throws {
        self.ground = ground
        self.clock = clock
        prefix = ""
        let directory = CurrentDirectory(try Directory(society), revocations: revocations)
        self.directory = directory
        let enter: LedgerEntrance = { event in
            try await ground.ledger.append(LedgerEntry(kind: event.kind, body: event.body)).index
        }
        tokens = TokenStore(
            database: ground.database, directory: directory, revocations: revocations, enter: enter)
        keys = ConsentKeys(
            database: ground.database, directory: directory, revocations: revocations, enter: enter)
        desk = Self.desk(ground, directory, tokens, keys, options, clock)
    }

    /// Signatures are names of keys here; real ones have a test of their own.
    static func desk(
        _ ground: Ground, _ directory: CurrentDirectory, _ tokens: TokenStore, _ keys: ConsentKeys,
        _ options: HoldOptions, _ clock: FakeClock
    ) -> HoldDesk {
        HoldDesk(
            database: ground.database, ledger: ground.ledger, directory: directory, tokens: tokens,
            options: options, clock: clock.clock,
            verify: { armored, message, person in
                guard let key = try await keys.key(KeyID(rawValue: armored)), key.person == person,
                    key.revoked == nil
                else { throw IdentityError.notAllowed("not a key that you have enrolled") }
                return VerifiedSignature(key: key, message: SHA256.hash(message), armored: armored)
            })
    }

    static func declaration(
        _ prefix: String = "", without gone: Set<String> = [], groups: [String: [String]] = [:],
        owner: String = "alice"
    ) -> DirectoryDeclaration {
        let people = [
            "alice": ["dba"], "bob": ["dba", "security"], "carol": ["security"], "dora": ["dba"],
            "erin": ["dba"], "frank": [],
        ].merging(groups) { $1 }.filter { !gone.contains($0.key) }
        return DirectoryDeclaration(
            people: people.map { PersonDeclaration(name: prefix + $0.key, groups: $0.value) },
            agents: gone.contains("deploy-bot")
                ? []
                : [
                    AgentDeclaration(
                        name: prefix + "deploy-bot", owner: prefix + owner, groups: ["dba"])
                ],
            administrators: gone.contains("carol") ? [] : [prefix + "carol"])
    }

    func caller(
        _ text: String, kind: Credential.Kind = .pam, issuers: Set<String> = []
    ) throws -> AuthenticatedPrincipal {
        AuthenticatedPrincipal(
            principal: try required(directory.value.principal(named: prefix + text)),
            credential: Credential(
                kind: kind, identifier: "sallyport",
                issuers: Set(try issuers.map { try name(prefix + $0) }), expires: nil, targets: nil)
        )
    }

    /// A key of the person's own, and a PAM conversation of this moment.
    @discardableResult
    func enrol(_ person: String, isProtected: Bool = true) async throws -> ConsentKey {
        try await login(person)
        return try await offer(person, key: person, isProtected: isProtected).key
    }

    /// - Parameter key: whatever tells this key from others; its `signature(of:)` has the same.
    func offer(
        _ person: String, key: String, isProtected: Bool = true
    ) async throws -> ConsentKeys.Enrolment {
        let digest = SHA256.hash(prefix + key)
        let blob = sshString(Array("ssh-ed25519".utf8)) + sshString(digest.bytes)
        return try await keys.enrol(
            line: "ssh-ed25519 \(Base64.encode(blob)) \(person)", isProtected: isProtected,
            EnrolmentGrant(person: try name(prefix + person)), now: clock.now)
    }

    func login(_ person: String) async throws {
        try await ConversationHistory(database: ground.database).record(
            try name(prefix + person), at: clock.now)
    }

    func action(_ text: String = "DELETE FROM customers", inTransaction: Bool = false) -> Action {
        Action(
            kind: .query, statement: Array(text.utf8), values: [],
            effects: [Effect(.write, .exactly(ObjectName(["public", "customers"])))],
            inTransaction: inTransaction, leavesOpen: ["now()"], digest: SHA256.hash(text))
    }

    func decision(
        _ verdict: Verdict = .hold, _ needs: [(String, Int)] = [("dba", 1)],
        milliseconds: Int64 = 60_000, version: String = "version-1"
    ) -> Decision {
        Decision(
            verdict: verdict, matches: [RuleMatch(policy: "p", rule: "r", verdict: verdict)],
            uncovered: [],
            requirements: needs.map { ConsentRequirement(group: $0.0, count: $0.1) },
            holdMilliseconds: milliseconds, risk: "high", policyVersion: version)
    }

    func request(
        by requester: AuthenticatedPrincipal? = nil, decision: Decision? = nil,
        action: Action? = nil, masked: String? = nil
    ) throws -> HoldRequest {
        HoldRequest(
            requester: try requester ?? caller("deploy-bot"),
            session: SessionID(rawValue: "ses_1"), target: try targetName(prefix + "orders"),
            action: action ?? self.action(), maskedStatement: masked,
            decision: decision ?? self.decision())
    }

    /// What a CLI would sign for the hold as it is now.
    func document(
        _ id: HoldID, _ decision: ConsentDocument.Decision = .consent, reason: String = "looked"
    ) async throws -> ConsentDocument {
        let digest = try await ground.database.read { statements in
            try statements.rows("SELECT digest FROM holds WHERE id = $1", [.text(id.rawValue)])
                .first?.text("digest")
        }
        return try document(
            id, required(digest.flatMap(hexBytes).flatMap { Digest($0) }), decision,
            reason: reason)
    }

    func document(
        _ id: HoldID, _ digest: Digest, _ decision: ConsentDocument.Decision = .consent,
        reason: String = "looked"
    ) throws -> ConsentDocument {
        let size = ground.ledger.size
        return ConsentDocument(
            hold: id, digest: digest, decision: decision, reason: reason,
            checkpoint: .init(
                origin: ground.ledger.verifier.name, size: size,
                root: try ground.ledger.root(size: size)))
    }

    func signature(of person: String) -> String {
        let digest = SHA256.hash(prefix + person)
        let blob = sshString(Array("ssh-ed25519".utf8)) + sshString(digest.bytes)
        let hash = Base64.encode(SHA256.hash(blob).bytes)
        return "SHA256:" + hash.replacing("=", with: "")
    }

    @discardableResult
    func consent(_ id: HoldID, by person: String) async throws -> HoldView {
        try await desk.consent(
            id, by: caller(person), document: document(id).bytes, signature: signature(of: person))
    }

    @discardableResult
    func deny(_ id: HoldID, by person: String) async throws -> HoldView {
        try await desk.deny(
            id, by: caller(person), document: document(id, .refuse).bytes,
            signature: signature(of: person))
    }

    func state(_ id: HoldID) async throws -> HoldState {
        try await ground.database.read { try HoldTable($0).get(id).state }
    }
}

func sshString(_ bytes: [UInt8]) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bytes.count >> $0) } + bytes
}

/// Keeps what a session was told.
final class Told: Sendable {
    private let list = Mutex<[HoldSignal]>([])
    var all: [HoldSignal] { list.withLock { $0 } }
    /// How often it was told of an end.
    var ends: Int { all.count { if case .ended = $0 { true } else { false } } }
    var notify: @Sendable (HoldSignal) -> Void {
        { signal in self.list.withLock { $0.append(signal) } }
    }
}
