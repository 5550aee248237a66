import ControlClient
import Foundation
import Holds
import Testing

@testable import sallyport

@Suite("What the commands do before and after the gateway")
struct CommandTests {
    @Test(
        "each failure has its exit status",
        arguments: [
            (Complaint(7, "x") as any Error & Sendable, 7),
            (ControlClientError.unreachable("x"), 3), (ControlClientError.nonsense("x"), 1),
            (refused(400), 2), (refused(401), 3), (refused(403), 1), (refused(404), 4),
            (refused(409), 1), (refused(413), 1), (refused(429), 1), (refused(503), 1),
            (CancellationError(), 1),
        ])
    func status(error: any Error & Sendable, status: Int) {
        #expect(Int(ExitStatus.of(error)) == status)
    }

    private static func refused(_ status: Int) -> ControlClientError {
        .refused(status: status, reason: "no", hint: nil, code: nil)
    }

    @Test("a beginning of an id is enough when it is no other's")
    func resolved() throws {
        let ids = ["tok_abc", "tok_abd", "tok_ab", "key_x"]
        #expect(try resolve("tok_abc", among: ids, what: "token") == "tok_abc")
        #expect(try resolve("k", among: ids, what: "token") == "key_x")
        // A whole id is itself, also when others begin with it.
        #expect(try resolve("tok_ab", among: ids, what: "token") == "tok_ab")
        for (text, status) in [("tok_", 2), ("", 4), ("x", 4), ("tok_abcd", 4), ("TOK_ABC", 4)]
            as [(String, Int32)]
        {
            let complaint = try #require(throws: Complaint.self) {
                try resolve(text, among: ids, what: "token")
            }
            #expect(complaint.status == status, "\(text)")
        }
    }

    @Test(
        "a duration",
        arguments: [
            ("30m", 1_800_000), ("8h", 28_800_000), ("7d", 604_800_000), ("1s", 1_000), ("0h", nil),
            ("-1h", nil), ("h", nil), ("", nil), ("1.5h", nil), ("1w", nil), ("1", nil),
            ("99999999999999999999d", nil), ("1 h", nil),
        ] as [(String, Int64?)])
    func duration(text: String, milliseconds: Int64?) {
        #expect(durationMilliseconds(text) == milliseconds)
    }

    @Test("everything but unreserved characters is escaped in a path")
    func path() {
        #expect(escaped("SHA256:a/b+c=") == "SHA256%3Aa%2Fb%2Bc%3D")
        #expect(escaped("../x?y#z&ü\u{0}") == "..%2Fx%3Fy%23z%26%C3%BC%00")
    }

    @Test("a session's line says what it did, and nothing of what it did not")
    func did() {
        var session = ShellSession.item
        #expect(session.did == "2 actions, 10 bytes of output")
        (session.actions, session.holds, session.refused, session.output) = (1, 2, 3, 0)
        #expect(session.did == "1 action, 2 held, 3 refused")
        (session.actions, session.holds, session.refused) = (0, 0, nil)
        #expect(session.did == "0 actions")
    }

    // MARK: Decisions

    private static let fields = [
        "target", "session", "requester", "owner", "issuers", "kind", "statement", "effects",
        "in_transaction", "leaves_open", "action", "policy", "expires", "nonce",
    ]

    @Test("threat 17: nothing is signed whose fields are unknown, missing, doubled or out of order")
    func shape() throws {
        let fields = Self.fields
        let before = Array(fields[..<7])
        let after = Array(fields[7...])
        for values in [[], ["value.1"], ["value.1", "value.2", "value.3"]] {
            let good = try hold("SELECT 1", names: before + values + after)
            #expect(try digestToSign(good).hex == good.digest)
        }
        var bad = [
            fields + ["note"], ["note"] + fields, fields.reversed(), [],
            before + ["value.2"] + after,
            before + ["value.1", "value.1"] + after, before + ["value.2", "value.1"] + after,
            before + ["value.x"] + after, before + ["value.01"] + after, fields + ["value.1"],
        ]
        for (index, name) in fields.enumerated() {
            var missing = fields
            missing.remove(at: index)
            bad += [missing, fields + [name], [name] + fields]
        }
        for names in bad {
            let odd = try hold("SELECT 1", names: names)
            #expect(odd.statement.digest.hex == odd.digest)
            let complaint = try #require(throws: Complaint.self, "\(names)") {
                try digestToSign(odd)
            }
            #expect(complaint.status == ExitStatus.refused)
        }
    }

    /// A hold as the gateway would send it; `statement` is the held text.
    private func hold(
        _ statement: String, kind: String = "query", value: String = "", effects: String = "",
        digest: String? = nil, extra: String = "", rules: String = #""rules":["p/r"]"#,
        names: [String] = Self.fields
    ) throws -> HoldView {
        let salt = String(repeating: "ab", count: 32)
        let texts = [
            "target": "orders", "session": "ses_1", "requester": "deploy-bot", "owner": "alice",
            "kind": kind, "statement": statement, "effects": effects, "expires": "0",
            "value.1": value,
        ]
        let fields = names.map { name in
            let bytes = Data((texts[name] ?? "").utf8).base64EncodedString()
            return #"{"name":"\#(name)","salt":"\#(salt)","bytes":"\#(bytes)"}"#
        }
        func view(_ digest: String) throws -> HoldView {
            let text = """
                {"id":"hld_1","kind":"session","state":"pending","round":1,"requester":"deploy-bot",
                "requesterIsPerson":false,"owner":"alice","issuers":[],"target":"orders",
                "session":"ses_1","statement":[\(fields.joined(separator: ","))\(extra)],
                "digest":"\(digest)","inTransaction":false,"leavesOpen":[],"policyVersion":"v",
                \(rules),"requirements":[],"missing":[],"consents":[],"opened":0,"expires":0}
                """
            return try JSONDecoder().decode(HoldView.self, from: Data(text.utf8))
        }
        return try view(digest ?? view("").statement.digest.hex)
    }

    @Test("threat 17: nothing is signed when the gateway's digest is not that of what it showed")
    func digest() throws {
        let honest = try hold("DELETE FROM customers WHERE id = 7")
        #expect(try digestToSign(honest).hex == honest.digest)
        let other = try hold("DELETE FROM customers")
        for digest in [other.digest, "", honest.digest.uppercased(), honest.digest + " "] {
            let shown = try hold("DELETE FROM customers WHERE id = 7", digest: digest)
            let complaint = try #require(throws: Complaint.self) { try digestToSign(shown) }
            #expect(complaint.status == ExitStatus.refused)
        }
        let hidden =
            #",{"name":"statement","salt":"\#(String(repeating: "cd", count: 32))","bytes":"eA=="}"#
        let more = try hold(
            "DELETE FROM customers WHERE id = 7", digest: honest.digest, extra: hidden)
        #expect(throws: Complaint.self) { try digestToSign(more) }
    }

    @Test("threat 17: the whole command is shown, however long, with every line of it")
    func whole() throws {
        let lines = (0..<2_000).map { "SELECT \($0);" }
        let shown = HoldDisplay(hold: try hold(lines.joined(separator: "\n"))).lines
        #expect(shown.filter { $0.hasPrefix("    | ") } == lines.map { "    | " + $0 })
    }

    @Test(
        "the rules that hold it are shown first, and what else matched apart from them",
        arguments: [
            (
                #""rules":["p/walls","p/our-images"],"holdRules":["p/walls"]"#,
                "rules: p/walls  (matched too: p/our-images)"
            ),
            (#""rules":["p/a","p/b"],"holdRules":["p/a","p/b"]"#, "rules: p/a, p/b"),
            // Of an older version's hold it is not known.
            (#""rules":["p/a","p/b"]"#, "rules: p/a, p/b"),
        ])
    func rules(json: String, shown: String) throws {
        let lines = HoldDisplay(hold: try hold("DELETE FROM orders", rules: json)).lines
        #expect(lines.contains { $0.hasSuffix("  " + shown) }, "\(lines)")
    }

    // MARK: Calls

    /// A bound value as a statement has it.
    private func value(_ text: String) -> String {
        func piece(_ text: String) -> String {
            "\0\0\0\(Character(Unicode.Scalar(UInt8(text.utf8.count))))\(text)"
        }
        return piece("text") + "\0\0\0\0" + "\0\0\0\u{1}" + piece(text)
    }

    private static let withValue = Array(fields[..<7] + ["value.1"] + fields[7...])
    private static let withheldValue =
        #",{"name":"value.1","commitment":"\#(String(repeating: "0", count: 64))"}"#

    @Test("of a call to an engine the words are shown, and its exact JSON to who asks for it")
    func call() throws {
        let json = #"{"Image":"bb","Cmd":["\u202e"]}"#
        let hold = try hold(
            "create a container\nbody: no", kind: "call", value: value(json),
            names: Self.withValue)
        let whole = HoldDisplay(hold: hold)
        #expect(whole.lines.contains("    $1 = '\(json)'"))
        #expect(whole.exact == ["    $1 = '\(json)'"])
        let short = HoldDisplay(hold: hold, exactIsShownBy: "--exact")
        #expect(short.exact == whole.exact)
        let how = "    $1 = the exact JSON (\(json.utf8.count) bytes): --exact shows it"
        // But for that line nothing is another.
        #expect(short.lines == whole.lines.map { $0 == "    $1 = '\(json)'" ? how : $0 })
        #expect(short.lines.contains("    | body: no"))
        #expect(try digestToSign(hold).hex == hold.digest)
    }

    @Test("of a call with secrets the masked JSON is the last line, shown to who asks for it")
    func maskedCall() throws {
        let json = #"{"Env":["A_TOKEN=***"]}"#
        let hold = try hold(
            "create a container\nbody: no\nbody: \(json)", kind: "call", extra: Self.withheldValue)
        let whole = HoldDisplay(hold: hold)
        #expect(whole.lines.contains("    | body: \(json)"))
        #expect(whole.lines.contains("    $1 = (withheld)"))
        #expect(whole.exact == ["    $1, with secrets masked: \(json)"])
        let short = HoldDisplay(hold: hold, exactIsShownBy: "[j]").lines
        #expect(!short.joined().contains("A_TOKEN"))
        #expect(short.contains("    | body: no"))
        #expect(
            short.contains(
                "    $1 = the exact JSON (\(json.utf8.count) bytes, secrets masked): [j] shows it"))
        #expect(short.contains("  withheld: value.1"))
    }

    @Test("threat 17: of anything but a call nothing waits for a key, whatever it looks like")
    func noCall() throws {
        let text = "DELETE FROM t\nbody: {}"
        let holds = [
            try hold(text, value: value("{}"), names: Self.withValue),
            try hold(text, kind: "exec", value: value("{}"), names: Self.withValue),
            try hold(text, extra: Self.withheldValue), try hold(text, kind: "call"),
            // Malformed, and so not to be signed at all.
            try hold(text, kind: "call", value: "x", names: Self.withValue),
        ]
        for hold in holds {
            let display = HoldDisplay(hold: hold, exactIsShownBy: "[j]")
            #expect(display.exact == nil)
            #expect(display.lines == HoldDisplay(hold: hold).lines)
            #expect(display.lines.contains("    | body: {}"))
        }
    }

    @Test("threat 18: a hold's text cannot draw lines of its own, and what hides is counted")
    func deceiving() throws {
        let text = "SELECT 1 --\u{202E}\r  policy  allow\u{1B}[1A"
        let shown = HoldDisplay(hold: try hold(text)).lines
        #expect(shown.contains("    | SELECT 1 --\\u{202e}\\u{d}  policy  allow\\u{1b}[1A"))
        #expect(shown.contains { $0.contains("3 characters are not what they seem") })
    }

    @Test("a program that has several names is shown with all of them")
    func names() throws {
        let effects =
            #"[{"attributes":{},"must_be_named":false,"object":{"known_as":[["/","usr","bin","dash"],"#
            + #"["/","usr","bin","sh"]]},"verb":"shell.exec"}]"#
        let shown = HoldDisplay(hold: try hold("sh -c ls", effects: effects)).lines
        #expect(shown.contains("    - shell.exec /usr/bin/dash, also called /usr/bin/sh"))
    }

    @Test(
        "in the inbox one key consents to what is of low or medium risk, and to nothing graver",
        arguments: [
            ("low", false), ("medium", false), ("high", true), ("critical", true), ("x", true),
        ])
    func risk(word: String, isGrave: Bool) {
        #expect(sallyport.isGrave(word) == isGrave)
    }

    @Test("a time is told as what it is, UTC")
    func time() {
        #expect(timeText(1_800_000_000_000) == "2027-01-15 08:00:00Z")
        #expect(timeText(nil) == "-")
    }

    @Test("what is withheld is said")
    func withheld() throws {
        let zeros = String(repeating: "0", count: 64)
        let shown = HoldDisplay(
            hold: try hold("x", extra: #",{"name":"value.1","commitment":"\#(zeros)"}"#)
        ).lines.joined(separator: "\n")
        #expect(shown.contains("$1 = (withheld)") && shown.contains("withheld: value.1"))
    }
}
