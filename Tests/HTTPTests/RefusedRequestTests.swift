import HTTP
import TestKit
import Testing

/// Every request here is refused with its status however it is cut, and nothing behind it is read.
@Suite("Refused requests")
struct RefusedRequestTests {
    private func expectRefused(_ text: String, _ status: Int, _ comment: Comment) {
        expectRefused(Array((text + request("/next", method: "GET")).utf8), status, comment)
    }

    private func expectRefused(_ bytes: [UInt8], _ status: Int, _ comment: Comment) {
        for exchange in Exchange.allWays(bytes) {
            #expect(exchange.refusal?.status == status, comment)
            #expect(!exchange.heads.contains { $0.contains("/next") }, comment)
        }
    }

    @Test(
        "threat 28: a body is framed in one way or the request is refused",
        arguments: [
            ("both at once", ["Content-Length: 5", "Transfer-Encoding: chunked"], 400),
            (
                "both, the other way round", ["Transfer-Encoding: chunked", "Content-Length: 5"],
                400
            ),
            ("both, no length", ["Transfer-Encoding: chunked", "Content-Length: 0"], 400),
            ("two lengths", ["Content-Length: 5", "Content-Length: 6"], 400),
            ("the same length twice", ["Content-Length: 5", "content-length: 5"], 400),
            ("a list of lengths", ["Content-Length: 5, 5"], 400),
            ("a sign", ["Content-Length: +5"], 400),
            ("a negative length", ["Content-Length: -5"], 400),
            ("no number", ["Content-Length: 0x5"], 400),
            ("a fraction", ["Content-Length: 5.0"], 400),
            ("digits of another script", ["Content-Length: ５"], 400),
            ("no digits", ["Content-Length:"], 400),
            ("white space inside", ["Content-Length: 1 2"], 400),
            ("too many digits", ["Content-Length: 0000000000000000005"], 400),
            ("more than an Int", ["Content-Length: 18446744073709551621"], 400),
            ("white space before the colon", ["Content-Length : 5"], 400),
            ("a tab before the colon", ["Transfer-Encoding\t: chunked"], 400),
            ("another coding", ["Transfer-Encoding: gzip"], 501),
            ("two codings", ["Transfer-Encoding: gzip, chunked"], 501),
            ("chunked twice", ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], 400),
            ("chunked twice in a list", ["Transfer-Encoding: chunked, chunked"], 501),
            ("identity", ["Transfer-Encoding: identity"], 501),
            ("almost chunked", ["Transfer-Encoding: xchunked"], 501),
            ("a parameter", ["Transfer-Encoding: chunked;q=1"], 501),
            ("quoted", ["Transfer-Encoding: \"chunked\""], 501),
            ("a vertical tab", ["Transfer-Encoding: \u{B}chunked"], 400),
            ("no coding", ["Transfer-Encoding:"], 501),
            ("a Kelvin sign", ["Transfer-Encoding: chun\u{212A}ed"], 501),
            ("folded", ["Transfer-Encoding:", " chunked"], 400),
            ("folded with a tab", ["X: a", "\tTransfer-Encoding: chunked"], 400),
            ("trailers announced", ["Transfer-Encoding: chunked", "Trailer: X"], 400),
            ("named by the connection", ["Connection: Content-Length", "Content-Length: 5"], 400),
        ])
    func framing(_ what: String, _ fields: [String], _ status: Int) {
        let head = ["POST /x HTTP/1.1", "Host: engine"] + fields + [""]
        expectRefused(head.map { $0 + "\r\n" }.joined() + "0\r\n\r\n", status, "\(what)")
    }

    @Test(
        "threat 28: a path that could be read in another way is refused",
        arguments: [
            "//", "/a//b", "/a/", "/a/?q", "/.", "/..", "/a/./b", "/a/../b", "/a/..", "/%2e",
            "/%2E.",
            "/a/.%2e/b", "/a/%2e%2e", "/a%2fb", "/a%2Fb", "/%5c", "/a\\b", "/a%00", "/%0a", "/%7f",
            "/%1b", "/%252e", "/a%252Fb", "/%25%34%31", "/a%2541", "/%", "/%4", "/%zz", "/%-1",
            "/%c0%ae", "/%ff", "/%ed%a0%80", "/%e2%82", "/a#b", "/#", "/é", "/\"", "/a|b", "/{a}",
            "/^", "/`", "/<", "/[a]", "", "a", "*", "http://engine/a", "engine:80", "?a", "\\a",
            "/a%20b/%u0041", "/%2", "/+/%",
        ])
    func paths(_ path: String) {
        expectRefused("GET \(path) HTTP/1.1\r\nHost: engine\r\n\r\n", 400, "\(path)")
    }

    @Test(
        "threat 28: a query that could be read in another way is refused",
        arguments: [
            "a;b", "a=1;b=2", "a=%", "a=%4", "a=%g0", "%=a", "a=%00", "%00=a", "a=%ff", "a=%c0%80",
            "=a", "&", "a&&b", "a&", "&a", "a=#", "a=\"", "a={}", "a=[", "a=é", "a=|", "a=\\",
            "a=^",
        ])
    func queries(_ query: String) {
        expectRefused(request("/x?\(query)", method: "GET"), 400, "\(query)")
    }

    @Test(
        "a first line that is not a request's of HTTP/1.1 is refused",
        arguments: [
            ("GET / HTTP/1.0", 505), ("GET / HTTP/1.2", 505), ("GET / HTTP/2", 505),
            ("GET / HTTP/01.1", 505), ("PRI * HTTP/2.0", 505), ("GET / http/1.1", 400),
            ("GET / HTTP", 400), ("GET /", 400), ("GET", 400), ("GET  / HTTP/1.1", 400),
            ("GET / HTTP/1.1 ", 400), ("GET /  HTTP/1.1", 400), ("GET /a b HTTP/1.1", 400),
            ("GET\t/ HTTP/1.1", 400), ("get / HTTP/1.1", 400), ("GEt / HTTP/1.1", 400),
            ("GET1 / HTTP/1.1", 400), ("M-SEARCH / HTTP/1.1", 400), ("GÈT / HTTP/1.1", 400),
            ("ABCDEFGHIJKLMNOPQRSTU / HTTP/1.1", 400), ("CONNECT engine:80 HTTP/1.1", 501),
            (" GET / HTTP/1.1", 400), ("HTTP/1.1 200 OK", 400),
        ])
    func firstLine(_ line: String, _ status: Int) {
        expectRefused(line + "\r\nHost: engine\r\n\r\n", status, "\(line)")
    }

    @Test(
        "a line ends with CR LF and in no other way, and holds no control byte",
        arguments: [
            "GET / HTTP/1.1\nHost: engine\r\n\r\n", "GET / HTTP/1.1\r\nHost: engine\n\r\n",
            "GET / HTTP/1.1\r\nHost: engine\r\n\n", "GET / HTTP/1.1\rHost: engine\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: engine\r\r\n\r\n", "GET / HTTP/1.1\r\nHost: engine\r\n\r\r\n",
            "GET / HTTP/1.1\r\nHost: engine\r\nX: a\0b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: engine\r\nX: a\u{7F}b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: engine\r\nX: a\rY: b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: engine\r\nX: \u{1}\r\n\r\n",
            "\r\nGET / HTTP/1.1\r\nHost: engine\r\n\r\n", "\nGET / HTTP/1.1\r\n\r\n",
            "GET /\u{B}HTTP/1.1\r\nHost: engine\r\n\r\n", "\u{16}\u{3}\u{1}",
            "GET / HTTP/1.1\r\n Host: engine\r\n\r\n", "GET / HTTP/1.1\r\nX: a\r\n \r\n\r\n",
        ])
    func lineEnds(_ text: String) { expectRefused(text, 400, "\(text.debugDescription)") }

    @Test(
        "a field that is none, or that the connection cannot have, is refused",
        arguments: [
            ("X", 400), (": a", 400), ("X Y: a", 400), ("X : a", 400), ("X\": a", 400),
            ("X(: a", 400), ("X\u{E9}: a", 400), ("Host: other", 400), ("host: engine", 400),
            ("Connection: X-Sallyport-Reason", 400), ("Connection: TE", 400),
            ("Connection: clo se", 400), ("Connection: \"close\"", 400),
            ("Connection: Upgrade", 400),
            ("Upgrade: tcp", 400), ("Expect: 100-continue", 400), ("Expect: 200-ok", 417),
            ("Expect: 100-continue, x", 417), ("Expect:", 417), ("Trailer: X", 400),
            ("Trailer:", 400),
        ])
    func fields(_ field: String, _ status: Int) {
        expectRefused(request("/x", field, method: "GET"), status, "\(field)")
    }

    @Test(
        "an upgrade names one protocol, in one field",
        arguments: [["tcp", "h2c"], ["tcp, h2c"], [""], ["a/b/c"], ["/"], ["a/"], ["t cp"]])
    func upgrades(_ values: [String]) {
        let fields = values.map { "Upgrade: \($0)\r\n" }.joined()
        expectRefused(
            "GET / HTTP/1.1\r\nHost: engine\r\nConnection: Upgrade\r\n\(fields)\r\n", 400,
            "\(values)")
    }

    @Test(
        "a request names one host, or is refused",
        arguments: [
            "Host:", "Host: a b", "Host: a/b", "Host: a,b", "Host: user@a", "Host: %61", "Host: ä",
            "Host: a\r\nHost: a", "X: a", "Host: a?b", "Host: a#", "Host: a\\b",
            "Host: " + String(repeating: "a", count: HTTPLimits.hostBytesMax + 1),
        ])
    func hosts(_ field: String) {
        expectRefused("GET / HTTP/1.1\r\n\(field)\r\n\r\n", 400, "\(field)")
    }

    @Test("a value that is not UTF-8 is refused", arguments: [[0xFF], [0xC3], [0xC0, 0x80]])
    func encoding(_ value: [UInt8]) {
        let head = Array("GET / HTTP/1.1\r\nHost: engine\r\nX: ".utf8) + value
        expectRefused(head + Array("\r\n\r\n".utf8), 400, "\(value)")
    }
}
