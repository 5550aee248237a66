import Cryptography
import Foundation
import Store
import Synchronization
import TestKit
import Vocabulary

@testable import Identity

let noon = WallTime(milliseconds: 1_800_000_000_000)
let start = MonotonicTime(nanoseconds: 1_000_000_000_000)
let hour: Int64 = 3_600_000

func name(_ text: String) throws -> PrincipalName {
    try required(PrincipalName(text))
}

func target(_ text: String) throws -> TargetName {
    try required(TargetName(text))
}

struct Missing: Error {}

func required<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Missing() }
    return value
}

/// alice and bob are in dba, carol administers; deploy-bot is alice's, report-bot is bob's.
func declaration() -> DirectoryDeclaration {
    DirectoryDeclaration(
        people: [
            PersonDeclaration(name: "alice", groups: ["dba"]),
            PersonDeclaration(name: "bob", groups: ["dba", "security"], accounts: ["pam:bsmith"]),
            PersonDeclaration(name: "carol", groups: ["security"]),
        ],
        agents: [
            AgentDeclaration(
                name: "deploy-bot", owner: "alice", groups: ["automation"],
                targets: ["orders", "stock"]),
            AgentDeclaration(name: "report-bot", owner: "bob"),
        ],
        administrators: ["carol"])
}

/// A store and everything that stands on it.
struct Scenery {
    let scratch: ScratchDirectory
    let database: SQLiteDatabase
    let revocations = Revocations()
    let entered = Entered()
    let directory: CurrentDirectory
    let tokens: TokenStore
    let keys: ConsentKeys

    init() async throws {
        scratch = try ScratchDirectory()
        database = try SQLiteDatabase(path: scratch.file("store"))
        try await database.migrate(IdentityMigrations.all)
        directory = CurrentDirectory(try Directory(declaration()), revocations: revocations)
        tokens = TokenStore(
            database: database, directory: directory, revocations: revocations,
            enter: entered.enter)
        keys = ConsentKeys(
            database: database, directory: directory, revocations: revocations,
            enter: entered.enter)
    }

    /// A person as PAM would have proved them.
    func person(_ text: String) throws -> AuthenticatedPrincipal {
        AuthenticatedPrincipal(
            principal: try required(directory.value.principal(named: text)),
            credential: Credential(
                kind: .pam, identifier: "sallyport", issuers: [], expires: nil, targets: nil))
    }

    func agentToken(
        _ agent: String = "deploy-bot", by issuer: String = "alice", targets: Set<TargetName>? = nil
    ) async throws -> IssuedToken {
        try await tokens.issue(
            forAgent: name(agent), targets: targets, milliseconds: hour, by: person(issuer),
            now: noon)
    }

    func loginToken(_ text: String) async throws -> IssuedToken {
        try await tokens.issueLogin(
            LoginGrant(person: name(text)), milliseconds: hour, now: noon)
    }
}

/// Runs a program to its end; throws when it fails. Returns what it printed.
@discardableResult
func run(_ program: String, _ arguments: [String]) throws -> String {
    let output = try Command(program, arguments).runToEnd()
    guard output.status == 0 else { throw Missing() }
    return output.out
}

/// What would stand in the ledger.
final class Entered: Sendable {
    private let list = Mutex<[IdentityEvent]>([])
    private let isFull = Mutex(false)

    var all: [IdentityEvent] { list.withLock { $0 } }
    /// From now on nothing is taken, or everything again.
    func fill(_ full: Bool) { isFull.withLock { $0 = full } }

    @Sendable func enter(_ event: IdentityEvent) throws -> UInt64 {
        if isFull.withLock({ $0 }) { throw Missing() }
        return list.withLock { list in
            list.append(event)
            return UInt64(list.count)
        }
    }
}

/// Keeps what a callback was told.
final class Heard: Sendable {
    private let list = Mutex<[Revocation]>([])
    var all: [Revocation] { list.withLock { $0 } }
    func add(_ revocation: Revocation) { list.withLock { $0.append(revocation) } }
}
