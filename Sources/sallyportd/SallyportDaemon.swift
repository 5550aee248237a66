import ArgumentParser

/// `sallyportd`: the gateway.
struct SallyportDaemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sallyportd",
        abstract: "Sallyport's gateway: an identity-aware command proxy.",
        subcommands: [InitCommand.self, ServeCommand.self, DoctorCommand.self])
}
