import Policy
import Vocabulary

@testable import Holds
@testable import Identity
@testable import Policy

extension World {
    static let people = ["alice", "bob", "carol", "dora", "erin", "frank"]

    func startActors(_ process: GatewayProcess) {
        for number in 0..<dice.roll(2...3) {
            let client = taskCount + number
            spawn("client") { await self.client(client, process) }
        }
        for _ in 0..<dice.roll(1...2) {
            spawn("errand") { await self.errand(process) }
        }
        for person in Self.people {
            spawn(person) { await self.person(person, process) }
        }
        spawn("administrator") { await self.administrator(process) }
        spawn("weather") { await self.weather() }
    }

    /// People who look at once when something waits for them.
    func startEager(_ hold: HoldID, _ process: GatewayProcess) {
        for person in ["bob", "carol", "dora", "erin"] where dice.chance(500) {
            spawn("\(person) looks") {
                guard await self.pause(upTo: 20_000) else { return }
                await self.decide(.consent, hold, person, process)
            }
        }
    }

    /// Now and then something else happens to the hold, or to who decides on it, amid what is done with it now.
    func startRival(_ hold: HoldID, _ person: String, _ process: GatewayProcess) {
        guard dice.chance(400) else { return }
        let other = dice.pick(Self.people) ?? person
        let act = dice.roll(0...7)
        let steps = dice.roll(0...25)
        spawn("rival") {
            for _ in 0..<steps { await Task.yield() }
            switch act {
            case 0...1: await self.replaceKey(person, process)
            case 2: self.reload(process)
            case 3: await self.hurry(.refuse, hold, other, process)
            case 4...5: await self.hurry(.consent, hold, other, process)
            case 6:
                guard let alice = try? process.scenery.caller("alice") else { return }
                try? await process.desk.withdraw(hold, by: alice, reason: "")
            default: _ = try? await process.desk.abandon(hold, reason: "the client left")
            }
        }
    }

    /// The session has gone, and the store may not know it yet.
    func decideLate(_ hold: HoldID, _ process: GatewayProcess) async {
        for person in ["bob", "carol", "dora", "erin"] where dice.chance(500) {
            await hurry(dice.chance(800) ? .consent : .refuse, hold, person, process)
        }
    }

    private func hurry(
        _ decision: ConsentDocument.Decision, _ hold: HoldID, _ person: String,
        _ process: GatewayProcess
    ) async {
        guard let document = try? await process.scenery.document(hold, decision) else { return }
        try? await send(document, to: hold, person, process, key: nil)
    }

    /// Someone who does whatever comes to mind.
    private func person(_ person: String, _ process: GatewayProcess) async {
        for _ in 0..<dice.roll(0...2) {
            guard await pause(upTo: 20_000) else { return }
            await act(person, process)
        }
    }

    private func act(_ person: String, _ process: GatewayProcess) async {
        let recent = Array(watch.order.suffix(dice.chance(800) ? 3 : 20))
        guard let hold = dice.pick(recent) else { return }
        let scenery = process.scenery
        switch dice.roll(0...15) {
        case 0...4: await decide(.consent, hold, person, process)
        case 5:
            // The same click twice.
            async let one: Void = decide(.consent, hold, person, process)
            async let other: Void = decide(.consent, hold, person, process)
            _ = await (one, other)
        case 6:
            async let yes: Void = decide(.consent, hold, person, process)
            async let no: Void = decide(.refuse, hold, person, process)
            _ = await (yes, no)
        case 7: await decide(.refuse, hold, person, process)
        case 8: await replay(hold, person, process)
        case 9: await decide(.consent, hold, person, process, key: dice.pick(Self.people))
        case 10...11:
            try? await process.desk.withdraw(hold, by: scenery.caller(person), reason: "")
        case 12: _ = try? await process.desk.expire(hold)
        case 13: await login(person, process)
        case 14: await replaceKey(person, process)
        default: await agentConsents(hold, process)
        }
    }

    // MARK: Decisions

    func keyName(_ person: String) -> String { "\(person) \(keyNumbers[person] ?? 0)" }

    private func decide(
        _ decision: ConsentDocument.Decision, _ hold: HoldID, _ person: String,
        _ process: GatewayProcess, key: String? = nil
    ) async {
        do {
            let document = try await process.scenery.document(hold, decision)
            documents.append((hold, document))
            // They read what they sign.
            guard await pause(upTo: 3_000) else { return }
            startRival(hold, person, process)
            try await send(document, to: hold, person, process, key: key)
        } catch { tell("\(person) \(decision.rawValue) \(hold.rawValue): \(error)") }
    }

    /// What was signed once is sent again, or for another hold.
    private func replay(_ hold: HoldID, _ person: String, _ process: GatewayProcess) async {
        guard let old = dice.pick(documents) else { return }
        do {
            try await send(
                old.document, to: dice.chance(500) ? hold : old.hold, person, process, key: nil)
        } catch { tell("\(person) replays: \(error)") }
    }

    private func agentConsents(_ hold: HoldID, _ process: GatewayProcess) async {
        do {
            let document = try await process.scenery.document(hold)
            try await send(document, to: hold, "deploy-bot", process, key: "bob")
        } catch { tell("deploy-bot consents: \(error)") }
    }

    private func send(
        _ document: ConsentDocument, to hold: HoldID, _ person: String,
        _ process: GatewayProcess, key: String?
    ) async throws {
        let caller = try process.scenery.caller(
            person, issuers: dice.chance(30) ? ["alice"] : [])
        let signature = process.scenery.signature(of: keyName(key ?? person))
        switch document.decision {
        case .consent:
            let view = try await process.desk.consent(
                hold, by: caller, document: document.bytes, signature: signature)
            tell("\(person) consents \(hold.rawValue): \(view.state.rawValue)")
        case .refuse:
            let view = try await process.desk.deny(
                hold, by: caller, document: document.bytes, signature: signature)
            tell("\(person) refuses \(hold.rawValue): \(view.state.rawValue)")
        }
    }

    // MARK: Logins and keys

    func login(_ person: String, _ process: GatewayProcess) async {
        try? await process.scenery.login(person)
    }

    func enrol(_ person: String) async {
        guard let process else { return }
        do {
            let scenery = process.scenery
            let name = keyName(person)
            watch.keys[scenery.signature(of: name)] = person
            try await scenery.login(person)
            _ = try await scenery.offer(person, key: name)
        } catch { tell("\(person) enrols: \(error)") }
    }

    private func replaceKey(_ person: String, _ process: GatewayProcess) async {
        do {
            let scenery = process.scenery
            let id = KeyID(rawValue: scenery.signature(of: keyName(person)))
            try await scenery.keys.revoke(id, by: scenery.caller(person), now: clock.now)
        } catch { tell("\(person) revokes: \(error)") }
        guard dice.chance(700) else { return }
        keyNumbers[person, default: 0] += 1
        await enrol(person)
    }

    // MARK: Administration

    private func administrator(_ process: GatewayProcess) async {
        for _ in 0..<dice.roll(1...6) {
            guard await pause(upTo: 25_000) else { return }
            switch dice.roll(0...8) {
            case 0...3: policy = dice.pick(Self.policies) ?? policy
            case 4...6: reload(process)
            case 7: await revokeToken(process)
            default: await process.desk.refusals.turn()
            }
        }
    }

    /// The configuration is read anew.
    private func reload(_ process: GatewayProcess) {
        let owner = dice.chance(800) ? "alice" : "erin"
        var gone: Set<String> = []
        for person in ["bob", "carol", "dora", "frank", "deploy-bot"] where dice.chance(150) {
            gone.insert(person)
        }
        var groups: [String: [String]] = [:]
        for person in ["bob", "carol", "dora", "erin"] where dice.chance(200) {
            groups[person] = dice.pick([[], ["dba"], ["security"], ["dba", "security"]]) ?? []
        }
        watch.changed()
        society = Scenery.declaration(without: gone, groups: groups, owner: owner)
        guard let directory = try? Directory(society) else { return fail("a bad declaration") }
        tell("reload without \(gone.sorted()), \(groups.sorted { $0.key < $1.key }), \(owner)")
        process.scenery.directory.replace(with: directory)
    }

    private func revokeToken(_ process: GatewayProcess) async {
        let scenery = process.scenery
        guard let carol = try? scenery.caller("carol"), let token = dice.pick(tokens) else {
            return
        }
        let done: Void? = try? await scenery.tokens.revoke(token, by: carol, now: clock.now)
        if done != nil { watch.revoked.insert(token.rawValue) }
    }

    // MARK: Weather

    private func weather() async {
        if dice.chance(400) { return }
        for _ in 0..<dice.roll(1...4) {
            guard await pause(upTo: 20_000) else { return }
            switch dice.roll(0...5) {
            case 0: fate.weather = .init(store: dice.roll(1...300))
            case 1: fate.weather = .init(disk: dice.roll(1...50))
            case 2: fate.weather.isFull = true
            case 3: fate.weather = .init(store: dice.roll(1...30), disk: dice.roll(1...10))
            default:
                let minutes = dice.pick([-90, -31, -1, 1, 31, 90]) ?? 0
                watch.changed()
                clock.jump(milliseconds: Int64(minutes) * 60_000)
                tell("the wall clock jumps \(minutes) minutes")
            }
            tell("weather \(fate.weather)")
            guard await pause(upTo: 10_000) else { return }
            fate.weather = .init()
        }
    }
}
