import ArgumentParser
import ControlAPI
import ControlClient
import Foundation

/// `sallyport join SESSION`: somebody else's session as it goes, from its beginning.
struct JoinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join", abstract: "Watch a session that goes on, from its first byte.",
        discussion: """
            Read only: ^C ends the watching, not the session. Whoever is watched is told so. What would do more to this \
            terminal than draw on it is left out; elsewhere than on a terminal all is written as lines of text.
            """)

    @OptionGroup var options: ConnectionOptions
    @Argument(help: "The session, or a beginning of its id that is no other's.") var id: String
    @Flag(help: "Print one JSON object for each event.") var json = false
    @Flag(help: "Write the programs' very bytes, and nothing else, to standard output.")
    var raw = false

    func run() async throws {
        let connection = try await options.connect()
        let id = try await SessionEvents.identity(id, connection)
        let events = try await connection.client.events("/v1/sessions/\(escaped(id))/live")
        var view = view
        defer { view.end() }
        for try await event in events {
            switch event.kind {
            case "event":
                guard !event.isTooLarge,
                    let item = try? JSONDecoder().decode(
                        EventItem.self, from: Data(event.data.utf8))
                else {
                    sayError(
                        "an event is too large to be shown here: sallyport session \(visible(id))")
                    continue
                }
                view.show(item, event.data)
                if item.kind == "closed" { return }
            case "cut":
                let said = try? JSONDecoder().decode(
                    [String: String].self, from: Data(event.data.utf8))
                throw Complaint(ExitStatus.refused, visible(said?["reason"] ?? "cut"))
            default: break
            }
        }
        throw Complaint(
            ExitStatus.unreachable, "the gateway ended the stream: the session may go on")
    }
}

extension JoinCommand {
    fileprivate var view: any LiveView {
        if json { return JSONLiveView() }
        return raw || Terminal.isOutput ? ScreenLiveView(isRaw: raw) : TextLiveView()
    }
}

/// `sallyport kill SESSION`.
struct KillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill", abstract: "End a session, with everything that it runs.")

    @OptionGroup var options: ConnectionOptions
    @Argument(help: "The session, or a beginning of its id that is no other's.") var id: String
    @Option(help: "Why; its client is told, and the ledger has it.") var reason: String?

    func run() async throws {
        let connection = try await options.connect()
        let id = try await SessionEvents.identity(id, connection)
        _ = try await connection.client.call(
            .POST, "/v1/sessions/\(escaped(id))/kill", body: KillRequest(reason: reason),
            as: [String: String].self)
        print("killed \(visible(id))")
    }
}

/// How a live session is shown.
private protocol LiveView {
    mutating func show(_ event: EventItem, _ data: String)
    func end()
}

private struct JSONLiveView: LiveView {
    func show(_ event: EventItem, _ data: String) { print(visibleJSON(data)) }
    func end() {}
}

/// As lines of text, like a recording that is played elsewhere than on a terminal.
private struct TextLiveView: LiveView {
    private var transcript = Transcript(isRaw: false)

    mutating func show(_ event: EventItem, _ data: String) {
        put(transcript.text(of: event))
    }

    func end() {}
}

/// Programs' output on standard output: as it is, or what of it draws on a terminal. What is said besides, on standard error;
/// statements as lines.
private struct ScreenLiveView: LiveView {
    let isRaw: Bool
    private var filter = TerminalFilter()
    private var opened: EventItem?
    private var isShell = false

    init(isRaw: Bool) {
        self.isRaw = isRaw
        guard !isRaw else { return }
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { number in
                TerminalFilter.reset.withUnsafeBytes {
                    _ = write(STDOUT_FILENO, $0.baseAddress, $0.count)
                }
                _exit(128 + number)
            }
        }
    }

    func end() {
        if !isRaw { put(TerminalFilter.reset) }
    }

    mutating func show(_ event: EventItem, _ data: String) {
        switch event.kind {
        case "opened": opened = event
        case "output":
            let bytes = event.output ?? []
            put(isRaw ? bytes : filter.take(bytes))
        case "shell":
            isShell = true
            sized(event)
        case "resized": sized(event)
        // As a terminal: it shows what it echoes of it.
        case "input": break
        case "closed": say("the session has ended: \(visible(event.text ?? ""))")
        case "notice", "lost": say(visible(event.text ?? ""))
        case "refused" where isShell:
            say("refused: `\(visible(event.statement ?? ""))`: \(visible(event.text ?? ""))")
        default: if !isShell { statement(event) }
        }
    }

    private mutating func statement(_ event: EventItem) {
        if let opened { print(line(of: opened)) }
        opened = nil
        print(line(of: event))
    }

    private func sized(_ event: EventItem) {
        guard let columns = event.columns, let rows = event.rows, let own = Terminal.size,
            Terminal.isOutput, (UInt64(own.columns), UInt64(own.rows)) != (columns, rows)
        else { return }
        say("the session's terminal has \(columns) columns and \(rows) rows")
    }

    /// The session's own terminal may be anywhere in a line.
    private func say(_ text: String) { sayError((isRaw ? "" : "\r\n") + "sallyport: \(text)") }
}
