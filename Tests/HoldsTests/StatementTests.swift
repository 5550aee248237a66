import Cryptography
import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Holds

@Suite("The consent statement")
struct StatementTests {
    static func contents() throws -> StatementContents {
        StatementContents(
            target: try targetName("orders"), session: SessionID(rawValue: "ses_1"),
            requester: try name("deploy-bot"), owner: try name("alice"),
            issuers: [try name("carol"), try name("alice")],
            action: Action(
                kind: .execute, statement: Array("UPDATE t SET a = $1, b = $2 -- \u{E9}".utf8),
                values: [
                    BoundValue(bytes: nil, format: .text, type: 25),
                    BoundValue(bytes: [0, 255], format: .binary, type: 17),
                ],
                effects: [
                    Effect(
                        .write, .oneOf([ObjectName(["public", "t"]), ObjectName(["a", "t"])]),
                        attributes: ["bounded": .flag(false), "statements": .number(1)]),
                    Effect(.execute, .anything, attributes: ["language": .text("sql")]),
                    Effect(.transaction, .none, mustBeNamed: true),
                ],
                inTransaction: true, leavesOpen: ["random()", "a sub-select"],
                digest: SHA256.hash("bytes")),
            policyVersion: "abc", expires: WallTime(milliseconds: 1_800_000_060_000),
            nonce: [UInt8](repeating: 9, count: 32))
    }

    /// Bytes that count up, so that the vectors are the same every time.
    static func counting() -> (Int) -> [UInt8] {
        var next: UInt8 = 0
        return { count in
            (0..<count).map { _ in
                defer { next &+= 1 }
                return next
            }
        }
    }

    static func statement() throws -> ConsentStatement {
        ConsentStatement(try contents(), entropy: counting())
    }

    @Test("another value of any field is another digest")
    func everyFieldCounts() throws {
        var changed: [StatementContents] = [try Self.contents()]
        func change(_ body: (inout StatementContents) throws -> Void) throws {
            var contents = try Self.contents()
            try body(&contents)
            changed.append(contents)
        }
        try change { $0.target = try targetName("stock") }
        try change { $0.session = SessionID(rawValue: "ses_2") }
        try change { $0.requester = try name("report-bot") }
        try change { $0.owner = try name("bob") }
        try change { $0.issuers = [] }
        try change { $0.action.kind = .parse }
        try change { $0.action.statement.append(0x20) }
        try change { $0.action.values.removeLast() }
        try change { $0.action.values[0].bytes = [] }
        try change { $0.action.values[0].format = .binary }
        try change { $0.action.values[0].type = 0 }
        try change { $0.action.values.swapAt(0, 1) }
        try change { $0.action.effects.removeLast() }
        try change { $0.action.effects[0].attributes["bounded"] = .text("false") }
        try change { $0.action.effects[0].attributes["statements"] = .text("1") }
        try change { $0.action.effects[0].object = .anything }
        try change { $0.action.effects[2].mustBeNamed = false }
        try change { $0.action.inTransaction = false }
        try change { $0.action.leavesOpen = ["random(), a sub-select"] }
        try change { $0.action.digest = SHA256.hash("other bytes") }
        try change { $0.policyVersion = "abd" }
        try change { $0.expires = WallTime(milliseconds: 1_800_000_060_001) }
        try change { $0.nonce[31] = 8 }
        let digests = changed.map {
            ConsentStatement($0, entropy: { [UInt8](repeating: 1, count: $0) }).digest
        }
        #expect(Set(digests).count == changed.count)
    }

    @Test("the order of effects, candidates and attributes does not matter, salts do")
    func canonical() throws {
        let first = try Self.statement()
        var contents = try Self.contents()
        contents.action.effects.reverse()
        contents.action.effects[2].object = .oneOf([
            ObjectName(["a", "t"]), ObjectName(["public", "t"]),
        ])
        #expect(ConsentStatement(contents, entropy: Self.counting()).digest == first.digest)
        let salted = ConsentStatement(contents, entropy: { Random.bytes($0) })
        #expect(salted.digest != first.digest)
        #expect(Set(salted.fields.map(\.salt)).count == salted.fields.count)
    }

    @Test("any choice of withheld fields has the same digest, and shows the rest as it was")
    func withholding() throws {
        let statement = try Self.statement()
        let names = statement.fields.map(\.name)
        for withheld in names.map({ Set([$0]) }) + [[], Set(names)] {
            let shown = statement.shown(withholding: withheld)
            #expect(shown.digest == statement.digest)
            #expect(Set(shown.withheld) == withheld)
            let coded = try JSONEncoder().encode(shown)
            #expect(try JSONDecoder().decode(ShownStatement.self, from: coded) == shown)
        }
        let shown = statement.shown()
        let contents = try Self.contents()
        #expect(shown.values == contents.action.values.map { $0 })
        #expect(shown.leavesOpen == contents.action.leavesOpen)
        #expect(shown.issuers == ["alice", "carol"])
        #expect(shown.bytes(.statement) == contents.action.statement)
        #expect(shown.effects?.array?.count == 3)
    }

    @Test("a shown field that was altered gives another digest")
    func altered() throws {
        let statement = try Self.statement()
        for (place, field) in statement.fields.enumerated() {
            var fields = statement.shown().fields
            fields[place] = .shown(
                StatementField(name: field.name, salt: field.salt, bytes: field.bytes + [0]))
            #expect(ShownStatement(fields: fields).digest != statement.digest)
            fields.remove(at: place)
            #expect(ShownStatement(fields: fields).digest != statement.digest)
        }
        var swapped = statement.shown().fields
        swapped.swapAt(0, 1)
        #expect(ShownStatement(fields: swapped).digest != statement.digest)
    }

    @Test("fields that are neither shown nor withheld do not decode")
    func malformedFields() {
        let hex = String(repeating: "00", count: 32)
        for json in [
            "{}", "[{}]", "[{\"name\":\"a\"}]", "[{\"name\":\"a\",\"salt\":\"00\",\"bytes\":\"\"}]",
            "[{\"name\":\"a\",\"commitment\":\"00\"}]",
            "[{\"name\":\"a\",\"salt\":\"\(hex)\",\"bytes\":\"!\"}]",
            "[{\"name\":\"a\",\"salt\":\"\(hex)\",\"bytes\":\"\",\"commitment\":\"\(hex)\"}]",
        ] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(ShownStatement.self, from: Data(json.utf8))
            }
        }
    }

    @Test("encoded values and lists that are cut or have more behind them do not decode")
    func cutEncodings() throws {
        for value in try Self.contents().action.values {
            let encoded = value.encoded
            #expect(BoundValue(encoded: encoded) == value)
            for way in splits(of: encoded) where way.count == 2 {
                #expect(BoundValue(encoded: way[0]) == nil)
            }
            #expect(BoundValue(encoded: encoded + [0]) == nil)
        }
        let list = LengthPrefixed.list(["a", ""])
        #expect(LengthPrefixedReader.list(list) == ["a", ""])
        for count in list.indices {
            #expect(LengthPrefixedReader.list(Array(list.prefix(count))) == nil)
        }
        #expect(LengthPrefixedReader.list(list + [0]) == nil)
        #expect(LengthPrefixedReader.list([255, 255, 255, 255]) == nil)
        #expect(LengthPrefixedReader.list([0, 0, 0, 1, 255, 255, 255, 255]) == nil)
    }

    @Test("a signed document is read only as it was written, byte for byte")
    func document() throws {
        let document = ConsentDocument(
            hold: HoldID(rawValue: "hld_1"), digest: SHA256.hash("d"), decision: .refuse,
            reason: "no \"way\"\n\u{202E}\u{1B}",
            checkpoint: .init(
                origin: "o", size: .max, root: SHA256.hash("r")))
        let bytes = document.bytes
        #expect(ConsentDocument(parsing: bytes) == document)
        for way in splits(of: bytes) where way.count == 2 {
            #expect(ConsentDocument(parsing: way[0]) == nil)
            #expect(ConsentDocument(parsing: way[0] + [0x20] + way[1]) != document)
        }
        for place in bytes.indices {
            var flipped = bytes
            flipped[place] ^= 1
            #expect(ConsentDocument(parsing: flipped) != document)
        }
        #expect(ConsentDocument(parsing: bytes + bytes) == nil)
        let extra = String(decoding: bytes, as: UTF8.self).replacing(
            "{\"check", with: "{\"a\":1,\"check")
        #expect(ConsentDocument(parsing: Array(extra.utf8)) == nil)
    }
}
