import ArgumentParser
import Glibc
import Identity

/// `sallyportd`: the gateway.
@main
struct SallyportDaemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sallyportd",
        abstract: "Sallyport's gateway: an identity-aware command proxy.",
        subcommands: [InitCommand.self, ServeCommand.self, DoctorCommand.self])

    static func main() async {
        // A PAM conversation's helper is this same binary: it must do nothing else before it serves.
        if CommandLine.arguments.dropFirst().first == PAMHelper.argument {
            Glibc.exit(PAMHelper.run())
        }
        await main(nil)
    }
}
