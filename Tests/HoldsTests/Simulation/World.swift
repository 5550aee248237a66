import TestKit
import Synchronization
import Vocabulary

@testable import Holds
@testable import Identity
@testable import Policy

/// One seed's world: a desk, two holds, and a crowd that acts on them at the same time.
final class World: Sendable {
    struct WatchedHold: Sendable {
        let id: HoldID
        let told: Told
        let releases: Releases
    }

    /// What came of every try to release.
    final class Releases: Sendable {
        private let list = Mutex<[[PrincipalName]]>([])
        var all: [[PrincipalName]] { list.withLock { $0 } }
        func add(_ people: [PrincipalName]) { list.withLock { $0.append(people) } }
    }

    enum Act: CaseIterable {
        case consentBob, consentDora, consentCarol, consentAlice, consentErin, consentAgent
        case consentTwice, deny, withdraw, abandon, expire, release, releaseStricter, releaseTwice
        case revokeBobsKey, removeDora, replaceGroups, restart
    }

    let seed: UInt64
    let prefix: String
    let scenery: Scenery
    let holds: [WatchedHold]

    init(_ ground: Ground, seed: UInt64) async throws {
        self.seed = seed
        prefix = "s\(seed)-"
        scenery = try await Scenery(ground, prefix: prefix)
        for person in ["alice", "bob", "carol", "dora", "erin"] { try await scenery.enrol(person) }
        var random = SeededRandom(seed: seed)
        var holds: [WatchedHold] = []
        for _ in 0..<2 {
            let told = Told()
            let needs: [(String, Int)] =
                [[("dba", 1)], [("dba", 2)], [("dba", 1), ("security", 1)]]
                .randomElement(using: &random) ?? []
            let bot = try scenery.caller("deploy-bot", issuers: ["erin"])
            let hold = try await scenery.desk.open(
                scenery.request(by: bot, decision: scenery.decision(.hold, needs)),
                notify: told.notify)
            holds.append(WatchedHold(id: hold.id, told: told, releases: Releases()))
        }
        self.holds = holds
    }

    /// Rounds of acts at once; each round's acts race, and their order is the scheduler's. Errors are what most
    /// of them come to.
    func run() async throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<Int.random(in: 2...5, using: &random) {
            let acts = (0..<Int.random(in: 2...6, using: &random)).compactMap { _ in
                pick(&random)
            }
            await withTaskGroup(of: Void.self) { group in
                for (act, hold) in acts where act != .restart {
                    group.addTask { try? await self.act(act, hold) }
                }
            }
            // The ledger's lock lets no second process come up amid a transition of the first.
            for (act, hold) in acts where act == .restart { try? await self.act(act, hold) }
        }
        if Bool.random(using: &random) {
            for hold in holds { try? await scenery.desk.finished(hold.id, .succeeded(detail: "")) }
        }
        let next = Scenery.desk(
            scenery.ground, scenery.directory, scenery.tokens, scenery.keys, scenery.desk.options,
            scenery.clock)
        try await next.restart()
    }

    /// Consents and releases come often, revocations and ends seldom, so that worlds get somewhere.
    private func pick(_ random: inout SeededRandom) -> (Act, WatchedHold)? {
        let often: [Act] = [
            .consentBob, .consentBob, .consentDora, .consentDora, .consentCarol, .release, .release,
            .consentTwice, .releaseTwice,
        ]
        let isOften = Int.random(in: 0..<4, using: &random) > 0
        guard
            let act = isOften
                ? often.randomElement(using: &random) : Act.allCases.randomElement(using: &random),
            let hold = holds.randomElement(using: &random)
        else { return nil }
        return (act, hold)
    }

    private func act(_ act: Act, _ hold: WatchedHold) async throws {
        let desk = scenery.desk
        switch act {
        case .consentBob: try await scenery.consent(hold.id, by: "bob")
        case .consentDora: try await scenery.consent(hold.id, by: "dora")
        case .consentCarol: try await scenery.consent(hold.id, by: "carol")
        case .consentAlice: try await scenery.consent(hold.id, by: "alice")
        case .consentErin: try await scenery.consent(hold.id, by: "erin")
        case .consentAgent: try await scenery.consent(hold.id, by: "deploy-bot")
        case .consentTwice:
            async let one = scenery.consent(hold.id, by: "dora")
            async let other = scenery.consent(hold.id, by: "dora")
            _ = try await (one, other)
        case .deny: try await scenery.deny(hold.id, by: "dora")
        case .withdraw:
            try await desk.withdraw(hold.id, by: scenery.caller("alice"), reason: "")
        case .abandon: try await desk.abandon(hold.id, reason: "client went away")
        case .expire:
            scenery.clock.advance(milliseconds: 20_000)
            try await desk.expire(hold.id)
        case .release: try await release(hold, scenery.decision(.hold, [("dba", 1)]))
        case .releaseStricter:
            try await release(
                hold, scenery.decision(.hold, [("dba", 1), ("security", 1)], version: "version-2"))
        case .releaseTwice:
            let decision = scenery.decision(.hold, [("dba", 1)])
            async let one: Void = release(hold, decision)
            async let other: Void = release(hold, decision)
            _ = try await (one, other)
        case .revokeBobsKey:
            try await scenery.keys.revoke(
                KeyID(rawValue: scenery.signature(of: "bob")), by: scenery.caller("bob"),
                now: scenery.clock.now)
        case .removeDora: try replaceDirectory(without: ["dora"])
        case .replaceGroups: try replaceDirectory(groups: ["bob": ["security"]])
        case .restart:
            // Another process of the same gateway's name comes up; what this one had open is over.
            try await Scenery.desk(
                scenery.ground, scenery.directory, scenery.tokens, scenery.keys, desk.options,
                scenery.clock
            ).restart()
        }
    }

    private func replaceDirectory(
        without gone: Set<String> = [], groups: [String: [String]] = [:]
    ) throws {
        scenery.directory.replace(
            with: try Directory(Scenery.declaration(prefix, without: gone, groups: groups)))
    }

    private func release(_ hold: WatchedHold, _ decision: Decision) async throws {
        switch try await scenery.desk.release(hold.id, now: decision) {
        case .released(let release, let consents):
            if release.digest == scenery.action().digest {
                hold.releases.add(consents.map(\.person))
            }
        case .pendingAgain: break
        case .refused: break
        }
    }
}
