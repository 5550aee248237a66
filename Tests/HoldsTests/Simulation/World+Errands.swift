import Policy
import Vocabulary

@testable import Holds
@testable import Identity
@testable import Policy

/// A command whose client does not wait, or not for long: it comes again, with the same credential.
struct Errand {
    let caller: AuthenticatedPrincipal
    let action: Action
}

extension World {
    /// Runs one errand some times, in sessions of their own: a new one, or one of an earlier life.
    func errand(_ process: GatewayProcess) async {
        guard await pause(upTo: 20_000) else { return }
        // Best one that people have been asked about in an earlier life.
        let asked = Set(
            watch.survived.compactMap { watch.seen[$0]?.row }.filter { !$0.state.isEnd }
                .map(\.action))
        let left = errands.filter { asked.contains($0.action.digest) }
        var errand = dice.chance(700) ? dice.pick(left.isEmpty ? errands : left) : nil
        if errand == nil { errand = await newErrand(process) }
        guard let errand else { return }
        for _ in 0..<dice.roll(2...5) {
            commandCount += 1
            await come(errand, SessionID(rawValue: "ses_\(seed)_e\(commandCount)"), process)
            guard await pause(upTo: 15_000) else { return }
        }
    }

    private func newErrand(_ process: GatewayProcess) async -> Errand? {
        guard let caller = await caller(process) else { return nil }
        commandCount += 1
        var action = process.scenery.action("rm -r /srv/\(commandCount)")
        action.kind = .exec
        watch.commands[action.digest] = Question(
            session: SessionID(rawValue: ""), requester: caller.principal.name.text,
            owner: caller.principal.accountable.text,
            issuers: Set(caller.credential.issuers.map(\.text)), credential: caller.credential)
        let errand = Errand(caller: caller, action: action)
        errands.append(errand)
        return errand
    }

    private func come(
        _ errand: Errand, _ session: SessionID, _ process: GatewayProcess
    ) async {
        let decision = policy
        guard decision.verdict == .hold, let target = try? targetName("orders") else { return }
        let request = HoldRequest(
            requester: errand.caller, session: session, target: target, action: errand.action,
            decision: decision, kind: .retry)
        let line = SignalLine()
        process.lines.append(line)
        let told = Told()
        let waits = dice.chance(500)
        let notify: @Sendable (HoldSignal) -> Void = { signal in
            told.notify(signal)
            line.put(.told(signal))
        }
        do {
            switch try await process.desk.ask(request, notify: waits ? notify : nil) {
            case .waits(let hold):
                if let opened = hold.opened { watch.opened(opened, errand.action.digest, told) }
                startEager(hold.id, process)
                if waits { await wait(for: hold, request, line, process) }
            case .approved(let hold):
                let goesOn = await releaseAgain(request, hold.id, process)
                if goesOn, waits { await wait(for: hold, request, line, process) }
            case .denied(let id, by: let person, why: _):
                let row = watch.seen[id]?.row
                if row?.state != .denied || row?.endedBy != person {
                    fail("\(id.rawValue) is said to be denied by \(person)")
                }
            }
        } catch { tell("not asked: \(error)") }
    }

    private func wait(
        for hold: RetryHold, _ request: HoldRequest, _ line: SignalLine, _ process: GatewayProcess
    ) async {
        spawn("impatient") { [weak self] in
            _ = await self?.pause(upTo: 40_000)
            line.put(.gone)
        }
        while true {
            switch await line.next() {
            case .gone: return process.desk.leave(hold.id, waiter: hold.waiter)
            case .told(.ended): return
            case .told(.approved):
                guard await releaseAgain(request, hold.id, process) else { return }
            }
        }
    }

    /// True when people are asked anew.
    private func releaseAgain(
        _ request: HoldRequest, _ hold: HoldID, _ process: GatewayProcess
    ) async -> Bool {
        let decision = policy
        process.releasing[hold, default: []].append(decision)
        watch.asked(request.action.digest)
        startRival(hold, "bob", process)
        defer {
            if let place = process.releasing[hold]?.firstIndex(of: decision) {
                process.releasing[hold]?.remove(at: place)
            }
        }
        do {
            switch try await process.desk.release(hold, now: decision, for: request) {
            case .released(let release, consents: _):
                guard !fate.isDead else { return false }
                watch.forwarded(request.action.digest, by: release, hold: hold)
                if dice.chance(500) { _ = await pause(upTo: 5_000) }
                try? await process.desk.finished(
                    hold, dice.chance(800) ? .succeeded(detail: "") : .failed(detail: ""))
                return false
            case .pendingAgain(let again, why: _):
                watch.reopened(again)
                startEager(hold, process)
                return true
            case .refused: return false
            }
        } catch HoldError.illegal(let step) where step.state == .pending {
            return true
        } catch {
            tell("\(hold.rawValue) not let go: \(error)")
            return false
        }
    }
}
