import ControlAPI
import Foundation
import Holds

/// What goes down an event stream: each event as text, and a comment now and then, so that both ends notice when the
/// other has gone. Nothing waits without bound: a watcher who does not read is ended.
///
/// - Parameter fallenBehind: called once, from any task, when `ControlLimits.feedPartsMax` parts wait and one more
///   comes: the connection must be closed, since whoever writes to it is stuck.
func eventFeed(
    _ events: AsyncStream<HoldEvent>, waiting: AsyncStream<WaitingSession>? = nil,
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
        for await event in events {
            guard put(serverSentEvent(event.kind.rawValue, event.hold)) else { return }
        }
        continuation.finish()
    }
    let telling = Task {
        guard let waiting else { return }
        for await session in waiting {
            guard put(serverSentEvent("session-waiting", session)) else { return }
        }
    }
    let beating = Task {
        while (try? await Task.sleep(for: heartbeat)) != nil {
            guard put(": still here\n\n") else { return }
        }
    }
    continuation.onTermination = { _ in
        reading.cancel()
        telling.cancel()
        beating.cancel()
    }
    return feed
}

/// An event of a stream: its kind, and its data as one line of JSON.
func serverSentEvent(_ kind: String, _ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    return "event: \(kind)\ndata: \(data)\n\n"
}
