import HTTP
import TestKit
import Testing

/// What cannot be read cannot be written either, whoever asks for it.
@Suite("Writing HTTP")
struct WritingTests {
    @Test(
        "threat 28: no field ends its line, frames a body or belongs to the connection",
        arguments: [
            ("X", "a\r\nContent-Length: 5"), ("X", "a\nb"), ("X", "a\rb"), ("X", "a\0b"),
            ("X", "\u{7F}"), ("", "a"), ("X Y", "a"), ("X:", "a"), ("X\r\nY", "a"),
            ("\u{212A}", "a"),
            ("Content-Length", "5"), ("content-length", "5"), ("Transfer-Encoding", "chunked"),
            ("Connection", "close"), ("HOST", "a"), ("Upgrade", "tcp"), ("Expect", "100-continue"),
            ("Trailer", "X"), ("TE", "trailers"), ("Keep-Alive", "a"), ("Proxy-Connection", "a"),
        ])
    func fields(_ name: String, _ value: String) {
        #expect(HeaderField(name, value) == nil)
        #expect(([name: value, "Accept": "b"] as HeaderFields).all.map(\.name) == ["Accept"])
    }

    @Test("threat 28: a request that a reader would refuse is not made")
    func requests() {
        func isMade(
            _ method: String = "GET", _ path: [String] = ["a"], host: String = "engine",
            _ body: BodyFraming = .length(1), upgrade: String? = nil
        ) -> Bool {
            RequestHead(
                method: method, path: path, host: host, body: body, upgrade: upgrade,
                expectsContinue: true) != nil
        }
        #expect(isMade())
        for method in ["", "get", "GET /", "GET\r\n", "CONNECT"] { #expect(!isMade(method)) }
        for segment in ["", ".", "..", "a/b", "a\\b", "\r\n", "\0", "%41", "a%2f", "\u{7F}"] {
            #expect(!isMade("GET", ["a", segment]), "\(segment)")
        }
        for segment in ["%", "%4", "%g0", "...", "a b", "?", "#", "é", ";"] {
            #expect(isMade("GET", [segment, "a"]), "\(segment)")
        }
        for host in ["", "a b", "a\r\nX: b", "a/b", "ä"] { #expect(!isMade(host: host)) }
        for body in [
            BodyFraming.empty, .length(0), .length(-1), .length(.max), .untilClose, .upgraded,
        ] {
            #expect(!isMade("GET", ["a"], body))
        }
        for upgrade in ["", "a b", "tcp\r\nX: a", "a,b"] { #expect(!isMade(upgrade: upgrade)) }
    }

    @Test("a response that a reader would refuse is not made")
    func responses() {
        let impossible: [(Int, BodyFraming, String?)] = [
            (99, .empty, nil), (600, .empty, nil), (204, .length(0), nil), (304, .chunked, nil),
            (100, .length(1), nil), (101, .empty, "tcp"), (101, .upgraded, nil),
            (200, .upgraded, nil), (200, .length(1), "tcp"), (101, .upgraded, "tcp\r\nX: a"),
            (200, .length(-1), nil), (204, .untilClose, nil),
        ]
        for (status, body, upgrade) in impossible {
            #expect(
                ResponseHead(status: status, body: body, upgrade: upgrade) == nil,
                "\(status) \(body)")
        }
    }

    @Test("every character of a path and a query is read as it was written")
    func characters() throws {
        let odd = String(
            decoding: (0x20...0x7E).filter { ![0x2F, 0x5C].contains($0) }, as: UTF8.self)
        let segments = [odd, "é\u{1F40B}", "a", "%", "..."]
        let query = [
            QueryParameter(odd, "/\\\r\n\u{1}"), QueryParameter("é", ""),
            QueryParameter("%41", "%2B+"),
        ]
        let made = try #require(
            RequestHead(
                method: "PUT", path: segments, query: query, host: "[::1]:80",
                headers: ["X": "a"], body: .chunked, wantsClose: true, upgrade: "a/1"))
        var scanner = HeadScanner()
        let step = made.bytes.withUnsafeBytes { RequestHead.read($0, &scanner) }
        guard case .head(let head, let count) = step else {
            Issue.record("not read")
            return
        }
        #expect(count == made.bytes.count && head.bytes == made.bytes)
        #expect(head.path.map { Array($0.utf8) } == segments.map { Array($0.utf8) })
        #expect(
            head.query.map { [Array($0.name.utf8), Array($0.value.utf8)] }
                == query.map { [Array($0.name.utf8), Array($0.value.utf8)] })
        #expect(head.host == "[::1]:80" && head.body == .chunked && head.wantsClose)
        #expect(head.upgrade == "a/1")
        let plain = made.bytes.allSatisfy { $0 == 13 || $0 == 10 || (0x20..<0x7F).contains($0) }
        #expect(plain)
    }

    @Test(
        "a response without a body says that it has none, where it could have one",
        arguments: [(200, true), (404, true), (204, false), (304, false), (100, false)])
    func emptyBody(_ status: Int, _ hasLength: Bool) throws {
        let head = try #require(ResponseHead(status: status))
        let text = String(decoding: head.bytes, as: UTF8.self)
        #expect(text.contains("\r\nContent-Length: 0\r\n") == hasLength)
    }
}
