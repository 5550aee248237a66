import Identity
import Logging
import NIOPosix
import Policy
import SQL
import TestKit
import Testing
import Vocabulary

@testable import Gateway

@Suite("What a session's rulings depend on")
struct KnowledgeTests {
    private static let loops = MultiThreadedEventLoopGroup.singleton

    private let source: PolicySource
    private let target: PostgresTarget
    private let directory: CurrentDirectory

    init() throws {
        directory = CurrentDirectory(try Self.declared(["dba"]), revocations: Revocations())
        source = PolicySource(try Self.policies("bot"))
        let postgres = PostgresSection(
            host: "127.0.0.1", port: 1, database: "d", tls: .disable, caFile: nil, user: "u",
            password: nil, searchPath: ["public"], catalogueRefreshMilliseconds: 30_000,
            recordedRowsMax: 0)
        target = try PostgresTarget(
            TargetSection(
                name: try #require(TargetName("orders")), labels: [:],
                service: .postgres(postgres)),
            postgres, loops: Self.loops, log: Logger(label: "test"))
    }

    private static func policies(_ names: String) throws -> PolicySet {
        try policies(scope: "names: [\(names)]")
    }

    private static func policies(scope: String) throws -> PolicySet {
        let scratch = try ScratchDirectory()
        try """
        policy: p
        principals: { \(scope) }
        rules: [{ rule: r, effects: [read], decide: allow }]
        """.write(toFile: scratch.file("p.yaml"), atomically: true, encoding: .utf8)
        return try PolicySet.load(directory: scratch.path)
    }

    /// The agent `bot`, in these groups, of this owner, declared for these targets.
    private static func declared(
        _ groups: [String], owner: String = "alice", targets: [String]? = nil
    ) throws -> Directory {
        try Directory(
            DirectoryDeclaration(
                people: ["alice", "bob"].map {
                    PersonDeclaration(name: $0, groups: [], accounts: [])
                },
                agents: [
                    AgentDeclaration(name: "bot", owner: owner, groups: groups, targets: targets)
                ], administrators: []))
    }

    private func knowledge() throws -> SessionKnowledge {
        let bot = try #require(directory.value.principal(named: "bot"))
        return SessionKnowledge(
            target: target, policySource: source, directory: directory, principal: bot)
    }

    @Test("nothing that changed is no new epoch")
    func unchanged() throws {
        var knowledge = try knowledge()
        let epoch = knowledge.epoch
        for _ in 0..<3 { knowledge.refresh() }
        #expect(knowledge.epoch == epoch)
    }

    @Test("threat 22: whatever a ruling depends on starts a new epoch when it changes")
    func changes() throws {
        var knowledge = try knowledge()
        var epochs = [knowledge.epoch]
        let version = knowledge.policies.set.version
        source.replace(with: try Self.policies("bot, bob"))
        knowledge.refresh()
        epochs.append(knowledge.epoch)
        #expect(knowledge.policies.set.version != version)
        target.catalogue.refreshed(.empty, begunAt: target.catalogue.generation)
        knowledge.refresh()
        epochs.append(knowledge.epoch)
        #expect(knowledge.catalogue.isCurrent)
        target.catalogue.becameStale()
        knowledge.refresh()
        epochs.append(knowledge.epoch)
        #expect(!knowledge.catalogue.isCurrent)
        knowledge.sessionChanged()
        epochs.append(knowledge.epoch)
        directory.replace(with: try Self.declared([]))
        knowledge.refresh()
        epochs.append(knowledge.epoch)
        #expect(Set(epochs).count == epochs.count)
    }

    @Test("a session may stay while the policies in force name its principal")
    func stays() throws {
        var knowledge = try knowledge()
        #expect(knowledge.reasonToEnd() == nil)
        source.replace(with: try Self.policies("bob"))
        #expect(knowledge.reasonToEnd() == nil)
        knowledge.refresh()
        #expect(knowledge.reasonToEnd() == .policy)
        source.replace(with: try Self.policies("bot"))
        let changed = [knowledge.refresh(), knowledge.refresh()]
        #expect(changed == [true, false])
        #expect(knowledge.reasonToEnd() == nil)
    }

    @Test("threat 22: groups, targets and owner are those that the directory has now")
    func directoryReplaced() throws {
        source.replace(with: try Self.policies(scope: "groups: [dba]"))
        var knowledge = try knowledge()
        let cases: [(Directory, SessionEnd?)] = [
            (try Self.declared([]), .policy), (try Self.declared(["dba"]), nil),
            (try Self.declared(["dba"], targets: ["other"]), .policy),
            (try Self.declared(["dba"], targets: ["orders"]), nil),
            (try Self.declared(["dba"], owner: "bob"), .revoked), (.empty, .revoked),
        ]
        for (next, reason) in cases {
            directory.replace(with: next)
            let hasChanged = knowledge.refresh()
            #expect(hasChanged)
            #expect(knowledge.reasonToEnd() == reason)
        }
    }

    @Test(
        "threat 22: a directory that was replaced while the session was opened counts from its beginning"
    )
    func replacedMeanwhile() throws {
        source.replace(with: try Self.policies(scope: "groups: [dba]"))
        let bot = try #require(directory.value.principal(named: "bot"))
        directory.replace(with: try Self.declared([]))
        let knowledge = SessionKnowledge(
            target: target, policySource: source, directory: directory, principal: bot)
        #expect(knowledge.reasonToEnd() == .policy)
    }

    @Test("a catalogue is current only when nothing changed while it was read")
    func catalogue() {
        let source = CatalogueSource()
        let begun = source.generation
        source.becameStale()
        source.refreshed(.empty, begunAt: begun)
        #expect(!source.current.isCurrent)
        source.refreshed(.empty, begunAt: source.generation)
        #expect(source.current.isCurrent)
        let generation = source.generation
        source.refreshed(.empty, begunAt: generation)
        #expect(source.generation == generation)
    }

    @Test(
        "a search path is read as the server reads it",
        arguments: [
            ("", []), ("  ", []), ("public", ["public"]), ("Public, \"App\"", ["public", "App"]),
            (" a ,b", ["a", "b"]), ("\"$user\", public", ["sallyport", "public"]),
            ("$user", ["sallyport"]), ("\"a.b\"", ["a.b"]), ("\"a\"\"b\"", ["a\"b"]),
            ("\"a, b\", c", ["a, b", "c"]), ("É", ["É"]), ("a.b", ["a.b"]), ("a,,b", nil),
            ("a,", nil),
            (",a", nil), ("\"a", nil), ("a.b", ["a.b"]), ("\"\"", []), ("\"\", a", ["a"]),
            (String(repeating: "x", count: 64), nil),
        ] as [(String, [String]?)])
    func path(text: String, names: [String]?) {
        #expect(schemaNames(text, user: "sallyport") == names)
    }
}

@Suite("Parsed texts")
struct TextCacheTests {
    private let cache = TextCache()

    @Test("the same bytes are parsed once, others are another text")
    func once() throws {
        let first = try cache.parse(Array("SELECT 1".utf8))
        #expect(try cache.parse(Array("SELECT 1".utf8)) === first)
        #expect(try cache.parse(Array("SELECT 1 ".utf8)) !== first)
        #expect(try cache.parse(Array("select 1".utf8)) !== first)
    }

    @Test("what does not parse is refused again each time")
    func refused() {
        for _ in 0..<2 {
            #expect(throws: SQLRefusal.self) { try cache.parse(Array("SELEC 1".utf8)) }
        }
    }

    @Test("a long text is parsed and not remembered, and memory starts anew when it is full")
    func bounded() throws {
        let long = Array(("SELECT '" + String(repeating: "x", count: 9_000) + "'").utf8)
        #expect(try cache.parse(long) !== cache.parse(long))
        let first = try cache.parse(Array("SELECT 'kept'".utf8))
        for number in 1..<GatewayLimits.rememberedTextsMax {
            _ = try cache.parse(Array("SELECT \(number)".utf8))
        }
        #expect(try cache.parse(Array("SELECT 'kept'".utf8)) === first)
        _ = try cache.parse(Array("SELECT 'one more'".utf8))
        #expect(try cache.parse(Array("SELECT 'kept'".utf8)) !== first)
    }
}
