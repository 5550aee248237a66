import Cryptography
import Identity
import Ledger
import Store
import Synchronization
import Vocabulary

/// Where commands wait for people. Every change of a hold is a compare-and-set in the store, of two who try one
/// gets through; what it means stands in the ledger.
///
/// The store must have been migrated with `HoldMigrations` and Identity's. Call `restart()` before the first
/// `open`.
public final class HoldDesk: Sendable {
    /// Proves that a person's enrolled key signed `message` for a consent; throws when it did not.
    public typealias SignatureCheck =
        @Sendable (
            _ armored: String, _ message: [UInt8], _ person: PrincipalName
        ) async throws -> VerifiedSignature

    let database: any Database
    let ledger: Ledger
    let directory: CurrentDirectory
    let tokens: TokenStore
    let options: HoldOptions
    let clock: HoldClock
    let verify: SignatureCheck
    /// This process: holds of another one have nobody who waits for them.
    let instance: String
    let gates = HoldGates()
    let watchers = HoldWatchers()
    let tidying = Mutex(Tidying())
    let local = Mutex<[HoldID: LocalHold]>([:])
    private let lastWaiter = Mutex<UInt64>(0)
    /// Refused decisions, which anyone whom a hold concerns may repeat at will.
    let refusals: RepeatedEntries

    public init(
        database: any Database, ledger: Ledger, directory: CurrentDirectory, tokens: TokenStore,
        options: HoldOptions = HoldOptions(), clock: HoldClock = .live,
        verify: @escaping SignatureCheck
    ) {
        self.database = database
        self.ledger = ledger
        self.directory = directory
        self.tokens = tokens
        self.options = options
        instance = options.identifier("ins_")
        self.clock = clock
        self.verify = verify
        refusals = RepeatedEntries(ledger: ledger, milliseconds: Limits.refusalsMilliseconds)
    }

    /// With `ssh-keygen` as the judge of signatures.
    public convenience init(
        database: any Database, ledger: Ledger, directory: CurrentDirectory, tokens: TokenStore,
        keys: ConsentKeys, verifier: SignatureVerifier, options: HoldOptions = HoldOptions(),
        clock: HoldClock = .live
    ) {
        self.init(
            database: database, ledger: ledger, directory: directory, tokens: tokens,
            options: options, clock: clock,
            verify: { try await verifier.verify(armored: $0, over: $1, by: $2, keys: keys) })
    }

    /// Writes an entry of this module.
    func enter(_ entry: LedgerEntry) async throws -> UInt64 {
        try await ledger.append(entry).index
    }

    /// True when the hold waits in this process and its time is over.
    func isDue(_ id: HoldID) -> Bool {
        guard let deadline = local.withLock({ $0[id]?.deadline }) else { return false }
        return clock.monotonic() >= deadline
    }

    /// From 1: no other waiter has it.
    func waiterNumber() -> UInt64 {
        lastWaiter.withLock { last in
            last += 1
            return last
        }
    }

    /// Tells those who wait. After an end it is forgotten.
    func signal(_ id: HoldID, _ signal: HoldSignal) {
        let hold = local.withLock { local -> LocalHold? in
            switch signal {
            case .approved: local[id]
            case .ended: local.removeValue(forKey: id)
            }
        }
        if case .ended = signal { hold?.timer?.cancel() }
        for waiter in hold?.waiters ?? [] { waiter.notify(signal) }
    }

    /// Tells every watcher who may know, as of now.
    func announce(_ kind: HoldEvent.Kind, _ row: HoldRow) async {
        let watching = watchers.all
        guard !watching.isEmpty else { return }
        let event = HoldEvent(kind: kind, hold: HoldItem(row), audience: HoldAudience(row))
        for watcher in watching {
            guard let who = try? await tokens.stillHolds(watcher.who, now: clock.wall()) else {
                watchers.end(watcher)
                continue
            }
            guard event.audience.includes(who.principal.name, in: directory.value) else { continue }
            watchers.tell(watcher, event)
        }
    }
}
