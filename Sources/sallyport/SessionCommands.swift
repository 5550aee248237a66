import ArgumentParser
import ControlAPI
import Foundation

/// `sallyport sessions`.
struct SessionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions", abstract: "List recorded sessions, newest first.")

    @OptionGroup var options: ConnectionOptions
    @Option(help: "Only on this target.") var target: String?
    @Option(help: "Only of this principal.") var principal: String?
    @Flag(name: .customLong("open"), help: "Only those that go on.") var isOpen = false
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        var query: [String] = []
        if let target { query.append("target=\(escaped(target))") }
        if let principal { query.append("principal=\(escaped(principal))") }
        if isOpen { query.append("open=1") }
        let sessions = try await options.connect().get(
            "/v1/sessions" + (query.isEmpty ? "" : "?" + query.joined(separator: "&")),
            as: [SessionItem].self)
        try show(
            sessions, asJSON: json, empty: "No session that you may see.",
            [
                .init(title: "ID"), .init(title: "OPENED"), .init(title: "BY", isFlexible: true),
                .init(title: "ON", isFlexible: true), .init(title: "ACTIONS"),
            ]
        ) { [$0.id, timeText($0.opened), $0.principal, $0.target, String($0.actions)] }
        guard !json else { return }
        for session in sessions {
            guard let waiting = session.waiting else { continue }
            print(
                "\(visible(session.id)) waits for \(visible(waiting)): sallyport join \(visible(session.id))"
            )
        }
    }
}

/// `sallyport session ID`.
struct SessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session", abstract: "Show what a session did, command by command.")

    @OptionGroup var options: ConnectionOptions
    @Argument(help: "The session, or a beginning of its id that is no other's.") var id: String
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let story = try await wholeStory(of: id, try await options.connect())
        if json { return try printJSON(story) }
        let session = story.session
        print(Terminal.bold("Session \(visible(session.id))"))
        print(
            "  \(visible(session.principal))\(session.owner.map { " (owner \(visible($0)))" } ?? "") on \(visible(session.target)), \(timeText(session.opened)) to \(timeText(session.closed))"
        )
        print(
            "  from \(visible(session.address)), \(visible(session.application)), by \(visible(session.credential))"
        )
        for event in story.events { print(line(of: event)) }
    }
}

/// `sallyport play SESSION`: the session as it went, in its own time.
struct PlayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "play", abstract: "Replay a session's commands in their own time.")

    @OptionGroup var options: ConnectionOptions
    @Argument(help: "The session, or a beginning of its id that is no other's.") var id: String
    @Option(help: "How much faster; 0 shows all at once.") var speed = 1.0

    func run() async throws {
        let story = try await wholeStory(of: id, try await options.connect())
        var last: UInt64 = 0
        for event in story.events {
            if speed > 0, event.microseconds > last {
                // A pause of minutes shows nothing: it is cut to two seconds.
                let pause = min(Double(event.microseconds - last) / speed, 2_000_000)
                try await Task.sleep(for: .microseconds(Int64(pause)))
            }
            last = event.microseconds
            FileHandle.standardOutput.write(Data((line(of: event) + "\n").utf8))
        }
    }
}

/// `sallyport search TEXT`.
struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Find recorded statements that have all these words.")

    @OptionGroup var options: ConnectionOptions
    @Argument(help: "Words; `cust*` is a beginning.") var text: [String]
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let found = try await options.connect().get(
            "/v1/search?q=\(escaped(text.joined(separator: " ")))", as: SearchAnswer.self)
        try show(
            found.hits, asJSON: json, empty: "Nothing found.",
            [
                .init(title: "SESSION"), .init(title: "AT"), .init(title: "BY", isFlexible: true),
                .init(title: "STATEMENT", isFlexible: true),
            ]
        ) { hit in
            [
                hit.session, timeText(hit.at), hit.principal,
                hit.text.replacingOccurrences(of: "\n", with: " "),
            ]
        }
        if found.isPart {
            sayError("sallyport: only the newest were looked through: rarer words find older ones")
        }
    }
}

/// The session that `prefix` names.
func wholeID(of prefix: String, _ connection: Connection) async throws -> String {
    if prefix.count >= "ses_".count + 26 { return prefix }
    let sessions = try await connection.get("/v1/sessions", as: [SessionItem].self)
    return try resolve(prefix, among: sessions.map(\.id), what: "session")
}

/// The session that `prefix` names, with all its events.
private func wholeStory(of prefix: String, _ connection: Connection) async throws -> SessionStory {
    let id = try await wholeID(of: prefix, connection)
    var story = try await connection.get("/v1/sessions/\(escaped(id))", as: SessionStory.self)
    while story.isPart, let last = story.events.last {
        let next = try await connection.get(
            "/v1/sessions/\(escaped(id))?after=\(last.sequence)", as: SessionStory.self)
        story.events += next.events
        story.isPart = next.isPart && !next.events.isEmpty
    }
    return story
}

func line(of event: EventItem) -> String {
    let seconds = Double(event.microseconds) / 1_000_000
    let time = String(format: "%10.3fs  ", seconds)
    switch event.kind {
    case "action":
        let values = (event.values ?? []).map { $0.map { "'\(visible($0))'" } ?? "NULL" }
        let bound = values.isEmpty ? "" : "  [\(values.joined(separator: ", "))]"
        let hold = event.hold.map { "  (consented: \(visible($0)))" } ?? ""
        return time
            + "#\(event.number ?? 0) \(visible(event.verdict ?? ""))  \(visible(event.statement ?? ""))\(bound)\(hold)"
    case "outcome":
        let failed = event.sqlstate.map { "ERROR \(visible($0)): \(visible(event.text ?? ""))" }
        // A text without a code is ours: what became of the command is not known.
        let ended = failed ?? visible(event.text ?? event.tag ?? "")
        let duration = String(format: "%.3f ms", Double(event.duration ?? 0) / 1_000)
        return time
            + "#\(event.number ?? 0)   → \(ended)  (\(event.rows ?? 0) rows, \(duration))"
    case "refused":
        return time + Terminal.red("refused")
            + "  \(visible(event.statement ?? ""))  → \(visible(event.text ?? ""))"
    case "rows":
        let rows = (event.cells ?? []).map { row in
            row.map { $0.map { visible($0) } ?? "NULL" }.joined(separator: " | ")
        }
        let indent = "\n" + String(repeating: " ", count: 19)
        return time + "#\(event.number ?? 0)   its first rows" + rows.map { indent + $0 }.joined()
    case "sealed": return time + "held as \(visible(event.hold ?? ""))"
    default: return time + "\(visible(event.kind))  \(visible(event.text ?? ""))"
    }
}
