import Foundation
import Synchronization
import Testing
import Vocabulary

@testable import SQL

@Suite struct ParsedTextTests {
    @Test func `a syntax error has PostgreSQL's message and position`() {
        #expect(throws: SQLRefusal.self) { try ParsedText.parse(Array("SELEC 1".utf8)) }
        do {
            _ = try ParsedText.parse(Array("SELECT 1 FROM FROM x".utf8))
        } catch {
            #expect(error.sqlstate == "42601")
            #expect(error.message == "syntax error at or near \"FROM\"")
            #expect(error.position == 15)
        }
    }

    /// Texts that are no SQL here, with the state that says why.
    private static let unreadable: [(text: [UInt8], sqlstate: String)] = {
        var rows: [(text: [UInt8], sqlstate: String)] = []
        func row(_ text: String, _ sqlstate: String, _ bytes: [UInt8] = [], _ rest: String = "") {
            rows.append((Array(text.utf8) + bytes + Array(rest.utf8), sqlstate))
        }
        row("SELECT '", "22021", [0xFF], "'")
        row("SELECT '", "22021", [0xC0, 0x80], "'")
        row("SELECT 1", "22021", [0])
        row(String(repeating: " ", count: SQLLimits().textBytesMax + 1), "54000")
        row("SELECT 1" + String(repeating: ";SELECT 1", count: 1_000), "54000")
        row("SELECT 1" + String(repeating: "+1", count: 600), "54001")
        row("SELECT " + String(repeating: "(", count: 20_000), "54001")
        row("MERGE INTO a USING b ON true WHEN NOT MATCHED BY SOURCE THEN DELETE", "42601")
        row("SELECT JSON_TABLE(x COLUMNS (a int))", "42601")
        return rows
    }()

    @Test(arguments: ParsedTextTests.unreadable)
    func `what cannot be read is refused`(text: [UInt8], sqlstate: String) {
        #expect { try ParsedText.parse(text) } throws: { error in
            (error as? SQLRefusal)?.sqlstate == sqlstate
        }
    }

    @Test func `the deepest text at the limit parses on the stack that is documented`() {
        var text = Array("SELECT 1".utf8)
        while text.count + 2 <= SQLLimits().textBytesMax { text += "+1".utf8 }
        let outcome = Mutex("")
        let done = DispatchSemaphore(value: 0)
        let deepest = text
        let thread = Thread {
            do throws(SQLRefusal) {
                _ = try ParsedText.parse(deepest)
            } catch {
                outcome.withLock { $0 = error.sqlstate }
            }
            done.signal()
        }
        thread.stackSize = ParsedText.stackBytesNeeded(textBytes: text.count) / 4096 * 4096 + 4096
        thread.start()
        done.wait()
        #expect(outcome.withLock { $0 } == "54001")
    }

    @Test func `a text at the nesting limit is inspected on an ordinary stack`() throws {
        let text = "SELECT 1" + String(repeating: "+1", count: SQLLimits().nestingMax - 10)
        let parsed = try ParsedText.parse(Array(text.utf8))
        let view = SessionView(catalogue: .empty, searchPath: ["public"])
        #expect(parsed.inspect(in: view, stage: .query).effects.isEmpty)
    }

    @Test func `statements know their span, kind and tag`() throws {
        let parsed = try ParsedText.parse(Array("SELECT 1; DELETE FROM t ;".utf8))
        #expect(parsed.statements.map(\.kind) == ["SelectStmt", "DeleteStmt"])
        #expect(parsed.statements.map(\.commandTag) == ["SELECT", "DELETE"])
        #expect(
            parsed.statements.map { String(decoding: parsed.bytes[$0.span], as: UTF8.self) }
                == ["SELECT 1", " DELETE FROM t "])
        #expect(try ParsedText.parse([]).statements.isEmpty)
        #expect(try ParsedText.parse(Array("SELECT $3, '$9'".utf8)).parameterCount == 3)
    }

    @Test(arguments: [
        (#"SELECT 'a\b'"#, true), (#"SELECT E'a\b'"#, false), (#"SELECT $$a\b$$"#, false),
        (#"SELECT "a\b""#, false), (#"SELECT 1 -- '\'"#, false), (#"SELECT /* ' */ 'x\'"#, true),
        (#"SELECT U&'\0041'"#, false), (#"SELECT $a$'\'$a$, ''"#, false), (#"SELECT '''\'"#, true),
        (#"SELECT /* /* */ '\' */ 1"#, false), (#"SELECT N'\'"#, true),
    ])
    func `threat 12: a backslash in a plain literal is seen`(text: String, expected: Bool) {
        #expect(ScanFacts(Array(text.utf8)).hasBackslashInPlainLiteral == expected)
    }
}
