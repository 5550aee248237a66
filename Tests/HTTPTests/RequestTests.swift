import HTTP
import TestKit
import Testing

@Suite("Requests")
struct RequestTests {
    private func read(_ text: String) -> RequestHead? {
        var scanner = HeadScanner()
        let step = Array(text.utf8).withUnsafeBytes { RequestHead.read($0, &scanner) }
        guard case .head(let head, _) = step else { return nil }
        return head
    }

    @Test("a client's request is read part by part")
    func parts() throws {
        let head = try #require(
            read(
                lines(
                    "POST /v1.41/exec/4f/start?detachKeys=ctrl-p%2Cx&tag=a+b&t=1&t&e== HTTP/1.1",
                    "Host: gateway:7443", "User-Agent: Docker-Client/20.10.24 (linux)",
                    "Content-Length: 28", "Connection: Upgrade", "Content-Type: application/json",
                    "Upgrade: TCP", "X-Sallyport-Reason: \t mehr Platz für\tLogs ", "Accept:", "")))
        #expect(head.method == "POST")
        #expect(head.path == ["v1.41", "exec", "4f", "start"])
        #expect(
            head.query.map { [$0.name, $0.value] } == [
                ["detachKeys", "ctrl-p,x"], ["tag", "a b"], ["t", "1"], ["t", ""], ["e", "="],
            ])
        #expect(head.host == "gateway:7443")
        #expect(head.body == .length(28))
        #expect(head.upgrade == "tcp")
        #expect(!head.wantsClose && !head.expectsContinue)
        #expect(
            head.headers.all.map(\.name) == [
                "User-Agent", "Content-Type", "X-Sallyport-Reason", "Accept",
            ])
        #expect(try head.headers.value("content-TYPE") == "application/json")
        #expect(try head.headers.value("x-sallyport-reason") == "mehr Platz für\tLogs")
        #expect(try head.headers.value("Accept") == "")
        #expect(try head.headers.value("Authorization") == nil)
    }

    @Test(
        "what is read is written in one way, however it was written and cut",
        arguments: [
            (request("/", method: "GET"), "GET / HTTP/1.1|Host: engine||"),
            (request("/info?", method: "GET"), "GET /info HTTP/1.1|Host: engine||"),
            (
                request("/images/reg:5000/a/b%3atag/%6Ason", method: "GET"),
                "GET /images/reg%3A5000/a/b%3Atag/json HTTP/1.1|Host: engine||"
            ),
            (
                request("/a(b)!$&'*,;=@~/%E2%82%AC%25x/...", method: "DELETE"),
                "DELETE /a%28b%29%21%24%26%27%2A%2C%3B%3D%40~/%E2%82%AC%25x/... HTTP/1.1"
                    + "|Host: engine||"
            ),
            (
                request("/c?a=%26%3D%3b+%2B&b&c=/?&a=%0A%2525", method: "HEAD"),
                "HEAD /c?a=%26%3D%3B%20%2B&b=&c=%2F%3F&a=%0A%2525 HTTP/1.1|Host: engine||"
            ),
            (
                request("/x", "content-length: 007", "X-A:1", "x-a: \t2 "),
                "POST /x HTTP/1.1|Host: engine|X-A: 1|x-a: 2|Content-Length: 7||"
            ),
            (
                request("/x", "EXPECT: 100-Continue", "Transfer-Encoding: Chunked"),
                "POST /x HTTP/1.1|Host: engine|Transfer-Encoding: chunked|Expect: 100-continue||"
            ),
            (
                request("/x", "Connection: keep-alive , ,CLOSE", "Keep-Alive: timeout=5"),
                "POST /x HTTP/1.1|Host: engine|Connection: close||"
            ),
            (
                request("/x", "Upgrade: WebSocket", "Connection: keep-alive, Upgrade"),
                "POST /x HTTP/1.1|Host: engine|Connection: Upgrade|Upgrade: websocket||"
            ),
            (
                request("/x", "TE: trailers", "Proxy-Connection: close", "Content-Length: 0"),
                "POST /x HTTP/1.1|Host: engine|Content-Length: 0||"
            ),
        ])
    func written(_ text: String, _ expected: String) {
        for exchange in Exchange.allWays(Array(text.utf8)) {
            #expect(exchange.refusal == nil)
            #expect(exchange.heads == [expected.replacing("|", with: "\r\n")])
        }
        let again = Exchange(requests: expected.replacing("|", with: "\r\n"))
        #expect(again.heads == [expected.replacing("|", with: "\r\n")])
    }

    @Test(
        "pipelined requests are read one by one, with what belongs to each",
        arguments: [
            request("/a", "Content-Length: 5", body: "GET /")
                + request(
                    "/b", "Transfer-Encoding: chunked", body: "3\r\nabc\r\n1\r\n-\r\n0\r\n\r\n")
                + request("/c", method: "GET") + request("/d", "Content-Length: 1", body: "d")
        ])
    func pipelined(_ text: String) {
        for exchange in Exchange.allWays(Array(text.utf8)) {
            #expect(exchange.refusal == nil)
            #expect(exchange.heads.map { $0.split(separator: " ")[1] } == ["/a", "/b", "/c", "/d"])
            #expect(exchange.bodies == ["GET /", "abc-", "", "d"])
            #expect(exchange.pending == 0)
        }
    }

    @Test("a head that has not come to its end is none, wherever it was cut")
    func unfinished() {
        let bytes = Array(request("/a?b=c", "Content-Length: 5").utf8)
        for count in 0..<bytes.count {
            let exchange = Exchange(Array(bytes[..<count]))
            #expect(exchange.heads.isEmpty && exchange.refusal == nil)
        }
    }

    @Test("a field that may stand once and stands twice has no value")
    func twice() throws {
        let head = try #require(
            read(request("/x", "X-Registry-Auth: a", "x-registry-auth: b", "Accept: c")))
        #expect(throws: HTTPRefusal.self) { try head.headers.value("X-Registry-Auth") }
        #expect(head.headers.values("X-Registry-Auth") == ["a", "b"])
        #expect(try head.headers.value("Accept") == "c")
    }
}
