import Foundation

/// One event of a `text/event-stream` (WHATWG HTML, section 9.2).
public struct ServerSentEvent: Sendable, Hashable {
    /// `message` when the stream does not say.
    public let kind: String
    public let data: String
    /// It was larger than what is read of an event: its data is not here.
    public let isTooLarge: Bool

    public init(kind: String, data: String, isTooLarge: Bool = false) {
        self.kind = kind
        self.data = data
        self.isTooLarge = isTooLarge
    }
}

/// Reads an event stream from parts that are cut anywhere.
struct ServerSentEventParser {
    private var pending: [UInt8] = []
    private var kind = "message"
    private var data: [String] = []
    /// Bytes of the event that is being read.
    private var eventBytes = 0

    private var isTooLarge: Bool { eventBytes > Limits.eventBytesMax }

    mutating func feed(_ part: some Sequence<UInt8>) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in part {
            let isEnd = byte == UInt8(ascii: "\n")
            // Of what is too large only its lines' ends are looked for, up to an empty one.
            if eventBytes <= Limits.eventBytesMax { eventBytes += 1 }
            if isTooLarge { data = [] }
            guard isEnd else {
                if !isTooLarge || pending.count < 2 { pending.append(byte) }
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
            if isTooLarge { return ServerSentEvent(kind: kind, data: "", isTooLarge: true) }
            return data.isEmpty
                ? nil : ServerSentEvent(kind: kind, data: data.joined(separator: "\n"))
        }
        if isTooLarge { return nil }
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
