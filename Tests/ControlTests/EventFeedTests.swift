import TestKit
import Testing
import Vocabulary

@testable import Control
@testable import Holds

@Suite("What goes down an event stream")
struct EventFeedTests {
    /// A hold's event, as the store's row makes it.
    private func event() async throws -> HoldEvent {
        let control = try await RunningControl.shared.value
        let id = try await control.hold(by: control.agentToken())
        let row = try await control.services.database.read { try HoldTable($0).get(id) }
        _ = try await control.services.holds.abandon(id, reason: "over")
        return HoldEvent(kind: .opened, hold: HoldItem(row), audience: HoldAudience(row))
    }

    @Test("threat 34: a watcher who does not read is ended when a bounded number of events waits")
    func unread() async throws {
        let event = try await event()
        let (events, continuation) = AsyncStream.makeStream(of: HoldEvent.self)
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let feed = eventFeed(events, heartbeat: .seconds(3_600)) { end.finish() }
        for _ in 0...ControlLimits.feedPartsMax { continuation.yield(event) }
        for await _ in ended {}
        // What waited is there still, and nothing more ever comes.
        continuation.yield(event)
        var count = 0
        for await _ in feed { count += 1 }
        #expect(count == ControlLimits.feedPartsMax)
    }

    @Test("comments that nobody reads end the stream too")
    func unreadComments() async throws {
        let (events, continuation) = AsyncStream.makeStream(of: HoldEvent.self)
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let feed = eventFeed(events, heartbeat: .milliseconds(1)) { end.finish() }
        for await _ in ended {}
        withExtendedLifetime((feed, continuation)) {}
    }

    @Test("who reads gets all of it, and the end")
    func read() async throws {
        let event = try await event()
        let (events, continuation) = AsyncStream.makeStream(of: HoldEvent.self)
        let feed = eventFeed(events, heartbeat: .seconds(3_600)) { Issue.record("fallen behind") }
        var parts = feed.makeAsyncIterator()
        for _ in 0..<3 * ControlLimits.feedPartsMax {
            continuation.yield(event)
            let part = try #require(await parts.next())
            #expect(part.hasPrefix("event: opened\ndata: {") && part.hasSuffix("}\n\n"))
            #expect(part.utf8.count < 4_096)
        }
        continuation.finish()
        #expect(await parts.next() == nil)
    }
}
