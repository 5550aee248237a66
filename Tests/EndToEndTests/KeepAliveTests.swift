import Foundation
import TestKit
import Testing

@Suite("Peers whose machine vanishes", .realParts)
struct KeepAliveTests {
    /// What the system waits for on an idle connection (`/proc/net/tcp`): 2 is the next probe whether the peer is there.
    private struct Connection {
        let timer: String
        /// Until then, hundredths of a second.
        let rest: Int
    }

    /// Those that are established, of which one end has this port.
    private func connections(local: Int? = nil, remote: Int? = nil) throws -> [Connection] {
        // Foundation reads no more of such a file than a page.
        let table = try Command("cat", ["/proc/net/tcp", "/proc/net/tcp6"]).runToEnd().out
        return table.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            func port(_ field: Int) -> Int? {
                fields[field].split(separator: ":").last.flatMap { Int($0, radix: 16) }
            }
            guard fields.count > 5, fields[3] == "01", local == nil || port(1) == local,
                remote == nil || port(2) == remote
            else { return nil }
            let timer = fields[5].split(separator: ":")
            return Connection(timer: String(timer[0]), rest: Int(timer[1], radix: 16) ?? .max)
        }
    }

    private func isAsked(_ connection: Connection) -> Bool {
        connection.timer == "02" && connection.rest <= 3_000
    }

    @Test("threat 34: both ends of a session that says nothing ask soon whether the other is there")
    func asked() async throws {
        let shells = try ShellGateway(policies: [Policies.host, Policies.allowAll])
        let token = try await shells.agent()
        let session = try Conversation(
            shells.agent(token, ["exec", "host", "--", "sh", "-c", "echo here; cat"]))
        try #require(session.expect("here") != nil, "\(session.rest)")
        let psql = try Conversation(shells.gateway.psql(token, ["-At"]))
        psql.send("SELECT 'there';\n")
        try #require(psql.expect("there") != nil, "\(psql.rest)")
        let port = shells.gateway.port
        try await until("the gateway asks the clients' machines") {
            let all = try connections(local: port)
            return all.count == 2 && all.allSatisfy(isAsked)
        }
        try await until("the shell's client asks the gateway's") {
            try connections(remote: port).contains(where: isAsked)
        }
        try await until("the gateway asks its database's") {
            try connections(remote: PostgresServer.shared.port).contains(where: isAsked)
        }
        for client in [session, psql] {
            client.endInput()
            client.finish()
        }
    }
}
