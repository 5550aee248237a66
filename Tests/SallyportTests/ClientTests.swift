import TestKit
import Testing

@testable import ControlClient

@Suite("What the client reads")
struct ClientTests {
    @Test(
        "an event stream is the same however its bytes are cut",
        arguments: [
            (": watching\n\nevent: opened\ndata: {}\n\n", ["opened|{}"]),
            ("data: a\ndata: b\n\n", ["message|a\nb"]), ("data:a\n\n", ["message|a"]),
            ("data:  a\n\n", ["message| a"]), ("event: x\n\ndata: y\n\n", ["message|y"]),
            ("event: x\r\ndata: y\r\n\r\n", ["x|y"]), ("data\n\n", ["message|"]),
            ("id: 7\nretry: 1\nfoo: bar\ndata: y\n\n", ["message|y"]),
            ("event:\ndata: y\n\n", ["message|y"]),
            ("data: whole\n\ndata: half\n", ["message|whole"]),
            (
                "event: ended\ndata: {\"text\":\"漢 ü 👍\"}\n\n: still here\n\n",
                ["ended|{\"text\":\"漢 ü 👍\"}"]
            ),
            ("", []), ("\n\n\n", []),
        ])
    func events(text: String, expected: [String]) throws {
        for parts in splits(of: Array(text.utf8)) {
            var parser = ServerSentEventParser()
            let events = try parts.flatMap { try parser.feed($0) }
            #expect(events.map { "\($0.kind)|\($0.data)" } == expected)
        }
    }

    @Test("an event without end is given up, in one line or in many")
    func endless() throws {
        for line in ["data: " + String(repeating: "x", count: 65_530), "data: x\n", ": x\n"] {
            var parser = ServerSentEventParser()
            #expect(throws: ControlClientError.self) {
                for _ in 0...(Limits.eventBytesMax / line.utf8.count + 1) {
                    _ = try parser.feed(Array(line.utf8))
                }
            }
        }
    }

    @Test(
        "a gateway's address",
        arguments: [
            ("localhost:7443", "localhost:7443"), ("localhost", "localhost:7443"),
            ("10.0.0.1:1", "10.0.0.1:1"), ("[::1]:65535", "[::1]:65535"), ("[::1]", "[::1]:7443"),
            ("gw.example.com:443", "gw.example.com:443"), ("", nil), (":7443", nil), ("[]:1", nil),
            ("[::1", nil), ("[::1]7443", nil), ("::1", nil), ("a:b", nil), ("a:", nil),
            ("a:0", nil),
            ("a:65536", nil), ("a:-1", nil), ("a:+1", nil), ("a:1:2", nil), ("https://a:1", nil),
            ("a: 1", nil), ("a:１", nil),
        ])
    func address(text: String, expected: String?) {
        #expect(GatewayAddress(text)?.description == expected)
    }
}
