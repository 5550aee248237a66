import ArgumentParser
import ControlAPI

/// `sallyport runners`.
struct RunnersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runners", abstract: "List the runners on other hosts: for administrators.")

    @OptionGroup var options: ConnectionOptions
    @Flag(help: "Also those that are revoked.") var all = false
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let runners = try await options.connect().get("/v1/runners", as: [RunnerItem].self)
            .filter { all || $0.revoked == nil }
        try show(
            runners, asJSON: json, empty: "No runner is enrolled: run `sallyport runner enrol`.",
            [
                .init(title: "NAME", isFlexible: true), .init(title: "STATE"),
                .init(title: "ENROLLED"), .init(title: "BY"), .init(title: "LAST CONNECTED"),
            ]
        ) { runner in
            [
                runner.name, runner.state, timeText(runner.enrolled), runner.enrolledBy,
                runner.seen.map { timeText($0) } ?? "never",
            ]
        }
    }
}

/// `sallyport runner enrol | revoke`.
struct RunnerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runner", abstract: "Enrol or revoke a runner on another host.",
        subcommands: [Enrol.self, Revoke.self])

    struct Enrol: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "enrol",
            abstract: "Make a token with which one host becomes this runner. It is shown once.")

        @OptionGroup var options: ConnectionOptions
        @Argument(help: "The runner's name, as targets have it in `runner`.") var name: String
        @Option(help: "How long the host may take: 15m, 1h.") var ttl = "15m"
        @Flag(help: "Print JSON: `key` is the token.") var json = false

        func run() async throws {
            guard let milliseconds = durationMilliseconds(ttl) else {
                throw ValidationError("`\(visible(ttl))` is no duration: write 15m or 1h")
            }
            let connection = try await options.connect()
            let invited = try await connection.client.call(
                .POST, "/v1/runners",
                body: RunnerRequest(name: name, ttlMilliseconds: milliseconds),
                as: RunnerInvited.self)
            if json { return try printJSON(invited) }
            print(invited.key)
            sayError(
                """
                It is shown this once, and good once, until \(timeText(invited.expires)). On the host:
                  sallyportd runner enrol --gateway \(connection.client.address) --ca FILE --name \(visible(invited.name)) --dir DIR --token-stdin
                """)
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "End a runner and every session on its host.")

        @OptionGroup var options: ConnectionOptions
        @Argument(help: "The runner's name.") var name: String

        func run() async throws {
            let connection = try await options.connect()
            _ = try await connection.client.send(.DELETE, "/v1/runners/\(escaped(name))")
            print("Runner \(visible(name)) is revoked.")
        }
    }
}
