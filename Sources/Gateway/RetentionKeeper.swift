import Ledger
import Logging
import Recording
import Vocabulary

/// Removes recordings that are older than their target keeps them. Each removal is entered in the ledger first, once,
/// however often it has to be tried.
final class RetentionKeeper: Sendable {
    private let work: Task<Void, Never>

    init(_ services: GatewayServices) {
        let kept = services.targets.values.compactMap { target in
            target.retentionMilliseconds.map { (target.name, $0) }
        }
        work = Task {
            // Often enough for the shortest, and once a minute at most.
            let pause = max(
                GatewayLimits.retentionPauseMillisecondsMin,
                min(GatewayLimits.retentionPauseMillisecondsMax, (kept.map(\.1).min() ?? 0) / 10))
            while !kept.isEmpty, !Task.isCancelled {
                for (target, milliseconds) in kept {
                    await Self.sweep(target, milliseconds, services)
                }
                guard (try? await Task.sleep(for: .milliseconds(pause))) != nil else { return }
            }
        }
    }

    func stop() { work.cancel() }

    private static func sweep(
        _ target: TargetName, _ milliseconds: Int64, _ services: GatewayServices
    ) async {
        let before = WallTime(milliseconds: services.clock.wall().milliseconds - milliseconds)
        var hasRemoved = true
        var trouble: (any Error)?
        while hasRemoved, !Task.isCancelled {
            hasRemoved = false
            trouble = nil
            do {
                for recording in try await services.recorder.expired(before: before, target: target)
                {
                    do {
                        hasRemoved = try await remove(recording, services) || hasRemoved
                    } catch {
                        // The others are tried all the same.
                        trouble = error
                    }
                }
            } catch {
                trouble = error
            }
        }
        guard let trouble else { return }
        services.log.error(
            "recordings could not be removed",
            metadata: ["target": "\(target)", "error": "\(trouble)"])
    }

    private static func remove(
        _ recording: RecordedSession, _ services: GatewayServices
    ) async throws -> Bool {
        let (recorder, session) = (services.recorder, recording.session)
        if try await !recorder.isRemovalEntered(session) {
            let receipt = try await services.ledger.append(
                LedgerEntry(
                    kind: LedgerKind.recordingRemoved,
                    body: [
                        "session": .text(session.rawValue),
                        "target": .text(recording.target.text), "reason": .text("retention"),
                    ]))
            try await recorder.enteredRemoval(of: session, at: receipt.index)
        }
        return try await !recorder.remove([session]).isEmpty
    }
}
