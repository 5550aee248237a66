import Cryptography
import Store
import Synchronization
import Testing
import TestKit
import Vocabulary

@testable import Recording

/// A recorder in a directory of its own, with the roots that it handed over.
final class Desk: Sendable {
    let scratch: ScratchDirectory
    let store: SQLiteDatabase
    let roots = Roots()

    init() throws {
        scratch = try ScratchDirectory()
        store = try SQLiteDatabase(path: scratch.file("store"))
    }

    var directory: String { scratch.file("recordings") }

    /// Passes happen when a test asks for them.
    var options: RecorderOptions {
        var options = RecorderOptions()
        options.syncMilliseconds = 3_600_000
        options.reserveBytes = 64 << 10
        options.onRoots = { [roots] in roots.take($0) }
        options.onRecovery = { [roots] in roots.take($0) }
        options.wall = { WallTime(milliseconds: 9_000) }
        options.microseconds = { 5_000 }
        return options
    }

    func open(_ options: RecorderOptions? = nil, disk: any RecordingDisk = SystemDisk())
        async throws -> Recorder
    {
        try await Recorder.open(
            directory: directory, database: store, options: options ?? self.options, disk: disk)
    }

    func file(of session: SessionID) -> String { directory + "/sessions/\(session.rawValue).rec" }
}

/// A ledger that is full when it is told so.
final class Roots: Sendable {
    private let list = Mutex<[RecordingRoot]>([])
    private let found = Mutex<[Recovery]>([])
    let isFull = Mutex(false)

    func take(_ roots: [RecordingRoot]) -> Set<SessionID> {
        if isFull.withLock({ $0 }) { return [] }
        list.withLock { $0 += roots }
        return Set(roots.map(\.session))
    }

    func take(_ recovery: Recovery) { found.withLock { $0.append(recovery) } }

    var all: [RecordingRoot] { list.withLock { $0 } }
    var recoveries: [Recovery] { found.withLock { $0 } }
    func of(_ session: SessionID) -> [RecordingRoot] { all.filter { $0.session == session } }
}

func opening(
    _ session: String = "ses_one", principal: String = "deploy-bot", owner: String? = "alice",
    target: String = "orders", at milliseconds: Int64 = 1_000
) throws -> SessionOpened {
    SessionOpened(
        session: SessionID(rawValue: session), principal: try #require(PrincipalName(principal)),
        owner: try owner.map { try #require(PrincipalName($0)) },
        target: try #require(TargetName(target)), credential: "token:tok_1",
        address: "127.0.0.1:50000", application: "psql", at: WallTime(milliseconds: milliseconds))
}

func action(
    _ number: UInt64, _ text: String = "SELECT 1", key: ObjectIdentifier? = nil,
    values: [BoundValue] = [], verdict: Verdict = .allow, rules: [String] = ["p/r"],
    hold: String? = nil
) -> ActionEvent {
    ActionEvent(
        number: number, kind: .query, statement: Array(text.utf8), statementKey: key,
        values: values,
        verdict: verdict, rules: rules, policyVersion: "v1",
        hold: hold.map { HoldID(rawValue: $0) },
        digest: SHA256.hash("\(number) \(text)"), microseconds: number * 10)
}

func allEvents(_ reader: consuming RecordingReader) throws -> [RecordedEvent] {
    var events: [RecordedEvent] = []
    while let event = try reader.next() { events.append(event) }
    return events
}

extension Recorder {
    func all(of session: SessionID) async throws -> [RecordedEvent] {
        try allEvents(try await events(of: session))
    }
}

extension [RecordedEvent] {
    /// The numbers of the actions, in order.
    var actionNumbers: [UInt64] {
        compactMap { if case .action(let action) = $0.content { action.number } else { nil } }
    }

    var closing: String? {
        if case .closed(let reason, _) = last?.content { reason } else { nil }
    }

    var lost: [UInt64] {
        compactMap { if case .lost(let events) = $0.content { events } else { nil } }
    }
}

extension LoopRecorder {
    /// Spends the receipt for an action; whose it was.
    func receipted(_ action: Digest) -> Digest? {
        switch receipt(for: action) {
        case .some(let receipt): receipt.action
        case .none: nil
        }
    }
}
