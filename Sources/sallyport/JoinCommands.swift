import ArgumentParser
import ControlAPI
import ControlClient
import Foundation

/// `sallyport join SESSION`: somebody else's session as it goes, from its beginning.
struct JoinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join", abstract: "Watch a session that goes on, from its first byte.",
        discussion: """
            Read only: ^C ends the watching, not the session. Whoever is watched is told so. Where standard output is no \
            terminal, what would act on one is written out; --raw writes the programs' very bytes.
            """)

    @OptionGroup var options: ConnectionOptions
    @Argument(help: "The session, or a beginning of its id that is no other's.") var id: String
    @Flag(help: "Print one JSON object for each event.") var json = false
    @Flag(help: "Write the programs' output as it is, and nothing else to standard output.")
    var raw =
        false

    func run() async throws {
        let connection = try await options.connect()
        let id = try await SessionEvents.identity(id, connection)
        let events = try await connection.client.events("/v1/sessions/\(escaped(id))/live")
        var view: any LiveView =
            json ? JSONLiveView() : TextLiveView(isRaw: raw)
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
}

private struct JSONLiveView: LiveView {
    func show(_ event: EventItem, _ data: String) { print(visibleJSON(data)) }
}

/// Programs' output as it comes; what is said besides on standard error, where output is a terminal's, and in line with
/// the commands of a session that has none.
private struct TextLiveView: LiveView {
    let isRaw: Bool
    private var isShell = false
    private var size: (columns: UInt64, rows: UInt64)?

    init(isRaw: Bool) { self.isRaw = isRaw }

    mutating func show(_ event: EventItem, _ data: String) {
        switch event.kind {
        case "output": output(Data(base64Encoded: event.data ?? "") ?? Data())
        case "shell":
            isShell = true
            sized(event)
        case "resized": sized(event)
        case "closed": say("the session has ended: \(visible(event.text ?? ""))")
        case "notice": say(visible(event.text ?? ""))
        case "refused":
            say("refused: `\(visible(event.statement ?? ""))`: \(visible(event.text ?? ""))")
        case "lost": say(visible(event.text ?? ""))
        default: if !isShell { print(line(of: event)) }
        }
    }

    private func output(_ bytes: Data) {
        if isRaw { return FileHandle.standardOutput.write(bytes) }
        let text = visible(String(decoding: bytes, as: UTF8.self), keepingLines: true)
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    private mutating func sized(_ event: EventItem) {
        guard let columns = event.columns, let rows = event.rows, Terminal.isOutput,
            let own = Terminal.size,
            (own.columns, own.rows) != (UInt16(clamping: columns), UInt16(clamping: rows))
        else { return }
        say("the session's terminal has \(columns) columns and \(rows) rows")
    }

    private func say(_ text: String) {
        guard isShell else { return print("             \(text)") }
        sayError(
            "\(Terminal.isOutput ? "\r" : "")sallyport: \(text)\(Terminal.isOutput ? "\r" : "")")
    }
}
