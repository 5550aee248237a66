import Cryptography
import Ledger
import Policy
import Store
import Vocabulary

@testable import Holds
@testable import Identity
@testable import Policy

/// What was true of a command when its session asked.
struct Question {
    let session: SessionID
    let requester: String
    let owner: String
    let issuers: Set<String>
    /// What it was asked with.
    let credential: Credential
}

extension World {
    static let policies: [Decision] = [
        decision([("dba", 1)], "1"), decision([("dba", 2)], "2"),
        decision([("dba", 1), ("security", 1)], "3"), decision([("security", 2)], "4"),
        decision([("dba", 1)], "5", milliseconds: 9_000), decision([], "6", .review),
        decision([], "7", .allow), decision([], "8", .deny), decision([("nobody", 1)], "9"),
    ]

    private static func decision(
        _ needs: [(String, Int)], _ version: String, _ verdict: Verdict = .hold,
        milliseconds: Int64 = 60_000
    ) -> Decision {
        Decision(
            verdict: verdict, matches: [RuleMatch(policy: "p", rule: "r", verdict: verdict)],
            uncovered: [],
            requirements: needs.map { ConsentRequirement(group: $0.0, count: $0.1) },
            holdMilliseconds: milliseconds, risk: "high", policyVersion: version)
    }

    /// A session: it asks for some commands, one behind the other, until its client or its credential is gone.
    func client(_ number: Int, _ process: GatewayProcess) async {
        guard await pause(upTo: 20_000), let caller = await caller(process) else { return }
        let session = SessionID(rawValue: "ses_\(taskName(number))")
        let line = SignalLine()
        process.lines.append(line)
        let credential = caller.credential.identifier
        let listening = process.scenery.revocations.subscribe { [weak self] revocation in
            switch revocation {
            case .token(let id, of: _) where id.rawValue == credential: break
            case .principal(caller.principal.name): break
            case .token, .principal, .key, .runner: return
            }
            // Sessions are ended within a second.
            self?.spawn("cut") { [weak self] in
                _ = await self?.pause(upTo: 1_000)
                line.put(.gone)
            }
        }
        if dice.chance(300) {
            spawn("leave") { [weak self] in
                _ = await self?.pause(upTo: 60_000)
                line.put(.gone)
            }
        }
        for _ in 0..<dice.roll(1...2) {
            guard await pause(upTo: 5_000), !line.isGone else { break }
            await command(caller, session, line, process)
        }
        listening.cancel()
    }

    private func taskName(_ number: Int) -> String { "\(seed)_\(number)" }

    func caller(_ process: GatewayProcess) async -> AuthenticatedPrincipal? {
        let scenery = process.scenery
        if dice.chance(200) { return try? scenery.caller("dora") }
        do {
            // An administrator is as good an issuer as the owner.
            let issuer = dice.chance(700) ? society.agents.first?.owner ?? "alice" : "carol"
            let token = try await scenery.tokens.issue(
                forAgent: name("deploy-bot"), targets: nil, milliseconds: 3_600_000,
                by: scenery.caller(issuer), now: clock.now)
            tokens.append(token.token.id)
            return try await scenery.tokens.authenticate(token.text, now: clock.now)
        } catch { return nil }
    }

    private func command(
        _ caller: AuthenticatedPrincipal, _ session: SessionID, _ line: SignalLine,
        _ process: GatewayProcess
    ) async {
        commandCount += 1
        let action = process.scenery.action("DELETE FROM customers WHERE id = \(commandCount)")
        watch.commands[action.digest] = Question(
            session: session, requester: caller.principal.name.text,
            owner: caller.principal.accountable.text,
            issuers: Set(caller.credential.issuers.map(\.text)), credential: caller.credential)
        let decision = policy
        switch decision.verdict {
        case .deny: return
        case .allow, .review: await review(action, decision, process)
        case .hold:
            guard let target = try? targetName("orders") else { return }
            let request = HoldRequest(
                requester: caller, session: session, target: target, action: action,
                decision: decision)
            do {
                let told = Told()
                let hold = try await process.desk.open(request) { signal in
                    told.notify(signal)
                    line.put(.told(signal))
                }
                watch.opened(hold, action.digest, told)
                await held(request, hold, line, process)
            } catch { tell("not held: \(error)") }
        }
    }

    private func review(
        _ action: Action, _ decision: Decision, _ process: GatewayProcess
    ) async {
        let entry = LedgerEntry(
            kind: "decision", body: ["verdict": .text("review")], action: action.digest)
        guard let receipt = try? await process.ledger.append(entry),
            let release = Release(decision, entered: receipt)
        else { return }
        watch.forwarded(action.digest, by: release, hold: nil)
    }

    /// As the session's machine does: it waits, decides again, releases, sends, and says how it ended.
    private func held(
        _ request: HoldRequest, _ hold: Hold, _ line: SignalLine, _ process: GatewayProcess
    ) async {
        startEager(hold.id, process)
        while true {
            switch await line.next() {
            case .gone:
                let done = try? await process.desk.abandon(hold.id, reason: "the client left")
                if done == nil { await decideLate(hold.id, process) }
                return
            case .told(.ended):
                if fate.weather.store > 0 { await decideLate(hold.id, process) }
                return
            case .told(.approved):
                guard await release(request, hold.id, line, process) else { return }
            }
        }
    }

    /// True when it goes on waiting.
    private func release(
        _ request: HoldRequest, _ hold: HoldID, _ line: SignalLine, _ process: GatewayProcess
    ) async -> Bool {
        let desk = process.desk
        // It may be slow, and may come just when its time is over.
        switch dice.roll(0...9) {
        case 0: _ = await pause(upTo: 60_000)
        case 1: try? await clock.sleep(until: watch.deadlines[hold]?.latest ?? clock.monotonic)
        default: break
        }
        let decision = policy
        process.releasing[hold] = [decision]
        watch.asked(request.action.digest)
        startRival(hold, "bob", process)
        defer { process.releasing[hold] = nil }
        do {
            switch try await desk.release(hold, now: decision) {
            case .released(let release, consents: _):
                guard !fate.isDead else { return false }
                let isSent = !line.isGone && dice.chance(950)
                if isSent {
                    watch.forwarded(request.action.digest, by: release, hold: hold)
                    _ = await pause(upTo: 5_000)
                }
                let outcome: HoldOutcome =
                    isSent && dice.chance(800) ? .succeeded(detail: "") : .failed(detail: "")
                try? await desk.finished(hold, outcome)
                return false
            case .pendingAgain(let again, why: _):
                watch.reopened(again)
                startEager(hold, process)
                return true
            case .refused: break
            }
        } catch { tell("\(hold.rawValue) not released: \(error)") }
        _ = try? await desk.abandon(hold, reason: "given up")
        return false
    }
}
