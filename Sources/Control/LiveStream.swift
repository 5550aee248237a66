import ControlAPI
import Foundation
import Gateway
import Hummingbird
import Recording

/// What goes down a watcher's stream: each event of the recording as `event`, once, as it is filed; `cut` with a reason
/// when the watching ends before the session does. A watcher who does not read waits behind the recording, which costs
/// the session nothing, and is ended when not even one part can be written for `ControlLimits.stallSecondsMax`.
struct LiveStream {
    let followed: FollowedRecording
    let watch: SessionWatch
    let standing: WatcherStanding
    let ticks: LiveTicks
    let context: CallContext

    private enum Outcome {
        /// The watcher has all that is there.
        case goesOn(wrote: Bool)
        case ended
        case mayNot
    }

    func run(_ writer: inout any ResponseBodyWriter) async throws {
        try await write(": joined\n\n", to: &writer)
        let work = ticks.begin(followed.changes)
        defer { work.cancel() }
        for await _ in ticks.stream {
            switch try await writeEvents(to: &writer) {
            case .goesOn(wrote: true): break
            case .goesOn(wrote: false): try await write(": still here\n\n", to: &writer)
            case .ended: return
            case .mayNot:
                watch.end("may not watch any more")
                let why = ["reason": "you may not watch this session any more"]
                return try await write(serverSentEvent("cut", why), to: &writer)
            }
        }
    }

    private func writeEvents(to writer: inout any ResponseBodyWriter) async throws -> Outcome {
        // On a full disk, what is filed can still be read.
        try? await followed.settle()
        var hasWritten = false
        while true {
            let followed = followed
            let events = try await onDisk { try followed.read() }
            guard await standing.holds() else { return .mayNot }
            if events.isEmpty { break }
            hasWritten = true
            for event in events {
                for item in EventItem(event).parts {
                    try await write(serverSentEvent("event", item), to: &writer)
                }
                if case .closed(let reason, _) = event.content {
                    watch.end("the session ended: \(reason)")
                    return .ended
                }
            }
        }
        // Keystrokes in a row are filed together: each filing costs a sync of the disk.
        try await Task.sleep(for: .milliseconds(ControlLimits.livePauseMilliseconds))
        return .goesOn(wrote: hasWritten)
    }

    private func write(_ text: String, to writer: inout any ResponseBodyWriter) async throws {
        let deadline = context.closing(within: ControlLimits.stallSecondsMax) { [watch] in
            watch.end("did not read for \(ControlLimits.stallSecondsMax) s")
        }
        defer { deadline.cancel() }
        try await writer.write(ByteBuffer(string: text))
    }
}

/// When to look: at the beginning, when more was recorded, when the watcher's standing may have changed, and now and then.
/// Several at once are one.
struct LiveTicks: Sendable {
    let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func tick() { continuation.yield() }

    /// There is nobody any more who would see it.
    func end() { continuation.finish() }

    func begin(_ changes: AsyncStream<Void>) -> Task<Void, Never> {
        Task {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in changes { tick() } }
                group.addTask {
                    let pause = Duration.seconds(ControlLimits.heartbeatSeconds)
                    while (try? await Task.sleep(for: pause)) != nil { tick() }
                }
            }
        }
    }
}

extension EventItem {
    /// Output as several items of one sequence, each small enough for one event of the stream; others as they are.
    fileprivate var parts: [EventItem] {
        guard let data, data.utf8.count > ControlLimits.livePartCharactersMax else { return [self] }
        let text = Array(data.utf8)
        return stride(from: 0, to: text.count, by: ControlLimits.livePartCharactersMax).map {
            var part = self
            let end = min($0 + ControlLimits.livePartCharactersMax, text.count)
            part.data = String(decoding: text[$0..<end], as: UTF8.self)
            return part
        }
    }
}
