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

    mutating func feed(_ part: some Sequence<UInt8>) throws -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in part {
            guard byte == UInt8(ascii: "\n") else {
                pending.append(byte)
                guard pending.count <= Limits.eventBytesMax else {
                    throw ControlClientError.nonsense(
                        "an event larger than \(Limits.eventBytesMax) bytes")
                }
                continue
            }
            if let event = line(String(decoding: pending, as: UTF8.self)) { events.append(event) }
            pending.removeAll(keepingCapacity: true)
        }
        return events
    }

    private mutating func line(_ text: String) -> ServerSentEvent? {
        if text.isEmpty {
            defer { (kind, data) = ("message", []) }
            return data.isEmpty
                ? nil : ServerSentEvent(kind: kind, data: data.joined(separator: "\n"))
        }
        if text.hasPrefix("event: ") { kind = String(text.dropFirst(7)) }
        if text.hasPrefix("data: ") { data.append(String(text.dropFirst(6))) }
        return nil
    }
}
