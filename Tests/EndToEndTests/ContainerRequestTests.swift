import Foundation
import TestKit
import Testing

/// The engine's API byte by byte: what a client may send, when, and what becomes of it.
@Suite("Requests to a container engine", .engine, .serialized, .realParts)
struct ContainerRequestTests {
    private static let shared = Task {
        let containers = try ContainerGateway()
        return (containers, try await containers.agent())
    }

    private static let place = "/engines/box/v1.41"

    private func request(
        _ method: String, _ path: String, by token: String, _ fields: [String] = [],
        _ body: String = ""
    ) -> String {
        ([
            "\(method) \(Self.place)\(path) HTTP/1.1", "Host: localhost",
            "Authorization: Bearer \(token)",
        ] + fields + ["", ""]).joined(separator: "\r\n") + body
    }

    private func post(_ path: String, by token: String, _ body: String) -> String {
        request(
            "POST", path, by: token,
            ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"], body)
    }

    /// Heads that are framed in two ways, or in none.
    static let ambiguous: [(fields: [String], body: String)] = [
        (["Content-Length: 4", "Transfer-Encoding: chunked"], "0\r\n\r\n"),
        (["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], "0\r\n\r\n"),
        (["Transfer-Encoding: gzip, chunked"], "0\r\n\r\n"),
        (["Content-Length: 2", "Content-Length: 2"], "{}"), (["Content-Length: +2"], "{}"),
        (["Content-Length: 0, 0"], ""), (["Content-Length : 2"], "{}"),
        (["Host: other"], ""), (["X: a\r\n b"], ""), (["Expect: 200-maybe"], ""),
    ]

    @Test(
        "threat 28: a request whose end is not certain is refused, and what is behind it is nothing",
        arguments: ambiguous.indices)
    func framing(index: Int) async throws {
        let (containers, agent) = try await Self.shared.value
        let wire = try RawClient(containers.gateway)
        let (fields, body) = Self.ambiguous[index]
        let name = containers.name("smuggled\(index)")
        wire.send(
            request("POST", "/containers/prune", by: agent.token, fields, body)
                + post("/containers/create?name=\(name)", by: agent.token, "{\"Image\": \"bb\"}"))
        let said = try wire.rest()
        #expect(said.hasPrefix("HTTP/1.1 4") || said.hasPrefix("HTTP/1.1 5"), "\(fields): \(said)")
        #expect(said.components(separatedBy: "HTTP/1.1").count == 2, "\(fields): \(said)")
        let made = try containers.engine.docker(["ps", "-aq", "--filter", "name=\(name)"])
        #expect(made.isEmpty)
    }

    @Test("a chunked body is one body, whatever its chunks")
    func chunked() async throws {
        let (containers, agent) = try await Self.shared.value
        let wire = try RawClient(containers.gateway)
        let body = "{\"Image\": \"bb\"}".map { "1\r\n\($0)\r\n" }.joined() + "0\r\n\r\n"
        wire.send(
            request(
                "POST", "/containers/create?name=\(containers.name("chunked"))", by: agent.token,
                ["Content-Type: application/json", "Transfer-Encoding: chunked"], body))
        #expect(try wire.response().status == 201)
    }

    @Test(
        "threat 28: input that comes before the stream is open reaches the container all the same")
    func early() async throws {
        let (containers, agent) = try await Self.shared.value
        let name = containers.name("early")
        try containers.engine.docker(["run", "-d", "-i", "--name", name, "bb", "cat"])
        let wire = try RawClient(containers.gateway)
        wire.send(
            request(
                "POST", "/containers/\(name)/attach?stream=1&stdin=1&stdout=1", by: agent.token,
                ["Connection: Upgrade", "Upgrade: tcp", "Content-Length: 0"]) + "EARLY\n")
        #expect(try wire.response().status == 101)
        #expect(try wire.read(until: "EARLY\n").hasSuffix("EARLY\n"))
    }

    @Test("threat 29: a command starts once, and only as it was made")
    func once() async throws {
        let (containers, agent) = try await Self.shared.value
        let name = containers.name("once")
        try containers.engine.docker(["run", "-d", "--name", name, "bb", "sleep", "1000"])
        let made = try await agent.call(
            "POST", "/v1.41/containers/\(name)/exec",
            "{\"Cmd\": [\"sh\", \"-c\", \"echo x >> /made\"], \"AttachStdout\": true}")
        let id = try #require(made.body.firstMatch(of: /[0-9a-f]{64}/)).output
        let wrong = try await agent.call("POST", "/v1.41/exec/\(id)/start", "{\"Tty\": true}")
        #expect(wrong.status == 400, "\(wrong)")
        let first = try await agent.call("POST", "/v1.41/exec/\(id)/start", "{\"Detach\": true}")
        #expect(first.status == 200, "\(first)")
        let second = try await agent.call("POST", "/v1.41/exec/\(id)/start", "{\"Detach\": true}")
        #expect(second.status == 409, "\(second)")
        try await until("it has run") {
            (try? containers.engine.docker(["exec", name, "cat", "/made"])) == "x"
        }
        // Nor one that somebody else made.
        let foreign = try await agent.call(
            "POST", "/v1.41/exec/\(String(repeating: "a", count: 64))/start", "{}")
        #expect(foreign.status == 409, "\(foreign)")
    }

    @Test("a path may leave the version out")
    func unversioned() async throws {
        let (_, agent) = try await Self.shared.value
        let plain = try await agent.call("GET", "/containers/json")
        #expect(plain.status == 200, "\(plain)")
    }
}
