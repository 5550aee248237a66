import ArgumentParser
import ControlAPI
import ControlClient
import Foundation
import Holds
import Vocabulary

/// `sallyport watch`: a live inbox. The gateway sends what happens; nothing is polled.
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow the holds that concern you, and decide with one key.")

    @OptionGroup var options: ConnectionOptions
    @Flag(help: "Print one JSON object for each event.") var json = false

    func run() async throws {
        let connection = try await options.connect()
        // The events first: what comes while the list is asked for is in one of them, or in both.
        let events = try await connection.client.events("/v1/events")
        let waiting = try await listedHolds("pending", connection)
        let listed = Set(waiting.map(\.id))
        if !json { print("Watching \(connection.client.address). ^C ends it.") }
        for hold in waiting.reversed() { try await tell("pending", hold, connection) }
        for session in try await waitingSessions(connection).reversed() { try tell(session) }
        for try await event in events {
            if let session = waitingSession(event) {
                try tell(session)
                continue
            }
            guard let hold = heldItem(event) else {
                sayError(
                    "skipped an event `\(visible(event.kind.prefix(40)))` that is too large or not understood: see `sallyport holds`"
                )
                continue
            }
            if event.kind == "opened", listed.contains(hold.id) { continue }
            try await tell(event.kind, hold, connection)
        }
        throw Complaint(
            ExitStatus.unreachable, "the gateway ended the stream: run `sallyport watch` again")
    }

    private func tell(_ kind: String, _ hold: HoldItem, _ connection: Connection) async throws {
        if json { return try printLine(kind, hold) }
        let isNew = kind == "opened" || kind == "pending" || kind == "pending-again"
        guard isNew, Terminal.isOutput, Terminal.isInput else {
            let time = timeText(Int64(Date().timeIntervalSince1970 * 1_000))
            return print(
                "\(time)  \(visible(hold.id.rawValue))  \(visible(kind))  \(hold.state.rawValue)  by \(hold.requester) on \(hold.target)\(hold.kind == .retry ? "  (retry)" : "")"
            )
        }
        do {
            try await ask(hold.id, connection)
        } catch {
            // One hold that cannot be shown or decided ends no inbox.
            sayError("  \(visible(hold.id.rawValue)): \(visible("\(error)"))")
        }
    }

    /// Those that wait already for people to watch them.
    private func waitingSessions(_ connection: Connection) async throws -> [WaitingSession] {
        try await connection.get("/v1/sessions?open=1", as: [SessionItem].self).compactMap {
            guard let waiting = $0.waiting else { return nil }
            return WaitingSession(
                id: $0.id, principal: $0.principal, target: $0.target, waiting: waiting)
        }
    }

    private func tell(_ session: WaitingSession) throws {
        guard !json else { return try printLine("session-waiting", session: session) }
        let time = timeText(Int64(Date().timeIntervalSince1970 * 1_000))
        print(
            "\(time)  \(visible(session.id))  waits for \(visible(session.waiting))  by \(visible(session.principal)) on \(visible(session.target)): sallyport join \(visible(session.id))"
        )
    }

    private func ask(_ id: HoldID, _ connection: Connection) async throws {
        let hold = try await connection.get(
            "/v1/holds/\(escaped(id.rawValue))", as: HoldView.self)
        // Others may have been quicker.
        guard hold.id == id, hold.state == .pending else { return }
        let display = HoldDisplay(hold: hold, exactIsShownBy: "[j]")
        print("\n" + display.lines.joined(separator: "\n"))
        let exact = display.exact
        let question = "  [a]pprove  [d]eny  \(exact == nil ? "" : "[j]son  ")[s]kip "
        var key: Character?
        repeat {
            if key == "j", let exact { print(exact.joined(separator: "\n")) }
            key = Terminal.key(question)
            print("")
        } while key == "j" && exact != nil
        let decision: ConsentDocument.Decision
        switch key {
        case "a": decision = .consent
        case "d": decision = .refuse
        default: return
        }
        if decision == .consent, let risk = hold.risk, isGrave(risk) { try confirm(id, risk) }
        let reason = try Terminal.ask("  reason: ", hidden: false)
        try await Deciding(
            options: options, id: hold.id.rawValue, decision: decision, reason: reason
        ).decide(hold, connection)
    }

    /// One key is too little for what is risky: whose hold it is must have been read.
    private func confirm(_ id: HoldID, _ risk: String) throws {
        let answer = try Terminal.ask(
            "  risk is \(visible(risk)): type the last 4 characters of the hold's id: ",
            hidden: false)
        guard answer == String(id.rawValue.suffix(4)) else { throw nothingSigned }
    }

    private func printLine(
        _ kind: String, _ hold: HoldItem? = nil, session: WaitingSession? = nil
    ) throws {
        struct Line: Encodable {
            let event: String
            let hold: HoldItem?
            let session: WaitingSession?
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let line = Line(event: kind, hold: hold, session: session)
        print(visibleJSON(String(decoding: try encoder.encode(line), as: UTF8.self)))
    }
}

/// Whether one key is too little to consent: all but what is known to be less than `high`.
func isGrave(_ risk: String) -> Bool { !["low", "medium"].contains(risk) }

/// The hold that an event is about; `nil` for an event that was not read whole or says something else.
func heldItem(_ event: ServerSentEvent) -> HoldItem? {
    guard !event.isTooLarge else { return nil }
    return try? JSONDecoder().decode(HoldItem.self, from: Data(event.data.utf8))
}

/// The session that an event says waits for people to watch it; `nil` for any other event.
func waitingSession(_ event: ServerSentEvent) -> WaitingSession? {
    guard event.kind == "session-waiting", !event.isTooLarge else { return nil }
    return try? JSONDecoder().decode(WaitingSession.self, from: Data(event.data.utf8))
}
