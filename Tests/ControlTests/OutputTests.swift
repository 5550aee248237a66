import Cryptography
import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Control
@testable import Gateway
@testable import Recording

// A person may ask for few such answers at once.
@Suite("What programs wrote, over the control API", .serialized)
struct OutputTests {
    /// A session of deploy-bot's with a program that wrote `output`.
    private func session(
        _ control: RunningControl, _ output: [[UInt8]], input: [UInt8]? = nil
    ) async throws -> String {
        let id = SessionID(rawValue: Random.identifier("ses_"))
        let loop = try control.services.recorder.makeLoopRecorder()
        let recording = try loop.begin(
            SessionOpened(
                session: id, principal: principal("deploy-bot"), owner: principal("alice"),
                target: try required(TargetName("orders")), credential: "token:x",
                address: "127.0.0.1:5", application: "test", at: control.services.clock.wall()))
        try recording.shell(
            ShellStart(
                size: TerminalSize(columns: 80, rows: 24), term: "xterm",
                command: [Array("cat".utf8), [0xFF]]))
        try recording.action(
            ActionEvent(
                number: 1, kind: .exec, statement: Array("cat".utf8), values: [], verdict: .allow,
                rules: ["p/r"], policyVersion: "version-1", digest: SHA256.hash(id.rawValue),
                microseconds: 10))
        for (index, bytes) in output.enumerated() {
            try bytes.withUnsafeBytes {
                try recording.output($0, stream: .terminal, microseconds: UInt64(index) * 1_000)
            }
        }
        try recording.resized(TerminalSize(columns: 100, rows: 30))
        if let input {
            try input.withUnsafeBytes { try recording.input($0, microseconds: 1_000_000) }
        }
        try loop.commit()
        try await control.services.recorder.settle()
        return id.rawValue
    }

    private func events(_ answer: RawAnswer) throws -> [[String: Any]] {
        try #require(answer.object["events"] as? [[String: Any]])
    }

    @Test("comes byte by byte in base64, and is left out where it is not wanted")
    func bytes() async throws {
        let control = try await RunningControl.shared.value
        let id = try await session(control, [[0x1B, 0xFF, 0], Array("text\n".utf8)])
        let token = try await control.token(of: "alice")
        let all = try events(
            try await control.call("GET", "/v1/sessions/\(id)", token: token))
        #expect(
            all.compactMap { $0["kind"] as? String }
                == ["opened", "shell", "action", "output", "output", "resized"])
        #expect(all.compactMap { $0["data"] as? String } == ["G/8A", "dGV4dAo="])
        #expect(all[3]["stream"] as? String == "terminal")
        #expect(all[1]["values"] as? [String] == ["cat", "\\xff"])
        #expect(all[1]["columns"] as? Int == 80 && all[5]["rows"] as? Int == 30)
        #expect(all[2]["action"] as? String == "exec" && all[2]["parent"] == nil)
        let few = try events(
            try await control.call("GET", "/v1/sessions/\(id)?output=0", token: token))
        #expect(
            few.compactMap { $0["kind"] as? String } == ["opened", "shell", "action", "resized"])
        let bad = try await control.call("GET", "/v1/sessions/\(id)?output=1", token: token)
        #expect(bad.status == 400)
    }

    @Test("what was given to programs to read is of a kind of its own, and left out as well")
    func input() async throws {
        let control = try await RunningControl.shared.value
        let id = try await session(control, [Array("x".utf8)], input: [0xFF, 0x0D])
        let token = try await control.token(of: "alice")
        let all = try events(try await control.call("GET", "/v1/sessions/\(id)", token: token))
        #expect(all.last?["kind"] as? String == "input")
        #expect(all.last?["data"] as? String == "/w0=" && all.last?["stream"] == nil)
        let answer = try await control.call("GET", "/v1/sessions/\(id)?output=0", token: token)
        #expect(try events(answer).last?["kind"] as? String == "resized")
        let item = try #require(answer.object["session"] as? [String: Any])
        #expect(item["output"] as? Int == 1)
    }

    @Test("threat 34: comes in pages that end where they are full, each byte once")
    func pages() async throws {
        let control = try await RunningControl.shared.value
        let output = (0..<160).map { [UInt8](repeating: UInt8($0), count: 65_536) }
        let id = try await session(control, output)
        let token = try await control.token(of: "alice")
        var found: [UInt8] = []
        var pages = 0
        var after = ""
        while true {
            let answer = try await control.call("GET", "/v1/sessions/\(id)\(after)", token: token)
            try #require(answer.status == 200, "\(answer.status)")
            #expect(answer.body.utf8.count < ControlLimits.pageBytesMax + (1 << 20))
            pages += 1
            let events = try events(answer)
            found += events.compactMap {
                ($0["data"] as? String).flatMap { Data(base64Encoded: $0) }
            }
            .joined()
            guard answer.object["isPart"] as? Bool == true else { break }
            after = "?after=\(try #require(events.last?["sequence"] as? Int))"
        }
        #expect(found == Array(output.joined()) && pages == 4)
    }

    @Test(
        "threat 27: a search in a session is for who may see it, in all of its output, part by part"
    )
    func search() async throws {
        let control = try await RunningControl.shared.value
        // More lines of one event than an answer has room for would be cut; these are not.
        let id = try await session(
            control,
            (0..<60).map { part in Array((0..<20).map { "needle \(part) \($0)\n" }.joined().utf8) })
        let token = try await control.token(of: "alice")
        var found: [String] = []
        var parts = 0
        var after = ""
        while true {
            let answer = try await control.call(
                "GET", "/v1/search?q=needle&session=\(id)\(after)", token: token)
            try #require(answer.status == 200, "\(answer.body)")
            parts += 1
            found += answer.hits.compactMap { $0["text"] as? String }
            guard let next = answer.object["next"] as? Int else { break }
            after = "&after=\(next)"
        }
        #expect(found == (0..<60).flatMap { part in (0..<20).map { "needle \(part) \($0)" } })
        #expect(parts == 3)
        for (name, query, status) in [
            ("frank", "session=\(id)", 404), ("carol", "session=\(id)", 200),
            ("alice", "session=x", 404),
            ("alice", "session=\(id)&target=orders", 400), ("alice", "after=3", 400),
            ("alice", "session=\(id)&after=x", 400),
        ] {
            let answer = try await control.call(
                "GET", "/v1/search?q=needle&\(query)", token: try await control.token(of: name))
            #expect(answer.status == status, "\(name) \(query)")
        }
        let all = try await control.call("GET", "/v1/search?q=needle", token: token)
        #expect(all.object["partlyIndexed"] as? Int != nil && all.object["next"] == nil)
        #expect(all.hits.first?["milliseconds"] as? Int != nil)
    }
}
