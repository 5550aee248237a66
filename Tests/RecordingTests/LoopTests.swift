import Cryptography
import Glibc
import Testing
import Vocabulary

@testable import Recording

@Suite struct LoopTests {
    final class Meaning {}

    @Test(
        "A text is stored once, by key or without, and again where a key comes back with another text"
    )
    func storedOnce() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        let key = Meaning()
        let identity = ObjectIdentifier(key)
        let texts = [
            "SELECT unique_one", "SELECT unique_one", "SELECT unique_two", "SELECT unique_one",
        ]
        for (number, text) in texts.enumerated() {
            try session.action(action(UInt64(number), text, key: identity))
            try session.action(action(UInt64(number) + 10, text))
        }
        try loop.commit()
        let events = try await recorder.all(of: session.session)
        let found = events.compactMap { event in
            if case .action(let action) = event.content {
                String(decoding: action.statement, as: UTF8.self)
            } else {
                nil
            }
        }
        #expect(found == texts.flatMap { [$0, $0] })
        let file = try contents(desk.file(of: session.session))
        #expect(occurrences(of: "unique_one", in: file) == 1)
        #expect(occurrences(of: "unique_two", in: file) == 1)
        _ = key
        await recorder.close()
    }

    @Test("Texts and rulings beyond what a session remembers read back rightly")
    func manyTexts() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        var expected: [String] = []
        for number in 0..<UInt64(Limits.statementsMax * 2 + 50) {
            let text = "SELECT \(number % 700)"
            let rules = ["p/r\(number % 23)"]
            expected.append(text + rules[0])
            try session.action(action(number, text, rules: rules))
            if number % 50 == 0 { try loop.commit() }
        }
        let large = String(repeating: "y", count: Limits.statementTableBytesMax + 1)
        try session.action(action(9_000, large))
        try session.action(action(9_001, "SELECT 3"))
        expected += [large + "p/r", "SELECT 3p/r"]
        try loop.commit()
        let found = try await recorder.all(of: session.session).compactMap { event in
            if case .action(let action) = event.content {
                String(decoding: action.statement, as: UTF8.self) + action.rules.joined()
            } else {
                nil
            }
        }
        #expect(found == expected)
        await recorder.close()
    }

    @Test("A long value is kept as its beginning, its length and its digest")
    func longValues() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        let bytes = [UInt8](repeating: 7, count: Limits.valueBytesMax + 1)
        let values = [bytes, Array(bytes.dropLast())].map {
            BoundValue(bytes: $0, format: .binary, type: 17)
        }
        try session.action(action(1, values: values))
        try session.rows(number: 1, [[Array(bytes.prefix(Limits.cellBytesMax + 1))]])
        try loop.commit()
        let events = try await recorder.all(of: session.session)
        guard case .action(let found) = events[1].content,
            case .rows(_, let rows) = events[2].content
        else {
            Issue.record("no action and rows")
            return
        }
        #expect(found.values[0].bytes?.count == Limits.valueBeginningBytes)
        #expect(found.values[0].whole?.count == UInt64(bytes.count))
        #expect(found.values[0].whole?.digest == SHA256.hash(bytes))
        #expect(found.values[1].bytes == values[1].bytes && found.values[1].whole == nil)
        #expect(rows[0][0].bytes?.count == Limits.cellBytesMax)
        #expect(rows[0][0].wholeCount == UInt64(Limits.cellBytesMax + 1))
        await recorder.close()
    }

    @Test("An event that is too large is refused, and nothing of it is recorded")
    func tooLarge() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        let value = BoundValue(
            bytes: [UInt8](repeating: 1, count: Limits.valueBytesMax), format: .text, type: 25)
        let many = [BoundValue](
            repeating: value, count: Limits.eventBytesMax / Limits.valueBytesMax + 1)
        #expect(throws: RecordingError.self) { try session.action(action(1, values: many)) }
        let huge = [UInt8](repeating: 2, count: Limits.eventBytesMax + 1)
        #expect(throws: RecordingError.self) {
            try session.sealed(hold: HoldID(rawValue: "hld_1"), bytes: huge)
        }
        try session.action(action(2))
        try loop.commit()
        #expect(loop.receipted(action(1).digest) == nil)
        #expect(loop.receipted(action(2).digest) != nil)
        #expect(try await recorder.all(of: session.session).actionNumbers == [2])
        await recorder.close()
    }

    @Test("Receipts of several sessions come in each session's order, and end with the next commit")
    func receiptsInOrder() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let loop = try recorder.makeLoopRecorder()
        let sessions = try (0..<3).map { try loop.begin(try opening("ses_\($0)")) }
        for number in 0..<UInt64(30) { try sessions[Int(number % 3)].action(action(number)) }
        try loop.commit()
        for session in [1, 0, 2] as [UInt64] {
            for number in 0..<UInt64(10) {
                let digest = action(number * 3 + session).digest
                #expect(loop.receipted(digest) == digest)
            }
        }
        for number in 0..<UInt64(30) { #expect(loop.receipted(action(number).digest) == nil) }
        try sessions[0].action(action(99))
        try loop.commit()
        try sessions[0].notice("later")
        try loop.commit()
        #expect(loop.receipted(action(99).digest) == nil)
        await recorder.close()
    }

    @Test("A commit that fails gives no receipt, and its events do not come with a later one")
    func noReceipt() async throws {
        let desk = try Desk()
        let disk = FaultyDisk()
        let recorder = try await desk.open(disk: disk)
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        let second = try loop.begin(try opening("ses_two"))
        try loop.commit()
        for fault in [FaultyDisk.Fault.short, .fails(EIO)] {
            try session.action(action(1))
            try second.outcome(
                OutcomeEvent(number: 0, tag: "", rows: 0, bytes: 0, microseconds: 0))
            disk.failNext(fault)
            #expect(throws: RecordingError.self) { try loop.commit() }
            #expect(loop.receipted(action(1).digest) == nil)
            try session.notice("after")
            try loop.commit()
            try await recorder.settle()
            #expect(loop.receipted(action(1).digest) == nil)
        }
        try second.close(reason: "left", at: WallTime(milliseconds: 1))
        try loop.commit()
        let first = try await recorder.all(of: session.session)
        #expect(first.actionNumbers == [] && first.lost == [1, 1])
        #expect(try await recorder.all(of: second.session).lost == [2])
        await recorder.close()
    }

    @Test("What is over, never began or is closed twice")
    func endings() async throws {
        let desk = try Desk()
        let disk = FaultyDisk()
        let recorder = try await desk.open(disk: disk)
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        try session.close(reason: "left", at: WallTime(milliseconds: 1))
        try session.close(reason: "again", at: WallTime(milliseconds: 2))
        #expect(throws: RecordingError.sessionEnded) { try session.action(action(1)) }
        #expect(throws: RecordingError.sessionEnded) { try session.notice("late") }
        try loop.commit()
        #expect(try await recorder.all(of: session.session).closing == "left")

        let dead = try loop.begin(try opening("ses_dead"))
        disk.failNext(.fails(EIO))
        #expect(throws: RecordingError.self) { try loop.commit() }
        #expect(throws: RecordingError.sessionEnded) { try dead.action(action(1)) }
        try dead.close(reason: "x", at: WallTime(milliseconds: 1))
        try loop.commit()
        await #expect(throws: RecordingError.unknownSession("ses_dead")) {
            try await recorder.session(dead.session)
        }
        await recorder.close()
        #expect(throws: RecordingError.closed) { try loop.begin(try opening("ses_late")) }
        #expect(throws: RecordingError.closed) { try recorder.makeLoopRecorder() }
    }

    @Test(
        "A session's identity names a file, so it is checked",
        arguments: ["", "../ses", "ses/1", "ses_\0", "ses.rec", String(repeating: "a", count: 65)])
    func identities(_ name: String) async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let loop = try recorder.makeLoopRecorder()
        #expect(throws: RecordingError.badSession(name)) { try loop.begin(try opening(name)) }
        await recorder.close()
    }

    @Test("No session is recorded twice")
    func twice() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        #expect(throws: RecordingError.badSession("ses_one")) { try loop.begin(try opening()) }
        let other = try recorder.makeLoopRecorder()
        #expect(throws: RecordingError.badSession("ses_one")) { try other.begin(try opening()) }
        try session.close(reason: "left", at: WallTime(milliseconds: 1))
        try loop.commit()
        try await recorder.settle()
        #expect(throws: RecordingError.badSession("ses_one")) { try loop.begin(try opening()) }
        await recorder.close()
    }
}

func contents(_ path: String) throws -> [UInt8] {
    let disk = SystemDisk()
    let descriptor = try disk.open(path, .read)
    defer { disk.close(descriptor) }
    return try readFile(Int(try disk.length(descriptor)), at: 0, disk, descriptor, path)
}

func occurrences(of text: String, in bytes: [UInt8]) -> Int {
    let wanted = Array(text.utf8)
    guard bytes.count >= wanted.count else { return 0 }
    return (0...(bytes.count - wanted.count)).count {
        bytes[$0] == wanted[0] && bytes[$0..<($0 + wanted.count)].elementsEqual(wanted)
    }
}
