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
    func events(text: String, expected: [String]) {
        for parts in splits(of: Array(text.utf8)) {
            var parser = ServerSentEventParser()
            let events = parts.flatMap { parser.feed($0) }
            #expect(events.map { "\($0.kind)|\($0.data)" } == expected)
        }
    }

    @Test("an event that is too large is told by its kind alone, and those behind it are whole")
    func tooLarge() {
        let line = "data: " + String(repeating: "x", count: 65_530) + "\n"
        for large in [line + line, String(repeating: "data: x\r\n", count: 20_000)] {
            let text = "event: opened\n\(large)\nevent: ended\ndata: {}\n\n"
            for size in [1, 7, 65_536, text.utf8.count] {
                var parser = ServerSentEventParser()
                var events: [ServerSentEvent] = []
                var rest = Array(text.utf8)[...]
                while !rest.isEmpty {
                    events += parser.feed(rest.prefix(size))
                    rest = rest.dropFirst(size)
                }
                #expect(
                    events == [
                        ServerSentEvent(kind: "opened", data: "", isTooLarge: true),
                        ServerSentEvent(kind: "ended", data: "{}"),
                    ])
            }
        }
    }

    @Test("an event of the largest size is whole, one byte more is not", arguments: [0, 1])
    func largest(more: Int) {
        let frame = "data: \n\n".utf8.count
        let data = String(repeating: "x", count: Limits.eventBytesMax - frame + more)
        var parser = ServerSentEventParser()
        let events = parser.feed(Array("data: \(data)\n\n".utf8))
        #expect(events.map(\.isTooLarge) == [more == 1])
        #expect(events.map(\.data) == [more == 1 ? "" : data])
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
