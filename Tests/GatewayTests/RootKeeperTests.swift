import Holds
import Ledger
import Logging
import Recording
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Gateway

@Suite("The roots of recordings")
struct RootKeeperTests {
    /// A ledger that is full until it is told otherwise.
    private final class Full: Sendable {
        let entered = Mutex<[RecordingRoot]>([])
        let isFull = Mutex(true)
        let refused: AsyncStream<Void>
        private let continuation: AsyncStream<Void>.Continuation

        init() { (refused, continuation) = AsyncStream.makeStream() }

        @Sendable func enter(_ root: RecordingRoot) throws {
            guard !isFull.withLock({ $0 }) else {
                continuation.yield()
                throw LedgerError.full
            }
            entered.withLock { $0.append(root) }
        }
    }

    private func root(_ session: String, _ bytes: Int64) -> RecordingRoot {
        RecordingRoot(
            session: SessionID(rawValue: session), bytes: bytes,
            root: Digest(filling: { _ in }), isFinal: false)
    }

    @Test(
        "threat 25: wait while the ledger is full, the newest of each session, and are then entered"
    )
    func full() async {
        let ledger = Full()
        let keeper = RootKeeper(
            log: Logger(label: "test"), pause: .milliseconds(1), enter: ledger.enter)
        keeper.keep(root("s1", 1))
        var refusals = ledger.refused.makeAsyncIterator()
        _ = await refusals.next()
        for bytes in 2...5 as ClosedRange<Int64> { keeper.keep(root("s1", bytes)) }
        keeper.keep(root("s2", 1))
        _ = await refusals.next()
        ledger.isFull.withLock { $0 = false }
        await keeper.finish()
        let entered = ledger.entered.withLock { $0 }
        let last = Dictionary(
            entered.map { ($0.session.rawValue, $0.bytes) }, uniquingKeysWith: { $1 })
        #expect(last == ["s1": 5, "s2": 1])
        #expect(entered.count <= 3)
    }
}

@Suite("A command that could not be held")
struct NotHeldTests {
    @Test("is told whose doing it is, and nothing of the gateway's inside")
    func told() {
        let limit = notHeld(HoldError.limit("`bot` has 16 commands waiting"))
        #expect(limit.code == "42501" && limit.hint?.contains("withdraw") == true)
        #expect(limit.detail == "`bot` has 16 commands waiting")
        #expect(notHeld(HoldError.invalid("connect again")).hint == nil)
        for error in [LedgerError.full, .cannotOpen(path: "/secret/path", reason: "x")] {
            let said = notHeld(error)
            #expect(said.code == "58030" && said.detail == nil)
            #expect(said.hint?.contains("doctor") == true)
        }
    }
}
