import Ledger
import Logging
import Recording
import Vocabulary

/// Removes recordings that are older than their target keeps them. Each removal is entered in the ledger first.
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
        do {
            while !Task.isCancelled {
                let expired = try await services.recorder.expired(before: before, target: target)
                guard !expired.isEmpty else { return }
                for recording in expired {
                    _ = try await services.ledger.append(
                        LedgerEntry(
                            kind: LedgerKind.recordingRemoved,
                            body: [
                                "session": .text(recording.session.rawValue),
                                "target": .text(target.text), "reason": .text("retention"),
                            ]))
                    let removed = try await services.recorder.remove([recording.session])
                    guard !removed.isEmpty else { return }
                }
            }
        } catch {
            services.log.error(
                "recordings could not be removed",
                metadata: ["target": "\(target)", "error": "\(error)"])
        }
    }
}
