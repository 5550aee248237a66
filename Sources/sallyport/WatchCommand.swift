import ArgumentParser
import ControlClient
import Foundation
import Holds

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
        let waiting = try await connection.get("/v1/holds?state=pending", as: [HoldView].self)
        let listed = Set(waiting.map(\.id))
        if !json { print("Watching \(connection.client.address). ^C ends it.") }
        for hold in waiting.reversed() { try await tell("pending", hold, connection) }
        for try await event in events {
            let hold = try JSONDecoder().decode(HoldView.self, from: Data(event.data.utf8))
            if event.kind == "opened", listed.contains(hold.id) { continue }
            try await tell(event.kind, hold, connection)
        }
        throw Complaint(
            ExitStatus.unreachable, "the gateway ended the stream: run `sallyport watch` again")
    }

    private func tell(_ kind: String, _ hold: HoldView, _ connection: Connection) async throws {
        if json { return try printLine(kind, hold) }
        let isNew = kind == "opened" || kind == "pending" || kind == "pending-again"
        guard isNew, Terminal.isOutput, Terminal.isInput else {
            return say(
                "\(timeText(Int64(Date().timeIntervalSince1970 * 1_000)))  \(hold.id.rawValue)  \(kind)  \(hold.state.rawValue)  by \(hold.requester) on \(hold.target)"
            )
        }
        say("\n" + HoldDisplay(hold: hold).lines.joined(separator: "\n"))
        try await ask(hold, connection)
    }

    private func ask(_ hold: HoldView, _ connection: Connection) async throws {
        FileHandle.standardOutput.write(Data("  [a]pprove  [d]eny  [s]kip ".utf8))
        let key = Terminal.key()
        say("")
        let decision: ConsentDocument.Decision
        switch key {
        case "a": decision = .consent
        case "d": decision = .refuse
        default: return
        }
        let reason = try Terminal.ask("  reason: ", hidden: false)
        do {
            try await Deciding(
                options: options, id: hold.id.rawValue, decision: decision, reason: reason
            ).decide(hold, connection)
        } catch {
            sayError("  \(visible("\(error)"))")
        }
    }

    private func printLine(_ kind: String, _ hold: HoldView) throws {
        struct Line: Encodable {
            let event: String
            let hold: HoldView
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        say(
            visibleJSON(
                String(decoding: try encoder.encode(Line(event: kind, hold: hold)), as: UTF8.self)))
    }

    private func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
}
