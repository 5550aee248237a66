import Cryptography
import Foundation
import Testing
import Vocabulary

@testable import Holds
@testable import Identity

@Suite("The desk")
struct DeskTests {
    @Test("threat 35: a hold expires by the monotonic deadline, and not before")
    func expiry() async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        let told = Told()
        let hold = try await scenery.desk.open(scenery.request(), notify: told.notify)
        scenery.clock.advance(milliseconds: 59_999)
        #expect(try await !scenery.desk.expire(hold.id))
        scenery.clock.advance(milliseconds: 1)
        await #expect(throws: HoldError.refused(.tooLate)) {
            try await scenery.consent(hold.id, by: "bob")
        }
        #expect(try await scenery.state(hold.id) == .expired, "whoever notices it ends it")
        #expect(told.all == [.ended(.expired, by: nil, why: "nobody decided in time")])
        #expect(try await !scenery.desk.expire(hold.id))
    }

    @Test("the timer ends a hold by itself")
    func timer() async throws {
        let scenery = try await Scenery()
        var clock = scenery.clock.clock
        clock.sleep = { _ in scenery.clock.advance(milliseconds: 60_000) }
        let desk = HoldDesk(
            database: scenery.ground.database, ledger: scenery.ground.ledger,
            directory: scenery.directory, tokens: scenery.tokens, clock: clock,
            verify: { _, _, _ in throw Missing() })
        let (hold, signals) = try await desk.open(scenery.request())
        var all: [HoldSignal] = []
        for await signal in signals { all.append(signal) }
        #expect(all == [.ended(.expired, by: nil, why: "nobody decided in time")])
        #expect(try await scenery.state(hold.id) == .expired)
    }

    @Test("threat 34: holds that wait are limited for each principal and each target")
    func caps() async throws {
        var options = HoldOptions()
        options.pendingPerPrincipalMax = 2
        options.pendingPerTargetMax = 3
        let scenery = try await Scenery(options: options)
        let first = try await scenery.desk.open(scenery.request(), notify: { _ in })
        _ = try await scenery.desk.open(scenery.request(), notify: { _ in })
        await #expect(throws: HoldError.self) {
            try await scenery.desk.open(scenery.request(), notify: { _ in })
        }
        _ = try await scenery.desk.open(
            scenery.request(by: scenery.caller("bob")), notify: { _ in })
        await #expect(throws: HoldError.self) {
            try await scenery.desk.open(
                scenery.request(by: scenery.caller("dora")), notify: { _ in })
        }
        #expect(try await scenery.desk.abandon(first.id, reason: "client went away"))
        _ = try await scenery.desk.open(scenery.request(), notify: { _ in })
    }

    @Test("what cannot be a hold is refused")
    func unfit() async throws {
        let scenery = try await Scenery()
        let large = scenery.action(String(repeating: "x", count: Limits.statementBytesMax + 1))
        let bad = [
            try scenery.request(decision: scenery.decision(.allow)),
            try scenery.request(decision: scenery.decision(.deny)),
            try scenery.request(decision: scenery.decision(.hold, [])),
            try scenery.request(decision: scenery.decision(milliseconds: 0)),
            try scenery.request(decision: scenery.decision(milliseconds: .max)),
            try scenery.request(action: large),
            try scenery.request(by: scenery.caller("bob", kind: .token)),
        ]
        for request in bad {
            await #expect(throws: HoldError.self) {
                try await scenery.desk.open(request, notify: { _ in })
            }
        }
        #expect(try await scenery.desk.holds(for: scenery.caller("bob")).isEmpty)
    }

    @Test("what would be too large to look at is refused, and what just fits is held")
    func viewLimit() async throws {
        var options = HoldOptions()
        // Base64 of chance has sometimes more characters that JSON escapes, and sometimes fewer.
        options.entropy = { [UInt8](repeating: 0, count: $0) }
        let scenery = try await Scenery(options: options)
        /// Bytes of the view of a hold with such a text; each of these characters takes six in JSON.
        func bytes(_ count: Int) async throws -> Int {
            let hold = try await scenery.desk.open(
                scenery.request(masked: String(repeating: "\u{1}", count: count)),
                notify: { _ in })
            let view = try await scenery.desk.hold(hold.id, for: scenery.caller("bob"))
            return try JSONEncoder().encode(view).count
        }
        let most = (Limits.viewBytesMax - (try await bytes(0))) / 6
        #expect(try await bytes(most) > Limits.viewBytesMax - 6)
        var values = scenery.action()
        values.values = Array(
            repeating: BoundValue(bytes: [7], format: .text, type: 23), count: 32_000)
        let large = [
            try scenery.request(masked: String(repeating: "\u{1}", count: most + 1)),
            try scenery.request(action: values),
        ]
        for request in large {
            await #expect {
                try await scenery.desk.open(request, notify: { _ in })
            } throws: { error in
                guard case HoldError.limit(let reason) = error else { return false }
                return reason.contains("too large for people to look at")
            }
        }
        #expect(try await scenery.desk.holds(.pending, for: scenery.caller("bob")).count == 2)
    }

    @Test(
        "lists and events have the beginning of a text in whole characters, and no value",
        arguments: [
            ("DELETE FROM customers", "DELETE FROM customers"),
            (String(repeating: "x", count: 241), String(repeating: "x", count: 240)),
            ("x" + String(repeating: "é", count: 200), "x" + String(repeating: "é", count: 119)),
            (String(repeating: "👍", count: 61), String(repeating: "👍", count: 60)),
        ])
    func items(text: String, beginning: String) async throws {
        let scenery = try await Scenery()
        var events = try scenery.desk.events(for: scenery.caller("bob")).makeAsyncIterator()
        var action = scenery.action(text)
        action.values = [BoundValue(bytes: Array("secret".utf8), format: .text, type: 25)]
        for masked in [nil, text] {
            let hold = try await scenery.desk.open(
                scenery.request(action: action, masked: masked), notify: { _ in })
            let item = try #require(await events.next()?.hold)
            #expect(item.beginning == beginning)
            let listed = try await scenery.desk.holds(for: scenery.caller("bob"))
            #expect(listed.contains(item) && item.id == hold.id)
            let json = String(decoding: try JSONEncoder().encode(item), as: UTF8.self)
            #expect(!json.contains("secret") && !json.contains("salt"))
            #expect(!json.contains(Base64.encode(Array("secret".utf8))))
        }
    }

    @Test("after a restart what waited is abandoned, and what ran is unknown")
    func restart() async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        let pending = try await scenery.desk.open(scenery.request(), notify: { _ in })
        let approved = try await scenery.desk.open(scenery.request(), notify: { _ in })
        let running = try await scenery.desk.open(scenery.request(), notify: { _ in })
        for hold in [approved, running] { try await scenery.consent(hold.id, by: "bob") }
        _ = try await ReleaseTests.release(scenery, running.id)
        #expect(try await scenery.desk.restart().isEmpty, "its own are not an earlier process's")
        let next = Scenery.desk(
            scenery.ground, scenery.directory, scenery.tokens, scenery.keys, HoldOptions(),
            scenery.clock)
        #expect(Set(try await next.restart()) == Set([pending.id, approved.id, running.id]))
        #expect(try await scenery.state(pending.id) == .abandoned)
        #expect(try await scenery.state(approved.id) == .abandoned)
        #expect(try await scenery.state(running.id) == .unknown)
        await #expect(throws: HoldError.self) {
            _ = try await next.release(approved.id, now: scenery.decision())
        }
        #expect(try await next.restart().isEmpty)
    }

    @Test("when the gateway stops its holds are abandoned and their sessions told")
    func stop() async throws {
        let scenery = try await Scenery()
        let told = Told()
        let hold = try await scenery.desk.open(scenery.request(), notify: told.notify)
        #expect(await scenery.desk.stop() == 1)
        #expect(told.all == [.ended(.abandoned, by: nil, why: "gateway stopped")])
        #expect(try await scenery.state(hold.id) == .abandoned)
    }

    @Test("threat 27: lists, views and events are only for those whom a hold concerns")
    func audience() async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        let concerned = ["deploy-bot", "alice", "bob", "dora", "carol"]
        var streams: [String: AsyncStream<HoldEvent>] = [:]
        for who in concerned + ["frank"] {
            streams[who] = try scenery.desk.events(for: scenery.caller(who))
        }
        let hold = try await scenery.desk.open(scenery.request(), notify: { _ in })
        try await scenery.consent(hold.id, by: "bob")
        _ = try await ReleaseTests.release(scenery, hold.id)
        try await scenery.desk.finished(hold.id, .succeeded(detail: ""))
        let franks = try await scenery.desk.open(
            scenery.request(by: scenery.caller("frank")), notify: { _ in })
        for who in concerned {
            var iterator = try #require(streams[who]).makeAsyncIterator()
            var kinds: [HoldEvent.Kind] = []
            for _ in 0..<4 { if let event = await iterator.next() { kinds.append(event.kind) } }
            #expect(kinds == [.opened, .approved, .released, .ended], "\(who)")
            let view = try await scenery.desk.hold(hold.id, for: scenery.caller(who))
            #expect(view.state == .succeeded)
        }
        var iterator = try #require(streams["frank"]).makeAsyncIterator()
        #expect(
            await iterator.next()?.hold.id == franks.id, "nothing of the others' before his own")
        let frank = try scenery.caller("frank")
        await #expect(throws: HoldError.notFound(hold.id)) {
            try await scenery.desk.hold(hold.id, for: frank)
        }
        #expect(try await scenery.desk.holds(for: frank).map(\.id) == [franks.id])
        #expect(try await scenery.desk.holds(.succeeded, for: scenery.caller("dora")).count == 1)
        let agents = try await scenery.desk.holds(for: scenery.caller("deploy-bot"))
        #expect(agents.map(\.id) == [hold.id])
    }

    @Test("an id may be shortened while it is clear")
    func prefixes() async throws {
        let scenery = try await Scenery()
        let one = try await scenery.desk.open(scenery.request(), notify: { _ in })
        let bob = try scenery.caller("bob")
        let short = HoldID(rawValue: String(one.id.rawValue.prefix(12)))
        #expect(try await scenery.desk.hold(short, for: bob).id == one.id)
        _ = try await scenery.desk.open(scenery.request(), notify: { _ in })
        await #expect(throws: HoldError.ambiguous("hld_")) {
            try await scenery.desk.hold(HoldID(rawValue: "hld_"), for: bob)
        }
        for text in ["", "hld_%", "x", "_"] {
            await #expect(throws: HoldError.notFound(HoldID(rawValue: text))) {
                try await scenery.desk.hold(HoldID(rawValue: text), for: bob)
            }
        }
    }

    @Test(
        "a masked text is in neither store nor ledger nor view, and its digest is that of the true bytes"
    )
    func masked() async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        let secret = "ALTER ROLE r PASSWORD 'hunter2'"
        let hold = try await scenery.desk.open(
            scenery.request(action: scenery.action(secret), masked: "ALTER ROLE r PASSWORD '***'"),
            notify: { _ in })
        let view = try await scenery.desk.hold(hold.id, for: scenery.caller("bob"))
        #expect(view.statement.withheld == ["statement"])
        #expect(view.statement.digest == hold.statement.digest)
        #expect(view.digest == hold.statement.digest.hex)
        #expect(try await scenery.consent(hold.id, by: "bob").state == .approved)
        let came = try await ReleaseTests.release(scenery, hold.id)
        #expect(came == .released(SHA256.hash(secret), ["bob"]))
        let ledger = try await scenery.ground.entries().map {
            String(decoding: $0.line, as: UTF8.self)
        }
        let shown = String(decoding: try JSONEncoder().encode(view), as: UTF8.self)
        let hidden = [secret, "hunter2", Base64.encode(Array(secret.utf8))]
        for text in ledger + [shown] {
            for secret in hidden { #expect(!text.contains(secret)) }
        }
        #expect(try JSONDecoder().decode(HoldView.self, from: Data(shown.utf8)) == view)
    }

    @Test("threat 17: a masked value is withheld, and the digest is that of the true one")
    func maskedValue() async throws {
        let scenery = try await Scenery()
        try await scenery.enrol("bob")
        var action = scenery.action("login --token=hunter2")
        action.values = ["login", "--token=hunter2"].map {
            BoundValue(bytes: Array($0.utf8), format: .text, type: 0)
        }
        var request = try scenery.request(action: action, masked: "login --token=***")
        request.withheldValues = [1]
        let hold = try await scenery.desk.open(request, notify: { _ in })
        let view = try await scenery.desk.hold(hold.id, for: scenery.caller("bob"))
        #expect(view.statement.withheld == ["statement", "value.2"])
        #expect(view.statement.values == [action.values[0], nil])
        #expect(view.statement.digest == hold.statement.digest)
        #expect(view.statement.isWellFormed)
        let shown = String(decoding: try JSONEncoder().encode(view), as: UTF8.self)
        #expect(!shown.contains("hunter2"))
        #expect(!shown.contains(Base64.encode(Array("--token=hunter2".utf8))))
    }
}
