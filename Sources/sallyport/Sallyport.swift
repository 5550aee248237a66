import ArgumentParser

/// `sallyport`: the companion of people who approve, issue and look.
@main
struct Sallyport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sallyport",
        abstract: "Approve, look at and prove what goes through a Sallyport gateway.",
        subcommands: [
            LoginCommand.self, TargetsCommand.self, SessionsCommand.self, SessionCommand.self,
            HoldsCommand.self, HoldCommand.self, ApproveCommand.self, DenyCommand.self,
            WithdrawCommand.self, WatchCommand.self, TokensCommand.self, TokenCommand.self,
            KeysCommand.self, KeyCommand.self, RunnersCommand.self, RunnerCommand.self,
            EnvCommand.self, ExecCommand.self, ShellCommand.self, SSHConfigCommand.self,
            SSHProxyCommand.self,
            SSHSessionCommand.self, PlayCommand.self, JoinCommand.self, KillCommand.self,
            SearchCommand.self,
            LedgerCommand.self, PolicyCommand.self,
        ])

    static func main() async {
        do {
            try await run(try parseAsRoot())
        } catch {
            end(error)
        }
    }

    /// A wrong word that shows only while its command runs is told without the usage of all commands.
    private static func run(_ command: any ParsableCommand) async throws {
        var command = command
        do {
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as ValidationError {
            throw Complaint(ExitStatus.usage, error.message)
        }
    }
}
