import Ledger
import Logging
import Recording
import Vocabulary

/// Enters the roots of recordings in the ledger, all at once so that they share its commits; the sessions whose root is
/// entered.
func enter(_ roots: [RecordingRoot], in ledger: Ledger, _ log: Logger) async -> Set<SessionID> {
    await withTaskGroup(of: SessionID?.self) { group in
        for root in roots {
            group.addTask {
                do {
                    _ = try await ledger.append(root.entry)
                    return root.session
                } catch {
                    log.error(
                        "a recording's root is not entered yet", metadata: ["error": "\(error)"])
                    return nil
                }
            }
        }
        return await group.reduce(into: []) { entered, session in
            if let session { entered.insert(session) }
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

extension Recovery {
    var entry: LedgerEntry {
        LedgerEntry(
            kind: "recordings-recovered",
            body: [
                "interrupted": .array(interrupted.map { .text($0.rawValue) }),
                "missing": .array(missing.map { .text($0.rawValue) }),
                "torn_bytes": .integer(tornBytes),
            ])
    }
}
