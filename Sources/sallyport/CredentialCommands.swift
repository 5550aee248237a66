import ArgumentParser
import ControlAPI
import Foundation

/// `sallyport targets`.
struct TargetsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "targets", abstract: "List the targets that you or your agents may open.")

    @OptionGroup var options: ConnectionOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let targets = try await options.connect().get("/v1/targets", as: [TargetItem].self)
        try show(
            targets, asJSON: json, empty: "There is no target that you may open.",
            [
                .init(title: "NAME"), .init(title: "KIND"), .init(title: "SESSIONS"),
                .init(title: "LABELS", isFlexible: true),
            ]
        ) { target in
            let labels = target.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return [
                target.name, target.kind, String(target.sessions), labels.joined(separator: " "),
            ]
        }
    }
}

/// `sallyport tokens`.
struct TokensCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens", abstract: "List your tokens, your agents' and those that you issued."
    )

    @OptionGroup var options: ConnectionOptions
    @Flag(help: "Also those that are expired or revoked.") var all = false
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let now = Int64(Date().timeIntervalSince1970 * 1_000)
        let tokens = try await options.connect().get("/v1/tokens", as: [TokenItem].self)
            .filter { all || ($0.revoked == nil && $0.expires > now) }
        try show(
            tokens, asJSON: json, empty: "No token that you may see is alive.",
            [
                .init(title: "ID"), .init(title: "OF"), .init(title: "EXPIRES"),
                .init(title: "TARGETS", isFlexible: true),
            ]
        ) { token in
            [
                token.id, token.principal,
                token.revoked == nil ? timeText(token.expires) : "revoked",
                token.targets?.joined(separator: " ") ?? "all",
            ]
        }
    }
}

/// `sallyport token issue | revoke`.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Issue or revoke a token.",
        subcommands: [Issue.self, Revoke.self])

    struct Issue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "issue",
            abstract: "Issue a token for an agent that you own. It is shown once.")

        @OptionGroup var options: ConnectionOptions
        @Option(help: "The agent.") var agent: String
        @Option(
            name: .customLong("target"),
            help: "A target that it may open; repeat for several. Default: all of the agent's.")
        var targets: [String] = []
        @Option(help: "How long it lives: 30m, 8h, 7d.") var ttl: String
        @Flag(help: "Print JSON: `key` is the token.") var json = false

        func run() async throws {
            guard let milliseconds = durationMilliseconds(ttl) else {
                throw ValidationError("`\(visible(ttl))` is no duration: write 30m, 8h or 7d")
            }
            let issued = try await options.connect().client.call(
                .POST, "/v1/tokens",
                body: TokenRequest(
                    agent: agent, targets: targets.isEmpty ? nil : targets,
                    ttlMilliseconds: milliseconds), as: TokenIssued.self)
            if json { return try printJSON(issued) }
            print(issued.key)
            sayError(
                "It is shown this once, and lives until \(timeText(issued.expires)). Revoke it: sallyport token revoke \(issued.id)"
            )
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "End a token and every session that stands on it.")

        @OptionGroup var options: ConnectionOptions
        @Argument(help: "The token, or a beginning of its id that is no other's.") var id: String

        func run() async throws {
            let connection = try await options.connect()
            let tokens = try await connection.get("/v1/tokens", as: [TokenItem].self)
            let whole = try resolve(id, among: tokens.map(\.id), what: "token")
            _ = try await connection.client.send(.DELETE, "/v1/tokens/\(escaped(whole))")
            print("Token \(whole) is revoked.")
        }
    }
}

/// `sallyport keys`.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "List the SSH keys that sign consents.")

    @OptionGroup var options: ConnectionOptions
    @Flag(
        help:
            "Print everyone's as an allowed_signers file, revoked ones with their end: for auditors."
    )
    var allowedSigners = false
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        if allowedSigners { return try await printSigners(options.connect()) }
        let keys = try await options.connect().get("/v1/keys", as: [KeyItem].self)
        try show(
            keys, asJSON: json, empty: "No key is enrolled: run `sallyport login`.",
            [
                .init(title: "FINGERPRINT"), .init(title: "OF"), .init(title: "STATE"),
                .init(title: "COMMENT", isFlexible: true),
            ]
        ) { key in
            let state = key.revoked != nil ? "revoked" : key.protected ? "live" : "unprotected"
            return [key.id, key.person, state, key.comment]
        }
    }

    private func printSigners(_ connection: Connection) async throws {
        struct Answer: Decodable {
            let signers: String
            enum CodingKeys: String, CodingKey { case signers = "allowed_signers" }
        }
        let answer = try await connection.get("/v1/keys/allowed_signers", as: Answer.self)
        // It has no comments, so nothing in it can hide; `print` would add a line.
        put(visible(answer.signers, keepingLines: true).utf8)
    }
}

/// `sallyport key revoke`.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Revoke a key.", subcommands: [Revoke.self])

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "End a key, for good: it can never be enrolled again.")

        @OptionGroup var options: ConnectionOptions
        @Argument(help: "The fingerprint, or a beginning of it that is no other's.") var id: String

        func run() async throws {
            let connection = try await options.connect()
            let keys = try await connection.get("/v1/keys", as: [KeyItem].self)
            let whole = try resolve(id, among: keys.map(\.id), what: "key")
            _ = try await connection.client.send(.DELETE, "/v1/keys/\(escaped(whole))")
            print("Key \(whole) is revoked.")
        }
    }
}

/// The one id that begins like `prefix`.
func resolve(_ prefix: String, among ids: [String], what: String) throws -> String {
    if ids.contains(prefix) { return prefix }
    let found = ids.filter { $0.hasPrefix(prefix) }
    guard let only = found.first, !prefix.isEmpty else {
        throw Complaint(ExitStatus.notFound, "no \(what) `\(visible(prefix))`")
    }
    guard found.count == 1 else {
        throw Complaint(
            ExitStatus.usage, "several \(what)s begin with `\(visible(prefix))`: write more of it")
    }
    return only
}

/// `90s`, `30m`, `8h`, `7d`.
func durationMilliseconds(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
    guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
        (1...10_000_000).contains(count)
    else { return nil }
    return count * unit
}
