import Cryptography
import Foundation
import Ledger
import Policy
import TestKit
import Vocabulary

@testable import Holds
@testable import Identity
@testable import Ledger
@testable import Policy

/// One seed's world: a gateway's decision path with its store and ledger, the sessions and people who use it, the
/// weather, and the processes that come and go. Time is virtual and everything runs on one thread, in an order that
/// the seed chooses.
final class World: @unchecked Sendable {
    // Unchecked: only the jobs of its executor touch it, one at a time.
    static let origin = "test.example/ledger"
    /// More jobs than any world needs that comes to an end.
    static let stepsMax = 200_000

    let seed: UInt64
    let dice: Dice
    let fate: Fate
    let executor = SeededExecutor()
    let clock: FakeClock
    let store: SimulatedStore
    let disk: SimulatedDisk
    let key: LedgerKey
    let watch = Watch()
    let scratch: ScratchDirectory

    /// What the configuration and the policies say now.
    var society = Scenery.declaration()
    var policy: Decision
    /// What the gateway has in memory, while a process runs.
    var process: GatewayProcess?
    /// The tasks that have not ended, and what they do.
    private var tasks: [Int: String] = [:]
    private(set) var taskCount = 0
    private(set) var steps = 0
    /// How often people's keys were replaced.
    var keyNumbers: [String: Int] = [:]
    var documents: [(hold: HoldID, document: ConsentDocument)] = []
    /// Those of the agent, in the order in which they were issued.
    var tokens: [TokenID] = []
    var commandCount = 0
    /// Commands whose clients come again, in whatever life.
    var errands: [Errand] = []
    /// What a person has seen of the ledger, and would hold against it.
    var seenCheckpoint: Checkpoint?

    private(set) var violations: [String] = []
    private(set) var story: [String] = []

    init(seed: UInt64) async throws {
        self.seed = seed
        dice = Dice(seed: seed)
        fate = Fate(dice)
        clock = FakeClock(executor: executor)
        store = try SimulatedStore(fate)
        scratch = try ScratchDirectory(inMemory: true)
        disk = SimulatedDisk(directory: scratch.file("ledger"), fate)
        key = LedgerKey(
            name: Self.origin, privateKey: try Ed25519PrivateKey(seed: dice.bytes(32)))
        policy = Self.policies[dice.pick([0, 0, 0, 1, 2, 3]) ?? 0]
        watch.world = self
    }

    /// Lives through some processes of the gateway; what is wrong at any time is in `violations`.
    func run() async throws {
        let lives = dice.roll(1...2)
        for life in 0...lives where violations.isEmpty {
            let isLast = life == lives
            guard start(isLast: isLast) else { continue }
            try await verify()
            if !isLast, dice.chance(300) { fate.kill(in: dice.roll(1...dice.roll(1...4_000))) }
            if !isLast, dice.chance(300) { fate.kill(in: dice.roll(1...100), atDisk: true) }
            drive()
            if !fate.isDead, violations.isEmpty {
                watch.checkNothingIsOpen("its sessions have ended")
                if isLast || dice.chance(500) { stop() }
                fate.die()
                drive()
            }
            end()
        }
    }

    // MARK: Processes

    /// A process comes up, as often as it takes: after each fault that it met while it did, the weather is calm.
    private func start(isLast: Bool) -> Bool {
        tell("start")
        if !isLast, dice.chance(200) { fate.kill(in: dice.roll(1...60)) }
        if !isLast, dice.chance(100) { fate.weather = .init(store: 5, disk: 20) }
        for _ in 0..<3 {
            do {
                let process = try GatewayProcess(self)
                self.process = process
                disk.checkReopened(self)
                spawn("main") { await self.main(process, isLast: isLast) }
                return true
            } catch LedgerError.damaged(let reason) where !fate.isDead {
                fail("the ledger says it is damaged after a crash: \(reason)")
                return false
            } catch {
                tell("no start: \(error)")
                fate.die()
                end()
            }
        }
        fail("the ledger did not open")
        return false
    }

    private func main(_ process: GatewayProcess, isLast: Bool) async {
        do {
            try await store.migrate(IdentityMigrations.all + HoldMigrations.all)
            store.observe = { [watch] in try watch.look($0) }
            watch.restarts(isOver: false)
            try await process.desk.restart()
            watch.restarts(isOver: true)
        } catch {
            tell("no start: \(error)")
            return fate.die()
        }
        watch.checkNothingIsOpen("a start has ended what was left")
        watch.checkAgreement()
        guard !isLast else { return }
        for person in Self.people where !watch.keys.values.contains(person) || dice.chance(300) {
            await enrol(person)
        }
        startActors(process)
    }

    /// The gateway stops in good order.
    private func stop() {
        guard let process else { return }
        tell("stop")
        spawn("stop") {
            await process.desk.stop()
            await process.ledger.close()
        }
        drive()
    }

    /// What the process had in memory is lost.
    private func end() {
        process = nil
        let hasPower = dice.chance(500)
        tell(hasPower ? "killed" : "power cut")
        disk.crash(withPower: hasPower)
        fate.rise()
        clock.resume()
    }

    private func verify() async throws {
        guard violations.isEmpty else { return }
        let audit = ConsentAudit()
        var verifier = LedgerVerifier(
            directory: disk.directory, keys: [key.verifier],
            checkpoints: seenCheckpoint.map { [$0] } ?? [])
        verifier.audit = { await audit.finding(in: $0) }
        verifier.auditedKinds = ConsentAudit.kinds
        let report = try await verifier.verify()
        for finding in report.findings { fail("`ledger verify`: \(finding)") }
    }

    // MARK: Jobs

    /// Runs until nothing is left to do, nobody sleeps any more, or the process has died and its tasks have seen it.
    private func drive() {
        var isDraining = false
        while violations.isEmpty {
            if fate.isDead, !isDraining {
                isDraining = true
                tell("dead")
                process?.die(self)
            }
            let ready = executor.count
            let hasWork = process?.hasWork ?? false
            if ready == 0, !hasWork {
                guard !isDraining, clock.wakeNext() else { break }
                continue
            }
            // Whatever is being done may take long.
            if !isDraining, dice.chance(5) { _ = clock.wakeNext() }
            steps += 1
            guard steps < Self.stepsMax else { return fail("it never ends") }
            let place = dice.roll(0...(ready + (hasWork ? 0 : -1)))
            if place < ready { executor.run(place) } else { process?.turn() }
            if !isDraining { _ = fate.moment() }
        }
        if violations.isEmpty, !tasks.isEmpty {
            fail("waits for ever: \(tasks.sorted { $0.key < $1.key }.map(\.value))")
        }
    }

    func spawn(_ name: String, _ body: @escaping @Sendable () async -> Void) {
        taskCount += 1
        let number = taskCount
        tasks[number] = name
        Task(executorPreference: executor) {
            await body()
            self.tasks[number] = nil
        }
    }

    /// Lets up to so much time go by; false when the process is no more. Many wake at the full second, all at once.
    func pause(upTo milliseconds: Int) async -> Bool {
        let exact = dice.roll(0...milliseconds)
        do {
            try await clock.sleep(milliseconds: dice.chance(300) ? exact : exact / 1_000 * 1_000)
            return !fate.isDead
        } catch { return false }
    }

    // MARK: Words

    func tell(_ words: @autoclosure () -> String) {
        let words = words().replacing(scratch.path, with: "")
        story.append("\(clock.monotonic.nanoseconds / 1_000_000) \(words)")
    }

    /// What comes after the first is its consequence, more often than not.
    func fail(_ what: String) {
        tell("WRONG: \(what)")
        if violations.isEmpty { violations.append(what) }
    }
}
