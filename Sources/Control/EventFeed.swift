import Foundation
import Holds

/// What goes down an event stream: each event as text, and a comment now and then, so that both ends notice when the
/// other has gone. Nothing waits without bound: a watcher who does not read is ended.
///
/// - Parameter fallenBehind: called once, from any task, when `ControlLimits.feedPartsMax` parts wait and one more
///   comes: the connection must be closed, since whoever writes to it is stuck.
func eventFeed(
    _ events: AsyncStream<HoldEvent>,
    heartbeat: Duration = .seconds(ControlLimits.heartbeatSeconds),
    fallenBehind: @escaping @Sendable () -> Void
) -> AsyncStream<String> {
    let (feed, continuation) = AsyncStream.makeStream(
        of: String.self, bufferingPolicy: .bufferingOldest(ControlLimits.feedPartsMax))
    @Sendable func put(_ part: String) -> Bool {
        switch continuation.yield(part) {
        case .enqueued: return true
        case .dropped:
            continuation.finish()
            fallenBehind()
            return false
        case .terminated: return false
        @unknown default: return false
        }
    }
    let reading = Task {
        for await event in events { guard put(serverSentEvent(event)) else { return } }
        continuation.finish()
    }
    let beating = Task {
        while (try? await Task.sleep(for: heartbeat)) != nil {
            guard put(": still here\n\n") else { return }
        }
    }
    continuation.onTermination = { _ in
        reading.cancel()
        beating.cancel()
    }
    return feed
}

private func serverSentEvent(_ event: HoldEvent) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = (try? encoder.encode(event.hold)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    return "event: \(event.kind.rawValue)\ndata: \(data)\n\n"
}
