import Holds
import Ledger
import Logging
import NIOConcurrencyHelpers
import Recording
import Vocabulary

/// Enters the roots of recordings in the ledger. While the ledger does not take them, each session's newest waits: it
/// stands for all before it.
final class RootKeeper: Sendable {
    private struct State {
        var waiting: [SessionID: RecordingRoot] = [:]
        var isFinished = false
    }

    private let state = NIOLockedValueBox(State())
    private let wake: AsyncStream<Void>.Continuation
    private let work: Task<Void, Never>

    convenience init(ledger: Ledger, log: Logger) {
        self.init(log: log, enter: { _ = try await ledger.append($0.entry) })
    }

    /// - Parameter pause: before what was not taken is tried again.
    init(
        log: Logger, pause: Duration = .seconds(1),
        enter: @escaping @Sendable (RecordingRoot) async throws -> Void
    ) {
        let (stream, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        wake = continuation
        work = Task { [state] in
            for await _ in stream {
                while await Self.enterAll(state, log, enter) { try? await Task.sleep(for: pause) }
            }
            _ = await Self.enterAll(state, log, enter)
        }
    }

    func keep(_ root: RecordingRoot) {
        state.withLockedValue { $0.waiting[root.session] = root }
        wake.yield()
    }

    /// Returns when every root that was given is entered, or was tried for the last time.
    func finish() async {
        state.withLockedValue { $0.isFinished = true }
        wake.finish()
        await work.value
    }

    /// True when some were not taken, and may be later.
    private static func enterAll(
        _ state: NIOLockedValueBox<State>, _ log: Logger,
        _ enter: @escaping @Sendable (RecordingRoot) async throws -> Void
    ) async -> Bool {
        var refused: [SessionID: RecordingRoot] = [:]
        while true {
            let batch = state.withLockedValue { state in
                let batch = Array(state.waiting.values.prefix(GatewayLimits.rootsTogetherMax))
                for root in batch { state.waiting[root.session] = nil }
                return batch
            }
            guard !batch.isEmpty else { break }
            for root in batch { refused[root.session] = nil }
            for root in await enterTogether(batch, log, enter) { refused[root.session] = root }
        }
        return state.withLockedValue { [refused] state in
            state.waiting.merge(refused) { newer, _ in newer }
            return !state.waiting.isEmpty && !state.isFinished
        }
    }

    /// At once, so that the ledger syncs them together; never two of one session. Returns those that may be taken later.
    private static func enterTogether(
        _ batch: [RecordingRoot], _ log: Logger,
        _ enter: @escaping @Sendable (RecordingRoot) async throws -> Void
    ) async -> [RecordingRoot] {
        await withTaskGroup(of: RecordingRoot?.self) { group in
            for root in batch {
                group.addTask {
                    do {
                        try await enter(root)
                        return nil
                    } catch {
                        log.error(
                            "a recording's root is not entered", metadata: ["error": "\(error)"])
                        return mayPass(error) ? root : nil
                    }
                }
            }
            return await group.reduce(into: []) { left, root in
                if let root { left.append(root) }
            }
        }
    }
}

extension RecordingRoot {
    fileprivate var entry: LedgerEntry {
        LedgerEntry(
            kind: LedgerKind.recording,
            body: [
                "session": .text(session.rawValue), "bytes": .integer(bytes),
                "root": .text(root.hex), "final": .bool(isFinal),
            ], isEnding: isFinal)
    }
}
