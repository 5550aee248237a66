import Postgres
import TestKit
import Testing

private typealias C = ClientMessages

@Suite("Start-up")
struct StartupTests {
    private func step(_ machine: inout StartupMachine, _ bytes: [UInt8]) -> StartupStep {
        bytes.withUnsafeBytes { machine.nextStep($0) }
    }

    /// The code of the refusal of these parameters; `nil` when they are taken.
    private func refusal(_ parameters: [(name: String, value: String)]) -> String? {
        var machine = StartupMachine(isSecure: true)
        if case .refuse(_, let error) = step(&machine, C.startup(parameters)) { return error.code }
        return nil
    }

    @Test("an SSLRequest is answered S; a GSSENCRequest N, and then an SSLRequest may come")
    func encryption() {
        var machine = StartupMachine()
        #expect(step(&machine, C.gssEncryptionRequest) == .reply([0x4e], consuming: 8))
        #expect(step(&machine, C.sslRequest) == .startTLS(reply: [0x53], consuming: 8))
    }

    @Test("threat 1: bytes behind an SSLRequest end the connection")
    func bytesBeforeTLS() {
        var machine = StartupMachine()
        guard case .refuse(let reply, _) = step(&machine, C.sslRequest + [0]) else {
            Issue.record("not refused")
            return
        }
        #expect(reply.isEmpty)
        var later = StartupMachine()
        _ = step(&later, C.sslRequest)
        guard case .refuse = step(&later, [0]) else {
            Issue.record("not refused")
            return
        }
    }

    @Test("without TLS only a cancel is taken; a StartupMessage gets an error before any password")
    func plaintext() {
        let key = BackendKey(processID: 7, secret: 9)
        var machine = StartupMachine()
        #expect(step(&machine, C.cancelRequest(key)) == .cancel(key))
        var other = StartupMachine()
        guard case .refuse(let bytes, let error) = step(&other, C.startup([("user", "a")])) else {
            Issue.record("not refused")
            return
        }
        #expect(bytes == error.errorResponse)
        #expect(error.severity == .fatal)
    }

    @Test(
        "threat 7: impossible lengths are refused at once",
        arguments: [
            [0, 0, 0, 0], [0, 0, 0, 3], [0, 0, 0, 4], [0x7f, 255, 255, 255], [255, 255, 255, 255],
            [0, 0, 0x27, 0x11],
            [0, 0, 0, 7],
        ] as [[UInt8]])
    func lengths(_ bytes: [UInt8]) {
        for isSecure in [false, true] {
            var machine = StartupMachine(isSecure: isSecure)
            guard case .refuse = step(&machine, bytes) else {
                Issue.record("not refused")
                return
            }
        }
    }

    @Test("a start-up and its password, however they are cut")
    func whole() {
        let startup = C.startup([
            ("user", "deploy-bot"), ("database", "orders"), ("application_name", "x"),
            ("client_encoding", "utf-8"),
            ("options", "-c statement_timeout=5 --TimeZone=a\\ b"),
        ])
        let bytes = startup + C.password(Array("pw".utf8))
        for pieces in splits(of: bytes) {
            var machine = StartupMachine(isSecure: true)
            var buffer: [UInt8] = []
            var request: StartupRequest?
            for piece in pieces {
                buffer += piece
                var isMoving = true
                while isMoving {
                    switch step(&machine, buffer) {
                    case .reply(let reply, let count):
                        #expect(reply == LoginReplies.cleartextPassword)
                        buffer.removeFirst(count)
                    case .authenticate(let found, let count):
                        request = found
                        buffer.removeFirst(count)
                        isMoving = false
                    case .needMore: isMoving = false
                    default:
                        Issue.record("unexpected step")
                        return
                    }
                }
            }
            #expect(request?.principal == "deploy-bot")
            #expect(request?.target == "orders")
            #expect(request?.password == Array("pw".utf8))
            #expect(
                request?.parameters == [
                    .init(name: "application_name", value: "x"),
                    .init(name: "client_encoding", value: "UTF8"),
                    .init(name: "statement_timeout", value: "5"),
                    .init(name: "timezone", value: "a b"),
                ])
        }
    }

    @Test(
        "threat 5: a parameter that is not on the list is refused, by whatever road",
        arguments: [
            ("search_path", "x"), ("role", "x"), ("replication", "database"),
            ("session_authorization", "x"),
            ("client_encoding", "LATIN1"), ("standard_conforming_strings", "off"),
            ("SEARCH_PATH", "x"),
            ("options", "-c search_path=x"), ("options", "--role=x"),
            ("options", "-c session-authorization=x"),
            ("options", "-c\\ role=x"), ("options", "-csearch_path=x"), ("options", "-c"),
            ("options", "-h"),
            ("options", "-c client_encoding=SJIS"), ("application_name", "twice"),
            ("options", "-c APPLICATION_NAME=x"),
            ("user", "twice"), ("options", "-c x"),
        ])
    func refused(_ name: String, _ value: String) {
        let base = [
            (name: "user", value: "a"), (name: "database", value: "b"),
            (name: "application_name", value: "c"),
        ]
        #expect(refusal(base) == nil)
        #expect(refusal(base + [(name, value)]) != nil)
    }

    @Test(
        "the target is named once",
        arguments: [
            ("a", "t", true), ("a#t", "t", true), ("a#t", "a#t", true), ("a#t", "u", false),
            ("a", "", false),
            ("", "t", false), ("#t", "", false), ("a#", "", false), ("a#t", "", true),
        ])
    func target(_ user: String, _ database: String, _ isGood: Bool) {
        let parameters =
            [(name: "user", value: user)]
            + (database.isEmpty ? [] : [(name: "database", value: database)])
        #expect((refusal(parameters) == nil) == isGood)
    }

    @Test(
        "whoever is proven already is asked for no password, and what comes behind is not taken for one"
    )
    func proven() {
        var machine = StartupMachine(isSecure: true)
        machine.asksPassword = false
        let startup = C.startup([("user", "a"), ("database", "b")])
        let step = step(&machine, startup + C.password(Array("secret".utf8)))
        guard case .authenticate(let request, let count) = step, count == startup.count
        else {
            Issue.record("not taken")
            return
        }
        #expect(request.principal == "a" && request.target == "b" && request.password.isEmpty)
    }

    @Test("protocol 3.2 and unknown protocol options are answered with NegotiateProtocolVersion")
    func negotiation() {
        for (version, option) in [(3 << 16 | 2, nil), (3 << 16, "_pq_.x")] as [(UInt32, String?)] {
            var machine = StartupMachine(isSecure: true)
            let parameters =
                [("user", "a"), ("database", "b")] + (option.map { [($0, "1")] } ?? [])
            guard
                case .reply(let reply, _) = step(&machine, C.startup(parameters, version: version))
            else {
                Issue.record("no reply")
                return
            }
            #expect(reply.first == UInt8(ascii: "v"))
            #expect(reply.suffix(9) == LoginReplies.cleartextPassword[...])
        }
        var proven = StartupMachine(isSecure: true)
        proven.asksPassword = false
        let newer = C.startup([("user", "a"), ("database", "b")], version: 3 << 16 | 2)
        guard case .reply(let reply, _) = step(&proven, newer) else {
            Issue.record("no reply")
            return
        }
        #expect(reply.first == UInt8(ascii: "v"))
        #expect(reply.suffix(9) != LoginReplies.cleartextPassword[...])
        guard case .authenticate(_, consuming: 0) = step(&proven, []) else {
            Issue.record("not taken")
            return
        }
        var old = StartupMachine(isSecure: true)
        guard case .refuse = step(&old, C.startup([("user", "a")], version: 2 << 16)) else {
            Issue.record("not refused")
            return
        }
    }
}
