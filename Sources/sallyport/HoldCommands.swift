import ArgumentParser
import ControlAPI
import ControlClient
import Foundation
import Holds
import Ledger
import Vocabulary

/// `sallyport holds`.
struct HoldsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holds", abstract: "List the holds that concern you, newest first.")

    @OptionGroup var options: ConnectionOptions
    @Option(
        help:
            "Only those in this state: pending, approved, denied, expired, abandoned, running, succeeded, failed, unknown."
    )
    var state: String?
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let connection = try await options.connect()
        let holds = try await listedHolds(state, connection)
        try show(
            holds, asJSON: json, empty: "Nothing is held.",
            [
                .init(title: "ID"), .init(title: "STATE"), .init(title: "KIND"),
                .init(title: "BY", isFlexible: true), .init(title: "ON", isFlexible: true),
                .init(title: "COMMAND", isFlexible: true, leastWidth: 40),
            ]
        ) { hold in
            [
                hold.id.rawValue, hold.state.rawValue, hold.kind.rawValue, hold.requester.text,
                hold.target.text,
                hold.beginning.replacingOccurrences(of: "\n", with: " "),
            ]
        }
    }
}

/// All pages of the list.
func listedHolds(_ state: String?, _ connection: Connection) async throws -> [HoldItem] {
    let state = state.map { "state=\(escaped($0))&" } ?? ""
    var holds: [HoldItem] = []
    while true {
        let after = holds.last.map { "after=\(escaped($0.id.rawValue))&" } ?? ""
        let path = "/v1/holds?\(state)\(after)".dropLast()
        let page = try await connection.get(String(path), as: [HoldItem].self)
        if page.isEmpty { return holds }
        holds += page
    }
}

/// `sallyport hold ID`.
struct HoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Show the whole story of one hold.")

    @OptionGroup var options: ConnectionOptions
    @Argument(help: "The hold, or a beginning of its id that is no other's.") var id: String
    @Flag(help: "Show the exact JSON of a container engine's call, too.") var exact = false
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let hold = try await options.connect().get("/v1/holds/\(escaped(id))", as: HoldView.self)
        if json { return try printJSON(hold) }
        let display = HoldDisplay(hold: hold, exactIsShownBy: exact ? nil : "--exact")
        print(display.lines.joined(separator: "\n"))
        guard hold.state == .pending else { return }
        print(
            "\nDecide: sallyport approve \(hold.id.rawValue)   or   sallyport deny \(hold.id.rawValue) --reason TEXT"
        )
    }
}

/// `sallyport approve ID`.
struct ApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Consent to a held command, with your signature.")

    @OptionGroup var options: ConnectionOptions
    @Argument(help: "The hold, or a beginning of its id that is no other's.") var id: String
    @Option(help: "Why; it is signed and kept.") var reason = ""
    @Flag(help: "Do not ask on a terminal whether it shall be signed.") var yes = false

    func run() async throws {
        try await Deciding(options: options, id: id, decision: .consent, reason: reason)
            .run(asking: !yes)
    }
}

/// `sallyport deny ID`.
struct DenyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deny", abstract: "Refuse a held command, with your signature.")

    @OptionGroup var options: ConnectionOptions
    @Argument(help: "The hold, or a beginning of its id that is no other's.") var id: String
    @Option(help: "Why; it is signed, kept, and told to who asked.") var reason: String
    @Flag(help: "Do not ask on a terminal whether it shall be signed.") var yes = false

    func run() async throws {
        try await Deciding(options: options, id: id, decision: .refuse, reason: reason)
            .run(asking: !yes)
    }
}

/// `sallyport withdraw ID`.
struct WithdrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Take a hold back that you or your agent asked for.")

    @OptionGroup var options: ConnectionOptions
    @Argument(help: "The hold, or a beginning of its id that is no other's.") var id: String
    @Option(help: "Why.") var reason: String?

    func run() async throws {
        let connection = try await options.connect()
        let hold = try await connection.get("/v1/holds/\(escaped(id))", as: HoldView.self)
        let after = try await connection.client.call(
            .POST, "/v1/holds/\(hold.id.rawValue)/withdraw", body: WithdrawRequest(reason: reason),
            as: HoldView.self)
        print("Hold \(after.id.rawValue) is \(after.state.rawValue).")
    }
}

/// A decision: shown whole, its digest computed from what was shown, signed by ssh-keygen, sent.
struct Deciding {
    let options: ConnectionOptions
    let id: String
    let decision: ConsentDocument.Decision
    let reason: String

    /// - Parameter asking: on a terminal, whether it shall be signed, once it has been shown. Scripts are not asked.
    func run(asking: Bool) async throws {
        let connection = try await options.connect()
        let hold = try await connection.get("/v1/holds/\(escaped(id))", as: HoldView.self)
        print(HoldDisplay(hold: hold).lines.joined(separator: "\n") + "\n")
        if asking, Terminal.isInput {
            let word = decision == .consent ? "consent" : "refusal"
            let answer = try Terminal.ask("Sign your \(word)? [y/N] ", hidden: false)
            guard ["y", "yes"].contains(answer.lowercased()) else { throw nothingSigned }
        }
        try await decide(hold, connection)
    }

    /// `hold` has been displayed, all of it.
    func decide(_ hold: HoldView, _ connection: Connection) async throws {
        let digest = try digestToSign(hold)
        let key = try ConsentKeyFile.find(connection.home.session()?.key, home: connection.home)
        do {
            try await send(hold, digest, key, connection)
        } catch ControlClientError.refused(_, let why, _, "not-fresh") where Terminal.isInput {
            sayError("\(visible(why)): log in again to go on")
            let again = try await logInAgain(connection, key)
            try await send(hold, digest, key, again)
        }
    }

    private func send(
        _ hold: HoldView, _ digest: Digest, _ key: ConsentKeyFile, _ connection: Connection
    ) async throws {
        let seen = try await connection.demandConsistency()
        let document = ConsentDocument(
            hold: hold.id, digest: digest, decision: decision, reason: reason,
            checkpoint: .init(origin: seen.origin, size: seen.size, root: seen.root)
        ).bytes
        let signature = try key.sign(document)
        let after = try await connection.client.call(
            .POST, "/v1/holds/\(hold.id.rawValue)/decision",
            body: DecisionRequest(
                document: String(decoding: document, as: UTF8.self), signature: signature),
            as: HoldView.self)
        let rest = after.missing.map(\.description).joined(separator: ", ")
        print(
            "Signed and entered. Hold \(after.id.rawValue) is \(after.state.rawValue)\(rest.isEmpty ? "." : ": it still \(rest).")"
        )
    }

    private func logInAgain(_ connection: Connection, _ key: ConsentKeyFile) async throws
        -> Connection
    {
        guard var session = connection.home.session() else {
            throw Complaint(ExitStatus.unreachable, "not logged in: run `sallyport login`")
        }
        let anonymous = try Connection(address: session.gateway, home: connection.home, token: nil)
        let result = try await LoginConversation(client: anonymous.client, answersFromInput: false)
            .run(
                user: session.principal, key: key.offer,
                token: session.liveToken(of: session.principal, at: session.gateway))
        session.token = result.token
        session.expires = result.expires
        try connection.home.save(session)
        return try Connection(
            address: session.gateway, home: connection.home, token: result.token,
            ledgerKey: session.ledgerKey)
    }
}

let nothingSigned = Complaint(ExitStatus.refused, "nothing was signed")

/// The digest of exactly what `HoldDisplay` has, and shows to who asks for all of it; none when the gateway says another.
func digestToSign(_ hold: HoldView) throws -> Digest {
    guard hold.statement.isWellFormed else {
        throw Complaint(
            ExitStatus.refused,
            "the gateway's statement has fields that are unknown, missing or doubled: nothing was signed, tell your security team"
        )
    }
    let digest = hold.statement.digest
    guard digest.hex == hold.digest else {
        throw Complaint(
            ExitStatus.refused,
            "the gateway's digest is not that of what it showed: nothing was signed, tell your security team"
        )
    }
    return digest
}
