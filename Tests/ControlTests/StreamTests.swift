import Foundation
import Policy
import Testing
import Vocabulary

@testable import Control
@testable import Gateway
@testable import Holds
@testable import Identity

/// Streams are read up to a marker that everyone may see, so that what is missing before it is known to be missing.
@Suite("threat 27: each event is authorised for each watcher")
struct StreamTests {
    @Test(
        "a watcher is told of the holds that they may see, and of no other",
        arguments: [
            ("alice", [1]), ("bob", [1, 2]), ("carol", [1, 2]), ("dora", [1]), ("erin", [2]),
            ("frank", []),
        ])
    func watchers(person: String, expected: [Int]) async throws {
        let control = try await RunningControl()
        let stream = try await control.watch("/v1/events", control.token(of: person))
        _ = await stream.read(until: ": watching\n\n")
        let holds = [
            try await control.hold(by: control.agentToken()),
            try await control.hold(
                by: control.agentToken("report-bot", by: "bob"), group: "security"),
        ]
        let marker = try await control.hold(by: control.token(of: person))
        let said = try #require(await stream.read(until: marker.rawValue))
        for (index, hold) in holds.enumerated() {
            #expect(said.contains(hold.rawValue) == expected.contains(index + 1), "\(index + 1)")
        }
        #expect(said.contains("event: opened\n"))
    }

    @Test("a stream ends with the watcher's token, and tells nothing that came after")
    func revokedToken() async throws {
        let control = try await RunningControl()
        let token = try await control.freshToken(of: "bob")
        let id = try await control.caller(token).credential.identifier
        let stream = try await control.watch("/v1/events", token)
        _ = await stream.read(until: ": watching\n\n")
        _ = try await control.call("DELETE", "/v1/tokens/\(id)", token: control.token(of: "carol"))
        let hold = try await control.hold(by: control.agentToken())
        #expect(await stream.read(until: hold.rawValue) == nil)
    }

    @Test("who has left the group is told nothing of its holds any more")
    func leftGroup() async throws {
        let control = try await RunningControl()
        let stream = try await control.watch("/v1/events", control.token(of: "dora"))
        _ = await stream.read(until: ": watching\n\n")
        let seen = try await control.hold(by: control.agentToken())
        #expect(await stream.read(until: seen.rawValue) != nil)
        try await control.edit("dora: { groups: [dba] }", "dora: { groups: [office] }")
        let hidden = try await control.hold(by: control.agentToken())
        let marker = try await control.hold(by: control.token(of: "dora"))
        let said = try #require(await stream.read(until: marker.rawValue))
        #expect(!said.contains(hidden.rawValue), "\(said)")
    }

    @Test("an agent's token watches the agent's own holds only")
    func agent() async throws {
        let control = try await RunningControl()
        let agent = try await control.agentToken()
        let stream = try await control.watch("/v1/events", agent)
        _ = await stream.read(until: ": watching\n\n")
        let other = try await control.hold(by: control.agentToken("report-bot", by: "bob"))
        let marker = try await control.hold(by: agent)
        let said = try #require(await stream.read(until: marker.rawValue))
        #expect(!said.contains(other.rawValue))
    }

    @Test("threat 34: one token watches a few inboxes, and blocks nobody else's")
    func limited() async throws {
        let control = try await RunningControl()
        for token in [try await control.agentToken(), try await control.token(of: "dora")] {
            var streams: [RawConnection] = []
            for _ in 0..<Holds.Limits.watchersPerPrincipalMax {
                let stream = try await control.watch("/v1/events", token)
                #expect(await stream.read(until: ": watching\n\n") != nil)
                streams.append(stream)
            }
            let refused = try await control.call("GET", "/v1/events", token: token)
            #expect(refused.status == 409 && refused.error.contains("you watch"), "\(refused)")
            let other = try await control.watch("/v1/events", control.token(of: "bob"))
            #expect(await other.read(until: ": watching\n\n") != nil)
            withExtendedLifetime(streams) {}
        }
    }

    @Test("the ledger's stream ends for who is no auditor any more", arguments: [true, false])
    func ledger(byToken: Bool) async throws {
        let control = try await RunningControl()
        let token = try await control.freshToken(of: "erin")
        let id = try await control.caller(token).credential.identifier
        let first = try await control.hold(by: control.agentToken())
        let stream = try await control.watch("/v1/ledger/entries?from=0&follow=1", token)
        #expect(await stream.read(until: first.rawValue) != nil)
        if byToken {
            _ = try await control.call(
                "DELETE", "/v1/tokens/\(id)", token: control.token(of: "carol"))
        } else {
            try await control.edit("erin: { groups: [security] }", "erin: { groups: [office] }")
        }
        let second = try await control.hold(by: control.agentToken())
        #expect(await stream.read(until: second.rawValue) == nil)
    }

    @Test(
        "a quiet stream ends when its watcher's token expires",
        arguments: ["/v1/events", "/v1/ledger/entries?from=1&follow=1"])
    func expired(path: String) async throws {
        let control = try await RunningControl()
        // A busy machine may need longer to open a stream than the shortest token lives.
        for life in [1_000, 5_000, 25_000] as [Int64] {
            let now = control.services.clock.wall()
            let token = try await control.services.tokens.issueLogin(
                LoginGrant(person: principal("erin")), milliseconds: life, now: now
            ).text
            let stream = try await control.watch(path, token)
            guard await stream.read(until: "200 OK") != nil else { continue }
            #expect(await stream.read(until: "what never comes") == nil)
            #expect(control.services.clock.wall() >= now.advanced(byMilliseconds: life))
            return
        }
        Issue.record("no stream was opened before its token expired")
    }

    @Test("the gateway's stop ends streams, and leaves nothing on its loops")
    func stopped() async throws {
        let control = try await RunningControl()
        let token = try await control.token(of: "erin")
        var streams: [RawConnection] = []
        for path in ["/v1/events", "/v1/ledger/entries?from=0&follow=1"] {
            let stream = try await control.watch(path, token)
            #expect(await stream.read(until: "200 OK") != nil)
            streams.append(stream)
        }
        await control.gateway.stop()
        for stream in streams { #expect(await stream.read(until: "what never comes") == nil) }
    }

    @Test("without follow the ledger's lines end where they ended when they were asked for")
    func lines() async throws {
        let control = try await RunningControl()
        let token = try await control.token(of: "erin")
        _ = try await control.hold(by: control.agentToken())
        let all = try await control.entries("", token)
        #expect(all.count == Int(control.services.ledger.size))
        #expect(try await control.entries("?from=1&to=3", token) == Array(all[1..<3]))
        #expect(try await control.entries("?from=2", token) == Array(all[2...]))
        #expect(try await control.entries("?from=3&to=3", token).isEmpty)
        #expect(try await control.entries("?from=9999&to=99999", token).isEmpty)
    }
}

extension RunningControl {
    fileprivate func watch(_ path: String, _ token: String) async throws -> RawConnection {
        let connection = try await RawConnection(self, from: freshAddress())
        connection.send(
            "GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \(token)\r\n\r\n"
        )
        return connection
    }

    fileprivate func entries(_ query: String, _ token: String) async throws -> [String] {
        try await call("GET", "/v1/ledger/entries\(query)", token: token).body
            .components(separatedBy: "\r\n").joined().components(separatedBy: "\n")
            .filter { $0.contains("{") }.map { $0[($0.firstIndex(of: "{") ?? $0.startIndex)...] }
            .map(String.init)
    }

    /// Changes the configuration and reads it again, as SIGHUP does.
    func edit(_ old: String, _ new: String) async throws {
        let path = scratch.file("sallyport.yaml")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try required(text.contains(old) ? true : nil)
        try text.replacing(old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
        await gateway.reload()
    }
}
