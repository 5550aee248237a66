import Testing
import Vocabulary

@testable import Postgres

private typealias C = ClientMessages
private typealias R = Replies

/// The machines' limits, each just at it and just above.
@Suite("The limits of the machines")
struct LimitTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let limit: Int
        let set: @Sendable (inout Limits, Int) -> Void
        /// What the machine says of exactly so much: the code of a refusal or a failure, `nil` when it is taken.
        let outcome: @Sendable (Int, Limits) -> String?
        let above: String
    }

    static let startup: [Row] = [
        Row(
            testDescription: "a start-up packet", limit: 200, set: { $0.startupBytesMax = $1 },
            outcome: { bytes, limits in
                let short = C.startup([("user", "u"), ("database", "d"), ("application_name", "")])
                let name = String(repeating: "x", count: bytes - short.count)
                return firstStep(
                    C.startup([
                        ("user", "u"), ("database", "d"), ("application_name", name),
                    ]), limits)
            }, above: "08P01"),
        Row(
            testDescription: "requests for encryption", limit: 2,
            set: { $0.negotiationsMax = $1 },
            outcome: { count, limits in
                var machine = StartupMachine(limits: limits)
                for _ in 0..<count {
                    if let code = refusal(&machine, C.gssEncryptionRequest) { return code }
                }
                return nil
            }, above: "08P01"),
        Row(
            testDescription: "a password message", limit: 100, set: { $0.passwordBytesMax = $1 },
            outcome: { bytes, limits in
                var machine = StartupMachine(isSecure: true, limits: limits)
                let startup = C.startup([("user", "u"), ("database", "d")])
                if let code = refusal(&machine, startup) { return code }
                // Its length counts itself and the final zero.
                return refusal(
                    &machine, C.password([UInt8](repeating: 120, count: bytes - 5)))
            }, above: "08P01"),
    ]

    static let session: [Row] = [
        Row(
            testDescription: "a text", limit: 100, set: { $0.textBytesMax = $1 },
            outcome: { bytes, limits in
                command(C.query(String(repeating: "x", count: bytes)), limits)
            }, above: "54000"),
        Row(
            testDescription: "a Bind", limit: 100, set: { $0.bindBytesMax = $1 },
            outcome: { bytes, limits in
                func bind(_ count: Int) -> [UInt8] {
                    let value = BoundValue(
                        bytes: [UInt8](repeating: 120, count: count), format: .text, type: 0)
                    return C.bind(values: [value])
                }
                return command(
                    C.parse(text: "x") + bind(bytes - bind(0).count), limits)
            }, above: "54000"),
        Row(
            testDescription: "a small message", limit: 60, set: { $0.smallFrameBytesMax = $1 },
            outcome: { bytes, limits in
                let name = String(repeating: "n", count: bytes - C.close(statement: "").count)
                return command(C.close(statement: name), limits)
            }, above: "54000"),
        Row(
            testDescription: "prepared statements", limit: 3, set: { $0.statementsMax = $1 },
            outcome: { count, limits in
                command((0..<count).flatMap { C.parse(name: "s\($0)", text: "x") }, limits)
            }, above: "53400"),
        Row(
            testDescription: "prepared statements' texts", limit: 100,
            set: { $0.statementTextBytesMax = $1 },
            outcome: { bytes, limits in
                command(
                    C.parse(name: "a", text: String(repeating: "x", count: bytes - 40))
                        + C.parse(name: "b", text: String(repeating: "y", count: 40)), limits)
            }, above: "53400"),
        Row(
            testDescription: "portals", limit: 3, set: { $0.portalsMax = $1 },
            outcome: { count, limits in
                command(
                    C.parse(text: "x") + (0..<count).flatMap { C.bind(portal: "p\($0)") }, limits,
                    [R.parseComplete] + Array(repeating: R.bindComplete, count: count))
            }, above: "53400"),
        Row(
            testDescription: "portals' texts", limit: 100, set: { $0.portalTextBytesMax = $1 },
            outcome: { bytes, limits in
                let texts = [bytes - 40, 40].map { String(repeating: "x", count: $0) }
                return command(
                    texts.flatMap { C.parse(text: $0) + C.bind(portal: "p\($0.utf8.count)") },
                    limits, [R.parseComplete, R.bindComplete, R.parseComplete, R.bindComplete])
            }, above: "53400"),
        Row(
            testDescription: "texts that SQL prepares", limit: 100,
            set: { $0.statementTextBytesMax = $1 },
            outcome: { bytes, limits in
                let texts = [bytes - 40, 40].map { [UInt8](repeating: 120, count: $0) }
                return refusal(
                    limits,
                    texts.map { .prepare(name: "s\($0.count)", PreparedText(text: $0)) })
            }, above: "53400"),
        Row(
            testDescription: "statements that SQL prepares", limit: 3,
            set: { $0.statementsMax = $1 },
            outcome: { count, limits in
                refusal(
                    limits,
                    (0..<count).map { .prepare(name: "s\($0)", PreparedText(text: [120])) })
            }, above: "53400"),
        Row(
            testDescription: "texts that SQL declares", limit: 100,
            set: { $0.portalTextBytesMax = $1 },
            outcome: { bytes, limits in
                let text = PreparedText(text: [UInt8](repeating: 120, count: bytes))
                return refusal(limits, [.declare(portal: "c", text, holdable: false)])
            }, above: "53400"),
    ]

    static let upstream: [Row] = [
        Row(
            testDescription: "a message before ReadyForQuery", limit: 100,
            set: { $0.loginReplyBytesMax = $1 },
            outcome: { bytes, limits in
                // Its length does not count its type.
                let short = R.status("x", "").count - 1
                let value = String(repeating: "y", count: bytes - short)
                return login(R.authentication(0) + R.status("x", value), limits)
            }, above: "upstream"),
        Row(
            testDescription: "all messages before ReadyForQuery", limit: 200,
            set: { $0.loginBytesMax = $1 },
            outcome: { bytes, limits in
                let first = R.authentication(0) + R.status("x", "y")
                let short = R.status("x", "")
                let value = String(repeating: "y", count: bytes - first.count - short.count)
                return login(first + R.status("x", value), limits)
            }, above: "upstream"),
        Row(
            testDescription: "rows of a catalogue query", limit: 3,
            set: { $0.resultRowsMax = $1 },
            outcome: { count, limits in
                rows((0..<count).map { _ in R.row("a") }, limits)
            }, above: "upstream"),
    ]

    @Test(
        "threat 7: at the limit it is taken, above it there is a reason",
        arguments: startup + session + upstream)
    func limits(_ row: Row) {
        var limits = Limits()
        row.set(&limits, row.limit)
        #expect(row.outcome(row.limit, limits) == nil)
        #expect(row.outcome(row.limit + 1, limits) == row.above)
    }

    @Test(
        "threat 34: texts that are not answered count too, unnamed or not: the next one waits for the answers",
        arguments: ["", "name"])
    func pendingTexts(_ name: String) {
        var limits = Limits()
        limits.statementTextBytesMax = 100
        var script = Script(limits: limits)
        let messages = (0..<5).map { number in
            C.parse(
                name: name.isEmpty ? "" : name + String(number),
                text: String(repeating: "x", count: 50))
        }
        for message in messages { script.clientSent(message) }
        // Two leave, and the request to answer them.
        #expect(script.takeUpstream() == messages[0] + messages[1] + C.flush)
        script.serverSent(R.parseComplete, R.parseComplete)
        #expect(script.takeUpstream().starts(with: name.isEmpty ? messages[2] : []))
        #expect((script.requests.last?.refusal?.code == "53400") == !name.isEmpty)
    }

    // MARK: What the machines say

    private static func firstStep(_ bytes: [UInt8], _ limits: Limits) -> String? {
        var machine = StartupMachine(isSecure: true, limits: limits)
        return refusal(&machine, bytes)
    }

    private static func refusal(_ machine: inout StartupMachine, _ bytes: [UInt8]) -> String? {
        switch bytes.withUnsafeBytes({ machine.nextStep($0) }) {
        case .refuse(_, let error): error.code
        case .needMore: "needs more"
        default: nil
        }
    }

    /// Of a command with these changes.
    private static func refusal(_ limits: Limits, _ changes: [SessionChange]) -> String? {
        let terms = ReleaseTerms(changes: [changes], mayChangeSettings: false)
        return Script(limits: limits).machine.refusal(of: terms)?.code
    }

    /// Of commands that the server answers one after the other.
    private static func command(
        _ bytes: [UInt8], _ limits: Limits,
        _ replies: [[UInt8]] = Array(repeating: R.parseComplete, count: 3)
    ) -> String? {
        var script = Script(limits: limits)
        script.clientSent(bytes, C.sync)
        for reply in replies { script.serverSent(reply) }
        return script.requests.compactMap { $0.refusal?.code }.first
    }

    private static func login(_ bytes: [UInt8], _ limits: Limits) -> String? {
        var login = UpstreamLogin(
            UpstreamCredentials(
                user: "u", database: "d", password: nil, isEncrypted: true, channelBinding: nil,
                nonce: [UInt8](repeating: 7, count: 18)), limits: limits)
        var buffer = bytes
        while true {
            switch buffer.withUnsafeBytes({ login.nextStep($0) }) {
            case .send(_, let count): buffer.removeFirst(count)
            case .needMore, .ready: return nil
            case .fail(let failure): return "\(failure.blame)"
            }
        }
    }

    private static func rows(_ rows: [[UInt8]], _ limits: Limits) -> String? {
        var client = SimpleQueryClient(limits: limits)
        var buffer =
            R.frame("T") { $0.uint16(1) } + rows.flatMap { $0 } + R.complete("SELECT") + R.ready()
        while true {
            switch buffer.withUnsafeBytes({ client.nextStep($0) }) {
            case .consumed(let count): buffer.removeFirst(count)
            case .rows: return nil
            case .needMore: return "needs more"
            case .refused(let error, _): return error.code
            case .fail(let failure): return "\(failure.blame)"
            }
        }
    }
}
