import Cryptography
import Foundation
import TestKit
import Testing

/// What goes into real containers and comes out of them, byte by byte, through the gateway.
@Suite("Streams of containers", .engine, .serialized, .realParts)
struct ContainerWireStreamTests {
    /// Shared by the tests: each has containers of its own.
    private static let shared = Task {
        let containers = try ContainerGateway()
        return (containers, try await containers.agent())
    }

    private typealias Opened = (containers: ContainerGateway, agent: ContainerGateway.Agent)

    private func opened() async throws -> Opened { try await Self.shared.value }

    /// Every byte there is, in every order that matters to none.
    private static func bytes(_ count: Int) -> [UInt8] {
        var state: UInt32 = 1
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24)
        }
    }

    private func head(_ opened: Opened, _ line: String, _ fields: [String] = []) -> String {
        ([
            "POST /engines/box/v1.41\(line) HTTP/1.1", "Host: localhost",
            "Authorization: Bearer \(opened.agent.token)",
        ] + fields).joined(separator: "\r\n") + "\r\n\r\n"
    }

    private static let upgrade = ["Connection: Upgrade", "Upgrade: tcp", "Content-Length: 0"]

    /// A client whose stream is a container's, which runs `line` from now on.
    private func attached(
        _ opened: Opened, _ name: String, _ line: String, _ options: [String] = []
    ) throws -> RawClient {
        let name = opened.containers.name(name)
        try opened.containers.engine.docker(
            ["create", "--name", name, "--interactive"] + options + ["bb", "sh", "-c", line])
        let client = try RawClient(opened.containers.gateway)
        client.send(
            head(
                opened, "/containers/\(name)/attach?stream=1&stdin=1&stdout=1&stderr=1",
                Self.upgrade))
        let response = try client.response()
        guard response.status == 101 else { throw Failure("\(response)") }
        try opened.containers.engine.docker(["start", name])
        return client
    }

    /// A client whose stream is a command's in a container that does nothing else.
    private func executing(
        _ opened: Opened, _ name: String, _ line: String, isTerminal: Bool = false
    ) throws -> RawClient {
        let name = opened.containers.name(name)
        try opened.containers.engine.docker(
            ["run", "--detach", "--name", name, "bb", "sleep", "1000"])
        let client = try RawClient(opened.containers.gateway)
        func post(_ line: String, _ body: String, _ fields: [String] = []) throws -> RawResponse {
            client.send(
                head(
                    opened, line,
                    [
                        "Content-Type: application/json", "Content-Length: \(body.utf8.count)",
                    ] + fields) + body)
            return try client.response()
        }
        let made = try post(
            "/containers/\(name)/exec",
            """
            {"AttachStdin":true,"AttachStdout":true,"AttachStderr":true,"Tty":\(isTerminal),\
            "Cmd":["sh","-c","\(line)"]}
            """)
        guard made.status == 201, let id = made.body.firstMatch(of: /[0-9a-f]{64}/) else {
            throw Failure("\(made)")
        }
        let response = try post(
            "/exec/\(id.output)/start", "{\"Tty\":\(isTerminal)}",
            ["Connection: Upgrade", "Upgrade: tcp"])
        guard response.status == 101 else { throw Failure("\(response)") }
        return client
    }

    /// What came in frames, by its stream.
    private func frames(_ bytes: [UInt8]) throws -> [UInt8: [UInt8]] {
        var streams: [UInt8: [UInt8]] = [:]
        var rest = bytes[...]
        while !rest.isEmpty {
            guard rest.count >= 8 else { throw Failure("a cut frame") }
            let head = Array(rest.prefix(8))
            let count = head[4...].reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(8)
            guard rest.count >= count else { throw Failure("a cut frame") }
            streams[head[0], default: []] += rest.prefix(count)
            rest = rest.dropFirst(count)
        }
        return streams
    }

    @Test(
        "fifty megabytes go in and come out as they were, errors apart, and the input's end is the command's",
        arguments: [false, true])
    func framed(isExec: Bool) async throws {
        let opened = try await opened()
        let line = "cat; echo at its end >&2"
        let client =
            isExec
            ? try executing(opened, "framed-exec", line) : try attached(opened, "framed", line)
        let bytes = Self.bytes(50 << 20)
        client.send(bytes)
        client.endInput()
        let streams = try frames(try client.restBytes())
        #expect(streams[1] == bytes)
        #expect(streams[2] == Array("at its end\n".utf8))
        #expect(streams.count == 2)
    }

    @Test("a terminal's bytes are what they are, in both directions", arguments: [false, true])
    func terminal(isExec: Bool) async throws {
        let opened = try await opened()
        let line = "stty raw -echo; read line; echo ready; exec cat"
        let client =
            isExec
            ? try executing(opened, "tty-exec", line, isTerminal: true)
            : try attached(opened, "tty", line, ["--tty"])
        client.send("go\n")
        _ = try client.read(until: "ready\n")
        // The keys that the engine takes for leaving are not among them.
        let bytes = Self.bytes(1 << 20).map { $0 == 0x10 ? 0x11 : $0 }
        client.send(bytes)
        #expect(try client.read(bytes.count) == bytes)
        client.close()
    }

    @Test("what was recorded of a stream is what came, and is found and played")
    func recorded() async throws {
        let opened = try await opened()
        let gateway = opened.containers.gateway
        let name = "recorded"
        let client = try executing(
            opened, name, "seq 1 20000; echo that was wrong >&2; cat")
        client.send("typed\n")
        client.endInput()
        let streams = try frames(try client.restBytes())
        let lines = (1...20_000).map { "\($0)\n" }.joined()
        #expect(streams[1] == Array((lines + "typed\n").utf8))
        var session = ""
        try await until("the session is filed") {
            let found = try await gateway.person("alice", ["search", "that was wrong"])
            session = found.out.firstMatch(of: /ses_[a-z0-9]+/).map { String($0.output) } ?? ""
            return !session.isEmpty
        }
        let story = try await gateway.person("alice", ["session", session])
        #expect(story.out.contains(opened.containers.name(name)), "\(story)")
        let played = try await gateway.person("alice", ["play", session, "--speed", "0", "--raw"])
        #expect(played.status == 0)
        // Of two streams the order among each other is not known.
        #expect(
            played.out.replacing("that was wrong\n", with: "") == lines + "typed\n",
            "\(played.out.count) \(played.err)")
    }

    @Test("a killed session ends its stream, and is on the record as killed")
    func killed() async throws {
        let opened = try await opened()
        let gateway = opened.containers.gateway
        let client = try attached(opened, "killed", "read line; echo ready; exec cat")
        client.send("go\n")
        _ = try client.read(until: "ready\n")
        // A session is listed a moment after it began.
        try await until("it is killed, and on the record") {
            let listed = try await gateway.person("alice", ["sessions", "--open", "--json"])
            for session in Set(listed.out.matches(of: /ses_[a-z0-9]+/).map { String($0.output) }) {
                _ = try await gateway.person(
                    "alice", ["kill", session, "--reason", "enough of it"])
            }
            return try gateway.entered("session-closed").contains { $0.contains("enough of it") }
        }
        _ = try client.rest()
    }
}
