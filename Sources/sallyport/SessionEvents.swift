import ControlAPI
import Foundation

/// Something that gives a session's events one by one.
protocol EventSource {
    mutating func next() async throws -> EventItem?
}

/// A session's events as the gateway has them, page by page: a recording need not fit into memory.
struct SessionEvents: EventSource {
    let session: SessionItem
    private let connection: Connection
    private let path: String
    private var events: ArraySlice<EventItem>
    /// The last event's place, when more may follow.
    private var after: UInt64?

    /// - Parameter id: the session, or a beginning of its id that is no other's.
    init(of id: String, withOutput: Bool, _ connection: Connection) async throws {
        let id = try await Self.identity(id, connection)
        path = "/v1/sessions/\(escaped(id))?" + (withOutput ? "" : "output=0&")
        self.connection = connection
        let story = try await connection.get(
            String(path.dropLast()), as: SessionStory.self)
        session = story.session
        events = story.events[...]
        after = story.isPart ? story.events.last?.sequence : nil
    }

    /// The session that `prefix` names.
    static func identity(_ prefix: String, _ connection: Connection) async throws -> String {
        guard prefix.count < "ses_".count + 26 else { return prefix }
        let sessions = try await connection.get("/v1/sessions", as: [SessionItem].self)
        return try resolve(prefix, among: sessions.map(\.id), what: "session")
    }

    mutating func next() async throws -> EventItem? {
        if events.isEmpty, let after {
            let story = try await connection.get("\(path)after=\(after)", as: SessionStory.self)
            events = story.events[...]
            self.after = story.isPart ? story.events.last?.sequence : nil
        }
        return events.popFirst()
    }

    /// All that are left.
    mutating func rest() async throws -> [EventItem] {
        var all: [EventItem] = []
        while let event = try await next() { all.append(event) }
        return all
    }
}

extension EventItem {
    /// What a program wrote.
    var output: [UInt8]? { kind == "output" ? bytesOfStream : nil }

    /// What a program was given to read.
    var input: [UInt8]? { kind == "input" ? bytesOfStream : nil }

    private var bytesOfStream: [UInt8]? {
        data.flatMap { Data(base64Encoded: $0) }.map { [UInt8]($0) }
    }

    /// A program that was about to run: it was let go, or refused.
    var isProgram: Bool {
        kind == "action" && action == "exec" || kind == "refused" && number != nil
    }
}
