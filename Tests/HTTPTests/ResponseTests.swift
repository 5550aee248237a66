import HTTP
import TestKit
import Testing

@Suite("Responses")
struct ResponseTests {
    private func framing(_ text: String, to method: String, upgrade: String? = nil) -> BodyFraming?
    {
        var scanner = HeadScanner()
        let step = Array(text.utf8).withUnsafeBytes {
            ResponseHead.read($0, &scanner, to: method, upgrade: upgrade)
        }
        guard case .head(let head, _) = step else { return nil }
        return head.body
    }

    private static let length = "Content-Length: 5"
    private static let chunked = "Transfer-Encoding: chunked"

    @Test(
        "a response's body is framed by its status, the request's method and its fields",
        arguments: [
            ("GET", 200, [length], .length(5)), ("GET", 200, [chunked], .chunked),
            ("GET", 200, [], .untilClose), ("POST", 500, [length], .length(5)),
            ("POST", 201, ["Content-Length: 0"], .length(0)), ("HEAD", 200, [], .empty),
            ("HEAD", 200, [length], .empty), ("HEAD", 404, [chunked], .empty),
            ("GET", 304, [], .empty), ("GET", 304, [length], .empty),
            ("GET", 304, [chunked], .empty),
            ("GET", 204, [], .empty), ("POST", 100, [], .empty), ("GET", 103, ["Link: a"], .empty),
            ("POST", 101, [], nil), ("GET", 204, [length], nil), ("GET", 204, [chunked], nil),
            ("POST", 100, [length], nil), ("GET", 200, [length, chunked], nil),
            ("GET", 304, [length, chunked], nil), ("HEAD", 200, [length, length], nil),
            ("GET", 200, [length, "Content-Length: 6"], nil), ("GET", 200, ["Trailer: X"], nil),
            ("GET", 200, ["Transfer-Encoding: gzip"], nil),
        ] as [(String, Int, [String], BodyFraming?)])
    func framing(_ method: String, _ status: Int, _ fields: [String], _ expected: BodyFraming?) {
        let head = ["HTTP/1.1 \(status) Text"] + fields + [""]
        let text = head.map { $0 + "\r\n" }.joined()
        #expect(framing(text, to: method) == expected)
        #expect((Exchange(responses: text, to: method).refusal?.status == 502) == (expected == nil))
    }

    @Test(
        "the connection changes to the protocol that was asked for, or the answer is refused",
        arguments: [
            (["Connection: Upgrade", "Upgrade: tcp"], "tcp", true),
            (["Upgrade: TCP", "connection: upgrade"], "Tcp", true),
            (["Connection: Upgrade", "Upgrade: tcp"], "h2c", false),
            (["Connection: Upgrade", "Upgrade: tcp"], nil, false),
            (["Upgrade: tcp"], "tcp", false), (["Connection: Upgrade"], "tcp", false),
            ([], "tcp", false), (["Connection: Upgrade", "Upgrade: tcp, h2c"], "tcp", false),
            (["Connection: Upgrade", "Upgrade: tcp", length], "tcp", false),
            (["Connection: Upgrade", "Upgrade: tcp", chunked], "tcp", false),
        ] as [([String], String?, Bool)])
    func upgrade(_ fields: [String], _ asked: String?, _ isTaken: Bool) {
        let head = ["HTTP/1.1 101 UPGRADED"] + fields + [""]
        let text = head.map { $0 + "\r\n" }.joined()
        #expect((framing(text, to: "POST", upgrade: asked) == .upgraded) == isTaken)
        for exchange in Exchange.allWays(
            Array((text + "GET /\u{1}\r\n").utf8), to: "POST", upgrade: asked)
        {
            #expect((exchange.refusal == nil) == isTaken)
            #expect(exchange.bodies == (isTaken ? ["GET /\u{1}\r\n"] : []))
        }
    }

    @Test(
        "an offer of a protocol changes nothing",
        arguments: ["Upgrade: h2c", "Connection: Upgrade"])
    func offer(_ field: String) {
        let text = "HTTP/1.1 426 Upgrade Required\r\n\(field)\r\nContent-Length: 0\r\n\r\n"
        #expect(framing(text, to: "GET") == .length(0))
    }

    @Test(
        "what is no response of HTTP/1.1 is refused",
        arguments: [
            "HTTP/1.0 200 OK", "HTTP/2 200", "HTTP/1.1 200", "HTTP/1.1  200 OK", "HTTP/1.1 20 OK",
            "HTTP/1.1 2000 OK", "HTTP/1.1 099 OK", "HTTP/1.1 600 OK", "HTTP/1.1 +20 OK",
            "http/1.1 200 OK", "HTTP/1.1\t200 OK", "HTTP/1.1 200\tOK", "GET / HTTP/1.1",
            " HTTP/1.1 200 OK", "HTTP/1.1 ２00 OK", "\u{FEFF}HTTP/1.1 200 OK", "HTTP/1.1 200 O\u{1}",
            "HTTP/1.1 200 OK\nX: a", "ICY 200 OK",
        ])
    func firstLine(_ line: String) {
        for exchange in Exchange.allWays(Array((line + "\r\n\r\n").utf8), to: "GET") {
            #expect(exchange.refusal?.status == 502)
            #expect(exchange.heads.isEmpty)
        }
    }

    @Test(
        "a response is written in one way, with the reason that its status has, however it was cut")
    func written() {
        let text =
            lines(
                "HTTP/1.1 404 \u{1F40B} gone", "Api-Version: 1.41", "content-length:  3",
                "Keep-Alive: timeout=5", "Connection: Close", "X-Note:   a\tb ", "") + "no\n"
        let expected = lines(
            "HTTP/1.1 404 Not Found", "Api-Version: 1.41", "X-Note: a\tb", "Content-Length: 3",
            "Connection: close", "")
        for exchange in Exchange.allWays(Array(text.utf8), to: "GET") {
            #expect(exchange.refusal == nil && exchange.pending == 0)
            #expect(exchange.heads == [expected] && exchange.bodies == ["no\n"])
        }
    }

    @Test("what comes before the response is an interim one")
    func interim() {
        let text =
            String(decoding: ResponseHead.goOn, as: UTF8.self)
            + lines("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "") + "1\r\na\r\n0\r\n\r\n"
        for exchange in Exchange.allWays(Array(text.utf8), to: "POST") {
            #expect(exchange.refusal == nil && exchange.pending == 0)
            #expect(exchange.heads.count == 2 && exchange.bodies == ["", "a"])
        }
        for status in 100...599 {
            let head = ResponseHead(
                status: status, body: status == 101 ? .upgraded : .empty,
                upgrade: status == 101 ? "tcp" : nil)
            #expect(head?.isInterim == (status < 200 && status != 101))
        }
    }
}
