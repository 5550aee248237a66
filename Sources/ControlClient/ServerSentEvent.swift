import Foundation

/// One event of a `text/event-stream` (WHATWG HTML, section 9.2).
public struct ServerSentEvent: Sendable, Hashable {
    /// `message` when the stream does not say.
    public let kind: String
    public let data: String
}

/// Reads an event stream from parts that are cut anywhere.
struct ServerSentEventParser {
    private var pending: [UInt8] = []
    private var kind = "message"
    private var data: [String] = []
    /// Bytes of the event that is being read.
    private var eventBytes = 0

    mutating func feed(_ part: some Sequence<UInt8>) throws -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in part {
            eventBytes += 1
            guard eventBytes <= Limits.eventBytesMax else {
                throw ControlClientError.nonsense(
                    "an event larger than \(Limits.eventBytesMax) bytes")
            }
            guard byte == UInt8(ascii: "\n") else {
                pending.append(byte)
                continue
            }
            if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
            if let event = line(String(decoding: pending, as: UTF8.self)) { events.append(event) }
            pending.removeAll(keepingCapacity: true)
        }
        return events
    }

    /// A line ends an event, adds to it, or says nothing: a comment, a field that we do not know.
    private mutating func line(_ text: String) -> ServerSentEvent? {
        if text.isEmpty {
            defer { (kind, data, eventBytes) = ("message", [], 0) }
            return data.isEmpty
                ? nil : ServerSentEvent(kind: kind, data: data.joined(separator: "\n"))
        }
        let field = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var value = field.count == 2 ? field[1] : ""
        if value.hasPrefix(" ") { value.removeFirst() }
        switch field[0] {
        case "event": kind = value.isEmpty ? "message" : String(value)
        case "data": data.append(String(value))
        default: break
        }
        return nil
    }
}
