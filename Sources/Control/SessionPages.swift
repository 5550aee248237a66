import ControlAPI
import Foundation
import Recording
import Synchronization
import Vocabulary

/// Recordings page by page, each page bounded in events and bytes. Where a page ended the reader waits for the next one,
/// so that a whole recording is read once, however many pages it has.
final class SessionPages: Sendable {
    struct Page: Sendable {
        var events: [EventItem] = []
        /// More may follow.
        var isPart = false
    }

    /// A recording that is read: its file, open.
    private final class Reading: Sendable {
        let reader: Mutex<RecordingReader>
        init(_ reader: consuming sending RecordingReader) { self.reader = Mutex(reader) }
    }

    /// Whose reader stands where.
    private struct Place: Hashable {
        let session: SessionID
        let caller: PrincipalName
        /// The last event that was read.
        let last: UInt64
    }

    private let waiting = Mutex<[(place: Place, reading: Reading)]>([])

    /// How many readers wait for a next page.
    var waitingCount: Int { waiting.withLock { $0.count } }

    /// The events of `session` behind the one of place `after`.
    func page(
        of session: SessionID, for caller: PrincipalName, after: UInt64?, withOutput: Bool = true,
        _ recorder: Recorder
    ) async throws -> Page {
        let reading: Reading
        if let after, let known = take(Place(session: session, caller: caller, last: after)) {
            reading = known
        } else {
            reading = Reading(try await recorder.events(of: session))
        }
        let page = try await onDisk {
            try reading.reader.withLock { try readPage(&$0, after, withOutput) }
        }
        if page.isPart, let last = page.events.last?.sequence {
            keep(reading, Place(session: session, caller: caller, last: last))
        }
        return page
    }

    private func take(_ place: Place) -> Reading? {
        waiting.withLock { waiting in
            waiting.firstIndex { $0.place == place }.map { waiting.remove(at: $0).reading }
        }
    }

    /// One for each caller, and some in all: the oldest goes.
    private func keep(_ reading: Reading, _ place: Place) {
        waiting.withLock { waiting in
            waiting.removeAll { $0.place.caller == place.caller }
            if waiting.count >= ControlLimits.waitingReadersMax { waiting.removeFirst() }
            waiting.append((place, reading))
        }
    }
}

private func readPage(
    _ reader: inout RecordingReader, _ after: UInt64?, _ withOutput: Bool
) throws -> SessionPages.Page {
    var page = SessionPages.Page()
    var bytes = 0
    while let event = try reader.next() {
        if let after, event.sequence <= after { continue }
        if event.content.isStream, !withOutput { continue }
        let item = EventItem(event)
        page.events.append(item)
        bytes += try encodedBytes(item)
        page.isPart =
            page.events.count >= ControlLimits.eventsMax || bytes >= ControlLimits.pageBytesMax
        if page.isPart { break }
    }
    return page
}

extension RecordedEvent.Content {
    /// The bytes of a stream.
    fileprivate var isStream: Bool {
        switch self {
        case .output, .input: true
        default: false
        }
    }
}

/// Output, of which there may be much, is not encoded just to be counted.
private func encodedBytes(_ item: EventItem) throws -> Int {
    if let data = item.data { return data.utf8.count + ControlLimits.outputItemBytes }
    return try JSONEncoder().encode(item).count
}
