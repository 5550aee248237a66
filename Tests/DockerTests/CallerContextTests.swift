import Testing
import Vocabulary

@testable import Docker

@Suite("What a caller says of a call")
struct CallerContextTests {
    private static let create = "POST /containers/create"
    private static let field = "X-Sallyport-Reason: by header\r\n"

    @Test(
        "a label of what is made says it where no header does",
        arguments: [
            (create, #"{"Image":"bb","Labels":{"sallyport.reason":"by label"}}"#, "by label"),
            (
                "POST /networks/create", #"{"Name":"n","Labels":{"sallyport.reason":"nets"}}"#,
                "nets"
            ),
            ("POST /volumes/create", #"{"Name":"v","Labels":{"sallyport.reason":"vols"}}"#, "vols"),
            (
                "POST /build?labels=%7B%22sallyport.reason%22%3A%22a%20build%22%7D", nil as String?,
                "a build"
            ),
        ])
    func places(_ line: String, _ body: String?, _ said: String) throws {
        let alone = try call(line, body)
        #expect(
            alone.context(try head(line, body: body).headers) == ["the caller's reason: \(said)"])
        let both = try head(line, body: body, fields: Self.field)
        #expect(alone.context(both.headers) == ["the caller's reason: by header"])
    }

    @Test("each word by itself comes by header or label, always in the same order")
    func words() throws {
        let labels = #""sallyport.rollback":"none","sallyport.ticket":"OPS-7""#
        let body = #"{"Image":"bb","Labels":{\#(labels),"x":"y"}}"#
        let fields = "X-Sallyport-Ticket: \r\n" + Self.field
        let made = try call(Self.create, body)
        #expect(
            made.context(try head(Self.create, body: body, fields: fields).headers) == [
                "the caller's reason: by header", "the caller's ticket: OPS-7",
                "the caller's rollback: none",
            ])
    }

    @Test(
        "a label is one line, as a header is, no longer than one, and without what looks like a secret",
        arguments: [
            (#" \t for a release \n"#, "for a release"),
            (#"x\ndangerous: nothing"#, #"x\u{a}dangerous: nothing"#),
            (#"x\r\u0085y\u2028z\u001b[2J"#, #"x\u{d}\u{85}y\u{2028}z\u{1b}[2J"#),
            ("mehr Platz für Logs", "mehr Platz für Logs"),
            ("with postgres://app:hunter2@db/x", "with postgres://app:***@db/x"),
            (
                String(repeating: "e\u{301}", count: 400),
                String(repeating: "e\u{301}", count: 250)
            ),
            (
                String(repeating: "x", count: 480) + " postgres://app:hunter2@db/x",
                String(repeating: "x", count: 480) + " postgres://app:***@"
            ),
        ])
    func bounds(_ given: String, _ shown: String) throws {
        let made = try call(
            Self.create, #"{"Image":"bb","Labels":{"sallyport.reason":"\#(given)"}}"#)
        let lines = made.context([:])
        #expect(lines.map { Array($0.utf8) } == [Array("the caller's reason: \(shown)".utf8)])
    }

    @Test(
        "other spellings say nothing, and neither does what says nothing",
        arguments: [
            #"{"Sallyport.Reason":"x"}"#, #"{"sallyport.reason ":"x"}"#, #"{"reason":"x"}"#,
            #"{"sallyport.reason":""}"#, #"{"sallyport.reason":" \n"}"#,
            #"{"sallyport.rea\u017fon":"x"}"#,
            "{}", "null",
        ])
    func nothing(_ labels: String) throws {
        let made = try call(Self.create, #"{"Image":"bb","Labels":\#(labels)}"#)
        #expect(made.context([:]) == [])
    }

    @Test("what says it is sent with what is made, and is no attribute that a rule could match")
    func sent() throws {
        let labels = #"{"sallyport.reason":"x","team":"a"}"#
        let made = try action(Self.create, #"{"Image":"bb","Labels":\#(labels)}"#)
        #expect(text(made.body).contains(#""Labels":\#(labels)"#))
        let attributes = made.effects.first?.attributes ?? [:]
        #expect(attributes["label.team"] == .text("a"))
        #expect(attributes["label.sallyport.reason"] == nil)
        // One of its own, and one of its image.
        #expect(attributes["labels"] == .number(2))
    }
}
