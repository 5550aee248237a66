import Ledger
import Logging
import Recording
import Vocabulary

/// Enters the roots of recordings in the ledger, one after the other, in their order.
final class RootKeeper: Sendable {
    private let roots: AsyncStream<RecordingRoot>.Continuation
    private let work: Task<Void, Never>

    init(ledger: Ledger, log: Logger) {
        let (stream, continuation) = AsyncStream.makeStream(of: RecordingRoot.self)
        roots = continuation
        work = Task {
            for await root in stream {
                do {
                    _ = try await ledger.append(root.entry)
                } catch {
                    log.error("a recording's root was not entered", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    func keep(_ root: RecordingRoot) { roots.yield(root) }

    /// Returns when every root that was given is entered.
    func finish() async {
        roots.finish()
        await work.value
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
