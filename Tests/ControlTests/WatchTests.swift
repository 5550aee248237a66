import Cryptography
import Foundation
import Identity
import Policy
import Recording
import Synchronization
import Testing
import Vocabulary

@testable import Control
@testable import Gateway

/// A session that goes on, of which the test is the loop.
private final class LiveOne: Sendable {
    let id: SessionID
    private let control: RunningControl
    private let said = Mutex<[String]>([])
    private let recording: Mutex<Recorded>

    /// Confined to the lock.
    private struct Recorded: @unchecked Sendable {
        let loop: LoopRecorder
        let session: SessionRecording
    }

    /// What was done to it.
    var deeds: [String] { said.withLock { $0 } }

    init(
        _ control: RunningControl, of name: String = "deploy-bot", owner: String = "alice",
        moderators: [ConsentRequirement] = []
    ) async throws {
        self.control = control
        id = SessionID(rawValue: Random.identifier("ses_"))
        let loop = try control.services.recorder.makeLoopRecorder()
        let session = try loop.begin(
            SessionOpened(
                session: id, principal: principal(name), owner: principal(owner),
                target: try required(TargetName("orders")), credential: "token:x",
                address: "127.0.0.1:5", application: "test", at: control.services.clock.wall()))
        try loop.commit()
        recording = Mutex(Recorded(loop: loop, session: session))
        let credential = Credential(
            kind: .token, identifier: "tok_x", issuers: [], expires: nil, targets: nil)
        control.services.sessions.add(
            .init(
                session: id, principal: try principal(name), owner: try principal(owner),
                credential: credential, target: try required(TargetName("orders")), cancelKey: nil,
                end: { [weak self] end in self?.end(end.text) }, cancel: {}, policyChanged: {},
                tell: { _ in },
                watched: { [weak self] change in self?.note(change.text) }))
        if !moderators.isEmpty {
            control.services.sessions.note(
                id, Moderation(needs: moderators, missing: moderators))
        }
    }

    private func note(_ deed: String) { said.withLock { $0.append(deed) } }

    func show(_ text: String) throws {
        try recording.withLock { recorded in
            try Array(text.utf8).withUnsafeBytes {
                try recorded.session.output($0, stream: .output, microseconds: 1)
            }
            try recorded.loop.commit()
        }
    }

    func end(_ reason: String) {
        note("ended: \(reason)")
        control.services.sessions.remove(id)
        recording.withLock { recorded in
            try? recorded.session.close(reason: reason, at: WallTime(milliseconds: 1))
            try? recorded.loop.commit()
        }
    }

    func join(_ token: String, from address: String? = nil) async throws -> RawConnection {
        let connection = try await RawConnection(control, from: address ?? control.freshAddress())
        connection.send(
            "GET /v1/sessions/\(id.rawValue)/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \(token)\r\n\r\n"
        )
        return connection
    }

    /// Looks until the ledger has an entry of that kind about this session.
    func entered(_ kind: String) async throws -> [String: JSONValue] {
        while true {
            for case .object(let body) in try await control.entered(kind)
            where body["session"] == .text(id.rawValue) {
                return body
            }
            await Task.yield()
        }
    }
}

/// As it stands in an event's `data`.
private func shown(_ text: String) -> String {
    "\"data\":\"\(Data(text.utf8).base64EncodedString())\""
}

@Suite("Watching and ending sessions that go on")
struct WatchTests {
    @Test(
        "threat 27: a session is shown to who may read its recording, and to no other",
        arguments: [
            ("alice", 200), ("bob", 404), ("carol", 200), ("dora", 404), ("erin", 200),
            ("frank", 404), ("deploy-bot", 200), ("report-bot", 404),
        ])
    func whoMay(name: String, status: Int) async throws {
        let control = try await RunningControl.shared.value
        let session = try await LiveOne(control)
        try session.show("first")
        let token =
            switch name {
            case "deploy-bot": try await control.agentToken()
            case "report-bot": try await control.agentToken("report-bot", by: "bob")
            default: try await control.token(of: name)
            }
        let stream = try await session.join(token)
        guard status == 200 else {
            #expect(try await stream.rest().hasPrefix("HTTP/1.1 \(status) "))
            #expect(session.deeds.isEmpty)
            return
        }
        #expect(await stream.read(until: shown("first")) != nil)
        try session.show("second")
        #expect(await stream.read(until: shown("second")) != nil)
        session.end("exited 0")
        let rest = try await stream.rest()
        #expect(rest.contains("\"kind\":\"closed\"") && rest.contains("exited 0"))
        #expect(session.deeds.first == "\(name) watches this session")
        let left = try await session.entered("session-left")
        #expect(left["reason"] == .text("the session ended: exited 0"))
        #expect(try await session.entered("session-joined")["by"] == .text(name))
    }

    @Test("a token that is limited to another target neither watches nor kills a session")
    func limitedToken() async throws {
        let control = try await RunningControl.shared.value
        let session = try await LiveOne(control)
        let path = "/v1/sessions/\(session.id.rawValue)"
        let other = try await control.agentToken(for: "stock")
        let joined = try await session.join(other)
        #expect(try await joined.rest().hasPrefix("HTTP/1.1 404 "))
        let killed = try await control.call("POST", path + "/kill", token: other, body: "{}")
        #expect(killed.status == 404, "\(killed)")
        #expect(session.deeds.isEmpty)
        let own = try await control.agentToken(for: "orders")
        let ended = try await control.call("POST", path + "/kill", token: own, body: "{}")
        #expect(ended.status == 200, "\(ended)")
    }

    @Test("a watcher whose machine is gone is gone within as long as one that does not read")
    func unheard() async throws {
        let control = try await RunningControl.shared.value
        let session = try await LiveOne(control)
        try session.show("first")
        let address = control.freshAddress()
        let stream = try await session.join(control.token(of: "erin"), from: address)
        #expect(await stream.read(until: shown("first")) != nil)
        // The gateway is in this process, and its end of the connection among the descriptors.
        let milliseconds = (3..<4_096 as Range<Int32>).compactMap { file -> Int32? in
            var peer = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isTheirs = withUnsafeMutablePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    getpeername(file, $0, &length) == 0
                        && $0.pointee.sa_family == sa_family_t(AF_INET)
                }
            }
            guard isTheirs, peer.sin_addr.s_addr == inet_addr(address) else { return nil }
            var value: Int32 = 0
            length = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(file, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &value, &length)
            return value
        }
        #expect(milliseconds == [Int32(ControlLimits.stallSecondsMax * 1_000)])
        session.end("over")
    }

    @Test("people of the groups that have to watch may, and see it in their list")
    func moderators() async throws {
        let control = try await RunningControl.shared.value
        let session = try await LiveOne(
            control, moderators: [ConsentRequirement(group: "dba", count: 1)])
        try session.show("first")
        try await control.services.recorder.settle()
        let token = try await control.token(of: "dora")
        let listed = try await control.call("GET", "/v1/sessions?open=1", token: token).list
        let row = try #require(listed.first { $0["id"] as? String == session.id.rawValue })
        #expect(row["waiting"] as? String == "moderators: 1 of group `dba`")
        let stream = try await session.join(token)
        #expect(await stream.read(until: shown("first")) != nil)
        let frank = try await session.join(control.token(of: "frank"))
        #expect(try await frank.rest().hasPrefix("HTTP/1.1 404 "))
        session.end("over")
        #expect(try await stream.rest().contains("\"kind\":\"closed\""))
    }

    @Test(
        "who may not watch any more is cut, however quiet the session is", arguments: [true, false])
    func revoked(byToken: Bool) async throws {
        let control = try await RunningControl()
        let session = try await LiveOne(control)
        try session.show("first")
        let token = try await control.freshToken(of: "erin")
        let stream = try await session.join(token)
        #expect(await stream.read(until: shown("first")) != nil)
        if byToken {
            let id = try await control.caller(token).credential.identifier
            _ = try await control.call(
                "DELETE", "/v1/tokens/\(id)", token: control.token(of: "carol"))
        } else {
            try await control.edit("erin: { groups: [security] }", "erin: { groups: [office] }")
        }
        let rest = try await stream.rest()
        #expect(rest.contains("event: cut\ndata: {\"reason\":\"you may not watch"), "\(rest)")
        let left = try await session.entered("session-left")
        #expect(left["reason"] == .text("may not watch any more"))
        #expect(session.deeds.last == "erin does not watch this session any more")
        session.end("over")
    }

    @Test("a watcher who leaves is noticed at once")
    func left() async throws {
        let control = try await RunningControl.shared.value
        let session = try await LiveOne(control)
        var stream: RawConnection? = try await session.join(control.token(of: "erin"))
        #expect(await stream?.read(until: "\"kind\":\"opened\"") != nil)
        stream = nil
        #expect(try await session.entered("session-left")["reason"] == .text("left"))
        session.end("over")
    }

    @Test("output that is larger than one event of the stream comes whole")
    func large() async throws {
        let control = try await RunningControl.shared.value
        let session = try await LiveOne(control)
        let text = String((0..<60_000).map { Character(Unicode.Scalar(UInt8(33 + $0 % 90))) })
        try session.show(text)
        session.end("over")
        let late = try await session.join(control.token(of: "erin"))
        #expect(try await late.rest().hasPrefix("HTTP/1.1 409 "))
        let second = try await LiveOne(control)
        try second.show(text)
        let stream = try await second.join(control.token(of: "erin"))
        let end = String(Data(text.utf8).base64EncodedString().suffix(40))
        let said = try #require(await stream.read(until: end + "\""))
        let parts = said.components(separatedBy: "\"data\":\"").dropFirst().compactMap {
            Data(base64Encoded: String($0.prefix { $0 != "\"" }))
        }
        #expect(parts.count == 2)
        #expect(String(decoding: parts.joined(), as: UTF8.self) == text)
        second.end("over")
    }

    @Test("threat 34: one principal watches a few sessions, and blocks nobody else")
    func limited() async throws {
        let control = try await RunningControl()
        let token = try await control.token(of: "erin")
        var kept: [(LiveOne, RawConnection)] = []
        for _ in 0..<GatewayLimits.watchedPerPrincipalMax {
            let session = try await LiveOne(control)
            let stream = try await session.join(token)
            #expect(await stream.read(until: "\"kind\":\"opened\"") != nil)
            kept.append((session, stream))
        }
        let another = try await LiveOne(control)
        let refused = try await control.call(
            "GET", "/v1/sessions/\(another.id.rawValue)/live", token: token)
        #expect(refused.status == 409 && refused.error.contains("you watch"), "\(refused)")
        let other = try await another.join(control.token(of: "carol"))
        #expect(await other.read(until: "\"kind\":\"opened\"") != nil)
        withExtendedLifetime(kept) {}
    }

    @Test(
        "administrators, the owner and the principal itself end a session; others do not",
        arguments: [
            ("alice", 200), ("carol", 200), ("deploy-bot", 200), ("erin", 403), ("bob", 404),
            ("frank", 404),
        ])
    func kill(name: String, status: Int) async throws {
        let control = try await RunningControl.shared.value
        let session = try await LiveOne(control)
        let token =
            name == "deploy-bot"
            ? try await control.agentToken() : try await control.token(of: name)
        let path = "/v1/sessions/\(session.id.rawValue)/kill"
        let answer = try await control.call(
            "POST", path, token: token, body: "{\"reason\":\"enough\"}")
        #expect(answer.status == status, "\(answer)")
        guard status == 200 else {
            #expect(session.deeds.isEmpty)
            return session.end("over")
        }
        #expect(session.deeds == ["ended: killed by \(name): enough"])
        let entry = try await session.entered("session-killed")
        #expect(entry["by"] == .text(name) && entry["reason"] == .text("enough"))
        let again = try await control.call("POST", path, token: token, body: "{}")
        #expect(again.status == 409, "\(again)")
    }
}
