import ControlAPI
import Foundation

@testable import sallyport

/// Events of a session of programs, as the gateway tells them.
struct ShellSession: EventSource {
    static let item = SessionItem(
        id: "ses_one", principal: "deploy-bot", owner: "alice", target: "build-host",
        credential: "token:x", address: "127.0.0.1:5", application: "sallyport",
        opened: 1_700_000_000_000, closed: nil, reason: nil, actions: 2, holds: 0, refused: 0,
        output: 10,
        bytes: 100)

    private(set) var events: [EventItem] = []
    private var place = 0

    private mutating func add(_ kind: String, _ at: UInt64, _ fill: (inout EventItem) -> Void) {
        var event = EventItem(
            sequence: UInt64(events.count), microseconds: at, kind: kind)
        fill(&event)
        events.append(event)
    }

    mutating func shell(
        columns: UInt64? = 80, rows: UInt64? = 24, command: [String] = [], term: String = "xterm"
    ) {
        add("shell", 0) { event in
            (event.columns, event.rows, event.term) = (columns, rows, term)
            event.values = command
        }
    }

    mutating func output(_ bytes: [UInt8], at: UInt64, _ stream: String = "terminal") {
        add("output", at) { event in
            event.stream = stream
            event.data = Data(bytes).base64EncodedString()
        }
    }

    mutating func output(_ text: String, at: UInt64, _ stream: String = "terminal") {
        output(Array(text.utf8), at: at, stream)
    }

    mutating func input(_ text: String, at: UInt64) {
        add("input", at) { $0.data = Data(text.utf8).base64EncodedString() }
    }

    mutating func resized(_ columns: UInt64, _ rows: UInt64, at: UInt64) {
        add("resized", at) { ($0.columns, $0.rows) = (columns, rows) }
    }

    mutating func program(_ number: UInt64, parent: UInt64?, _ command: String, at: UInt64) {
        add("action", at) { event in
            (event.number, event.parent, event.action) = (number, parent, "exec")
            (event.statement, event.verdict, event.rules) = (command, "allow", ["p/r"])
        }
    }

    mutating func refused(_ number: UInt64, parent: UInt64?, _ command: String, at: UInt64) {
        add("refused", at) { event in
            (event.number, event.parent, event.text) = (number, parent, "refused by p/no")
            (event.statement, event.verdict, event.rules) = (command, "deny", ["p/no"])
        }
    }

    mutating func ended(_ number: UInt64, _ tag: String, at: UInt64) {
        add("outcome", at) { ($0.number, $0.tag, $0.duration) = (number, tag, 1_500) }
    }

    mutating func next() async throws -> EventItem? {
        guard place < events.count else { return nil }
        defer { place += 1 }
        return events[place]
    }
}
