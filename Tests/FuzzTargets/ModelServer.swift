import Postgres
import Vocabulary
import Wire

/// As much of PostgreSQL as decides which text a message runs: prepared statements, portals, transactions, skipping
/// to Sync, COPY. Threat 9: what it runs must be what the release was about.
///
/// Its SQL is the first word of a text: `begin`, `commit`, `rollback`, `copy` (from stdin), `fail`, `prepare NAME TEXT`,
/// `deallocate NAME`, `declare NAME TEXT`, `latin`, `rows` (stops at a row limit); anything else succeeds.
struct ModelServer {
    enum Expected: Equatable {
        /// A command of the client that was released, about this text.
        case released([UInt8])
        /// The gateway's own failing Parse.
        case own
    }

    private struct Portal {
        let text: [UInt8]
        var hasStarted = false
    }

    private var expected: [Expected] = []
    private var statements: [[UInt8]: [UInt8]] = [:]
    private var portals: [[UInt8]: Portal] = [:]
    private var status = TransactionStatus.idle
    private var skips = false
    private var copies = false
    private var copyIsQuery = false
    private var out: [UInt8] = []

    mutating func expects(_ message: Expected) { expected.append(message) }

    /// What the machine is told of a text: the same that the model does with it.
    func terms(of text: [UInt8], kind: ActionRequest.Kind) -> ReleaseTerms {
        guard kind != .parse else { return ReleaseTerms(mayChangeSettings: false) }
        let words = words(text)
        let name = words.count > 1 ? words[1] : ""
        let inner = PreparedText(text: rest(text))
        let changes: [SessionChange] =
            switch words.first {
            case "prepare": [.prepare(name: name, inner)]
            case "deallocate": [.deallocate(name: name)]
            case "declare": [.declare(portal: name, inner, holdable: false)]
            case "commit", "rollback": [.transactionEnds]
            default: []
            }
        return ReleaseTerms(
            changes: [changes], copiesIn: words.first == "copy",
            mayChangeSettings: words.first == "latin")
    }

    /// Reads the whole messages and answers them.
    mutating func replies(to bytes: inout [UInt8]) throws -> [UInt8] {
        let (whole, rest) = frames(bytes)
        bytes = rest
        out = []
        for frame in whole { try read(frame) }
        return out
    }

    private mutating func read(_ frame: [UInt8]) throws {
        let type = Unicode.Scalar(frame[0])
        let judged = "QPBEF".unicodeScalars.contains(type) ? try nextExpected(type) : nil
        let body = Array(frame[5...])
        if copies { return try readInCopy(type) }
        if skips, type != "S" { return }
        switch type {
        case "Q": try query(body, judged)
        case "P": try parse(body, judged)
        case "B": try bind(body, judged)
        case "E": try execute(body, judged)
        case "D": describe(body)
        case "C": close(body)
        case "S": ready()
        case "F": functionCall()
        case "H", "X", "d", "c", "f": break
        default: throw PropertyBroken(description: "a message of type \(type) went upstream")
        }
    }

    private mutating func nextExpected(_ type: Unicode.Scalar) throws -> Expected {
        guard !expected.isEmpty else {
            throw PropertyBroken(description: "a message of type \(type) went without a release")
        }
        return expected.removeFirst()
    }

    // MARK: Commands

    private mutating func query(_ body: [UInt8], _ judged: Expected?) throws {
        let text = Array(body.prefix { $0 != 0 })
        try check(text, judged, "Query")
        statements[[]] = nil
        run(text, isQuery: true, finishes: true)
        if !copies { ready() }
    }

    private mutating func parse(_ body: [UInt8], _ judged: Expected?) throws {
        let name = word(body)
        let text = Array(body.drop { $0 != 0 }.dropFirst().prefix { $0 != 0 })
        if judged == .own { return fail() }
        try check(text, judged, "Parse")
        if name.isEmpty { statements[[]] = nil }
        guard words(text).first != "fail", mayRun(text), statements[name] == nil else {
            return fail()
        }
        statements[name] = text
        say("1")
    }

    private mutating func bind(_ body: [UInt8], _ judged: Expected?) throws {
        let portal = word(body)
        guard let found = statements[word(body.drop { $0 != 0 }.dropFirst())] else {
            return fail()
        }
        try check(found, judged, "Bind")
        guard mayRun(found), portal.isEmpty || portals[portal] == nil else { return fail() }
        portals[portal] = Portal(text: found)
        say("2")
    }

    private mutating func execute(_ body: [UInt8], _ judged: Expected?) throws {
        let name = word(body)
        guard let portal = portals[name] else { return fail() }
        try check(portal.text, judged, "Execute")
        guard mayRun(portal.text) else { return fail() }
        let limit = body.drop { $0 != 0 }.dropFirst().contains { $0 != 0 }
        let stops = limit && !portal.hasStarted && words(portal.text).first == "rows"
        portals[name]?.hasStarted = true
        run(portal.text, isQuery: false, finishes: !stops)
    }

    private func check(_ text: [UInt8], _ judged: Expected?, _ message: String) throws {
        guard case .released(let released) = judged else {
            throw PropertyBroken(description: "\(message) runs in place of our own Parse")
        }
        try require(
            released == text,
            "\(message) runs `\(String(decoding: text, as: UTF8.self))`, the release was about "
                + "`\(String(decoding: released, as: UTF8.self))`")
    }

    private mutating func run(_ text: [UInt8], isQuery: Bool, finishes: Bool) {
        guard mayRun(text) else { return fail(inQuery: isQuery) }
        let words = words(text)
        let name = words.count > 1 ? Array(words[1].utf8) : []
        // PostgreSQL's own portal of a Query has no name either.
        if isQuery, !words.isEmpty { portals[[]] = nil }
        switch words.first {
        case nil: return say("I")
        case "fail": return fail(inQuery: isQuery)
        case "prepare":
            guard statements[name] == nil, !name.isEmpty else { return fail(inQuery: isQuery) }
            statements[name] = rest(text)
        case "deallocate":
            guard !name.isEmpty, statements.removeValue(forKey: name) != nil else {
                return fail(inQuery: isQuery)
            }
        case "declare":
            guard portals[name] == nil, !name.isEmpty else { return fail(inQuery: isQuery) }
            portals[name] = Portal(text: rest(text))
        case "begin": status = .inTransaction
        case "commit", "rollback":
            status = .idle
            portals = [:]
        case "copy":
            copies = true
            copyIsQuery = isQuery
            return say("G") { $0.copy([0, 0, 0]) }
        case "latin":
            say("S") { body in
                body.terminated("client_encoding")
                body.terminated("LATIN1")
            }
        default: break
        }
        let tag = tag(words[0])
        finishes ? say("C") { $0.terminated(tag) } : say("s")
    }

    /// A failed transaction takes nothing but its end.
    private func mayRun(_ text: [UInt8]) -> Bool {
        status != .failed || ["commit", "rollback"].contains(words(text).first)
    }

    private mutating func functionCall() {
        if status == .failed { fail(inQuery: true) } else { say("V") { $0.int32(-1) } }
        ready()
    }

    private mutating func describe(_ body: [UInt8]) {
        let name = word(body.dropFirst())
        if body.first == UInt8(ascii: "S") {
            guard statements[name] != nil else { return fail() }
            say("t") { $0.uint16(0) }
        } else if portals[name] == nil {
            return fail()
        }
        say("n")
    }

    private mutating func close(_ body: [UInt8]) {
        let name = word(body.dropFirst())
        if body.first == UInt8(ascii: "S") { statements[name] = nil } else { portals[name] = nil }
        say("3")
    }

    private mutating func readInCopy(_ type: Unicode.Scalar) throws {
        switch type {
        case "d", "H", "S": return
        case "c": say("C") { $0.terminated("COPY 0") }
        case "f": fail(inQuery: copyIsQuery)
        default:
            throw PropertyBroken(description: "a message of type \(type) went amid COPY data")
        }
        copies = false
        if copyIsQuery { ready() }
    }

    // MARK: Transactions

    private mutating func fail(inQuery: Bool = false) {
        out += ErrorFields(.error, code: "22012", "no").errorResponse
        if status == .inTransaction { status = .failed }
        if status == .idle { portals = [:] }
        skips = !inQuery
    }

    private mutating func ready() {
        skips = false
        if status == .idle { portals = [:] }
        let status = status
        say("Z") { $0.uint8(status.rawValue) }
    }

    private mutating func say(
        _ type: Unicode.Scalar, _ body: (inout ByteWriter) -> Void = { _ in }
    ) {
        var writer = ByteWriter()
        writer.frame(UInt8(ascii: type), body)
        out += writer.bytes
    }

    // MARK: Texts

    private func word(_ bytes: some Collection<UInt8>) -> [UInt8] {
        Array(bytes.prefix { $0 != 0 })
    }

    private func tag(_ word: String) -> String { String(word.prefix(20)).uppercased() }

    private func words(_ text: [UInt8]) -> [String] {
        text.split(separator: UInt8(ascii: " "), maxSplits: 2)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private func rest(_ text: [UInt8]) -> [UInt8] {
        let parts = text.split(separator: UInt8(ascii: " "), maxSplits: 2)
        return parts.count > 2 ? Array(parts[2]) : []
    }
}
