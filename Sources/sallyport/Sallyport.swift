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
            ExecCommand.self, ShellCommand.self, SSHConfigCommand.self, SSHProxyCommand.self,
            SSHSessionCommand.self, PlayCommand.self, JoinCommand.self, KillCommand.self,
            SearchCommand.self,
            LedgerCommand.self, PolicyCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            end(error)
        }
    }
}
