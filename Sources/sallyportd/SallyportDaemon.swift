import ArgumentParser
import Foundation
import Identity

/// `sallyportd`: the gateway.
@main
struct SallyportDaemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sallyportd",
        abstract: "Sallyport's gateway: an identity-aware command proxy.",
        subcommands: [
            InitCommand.self, ServeCommand.self, DoctorCommand.self, RunnerCommand.self,
        ])

    static func main() async {
        // A PAM conversation's helper is this same binary: it must do nothing else before it serves.
        if CommandLine.arguments.dropFirst().first == PAMHelper.argument {
            Foundation.exit(PAMHelper.run())
        }
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

    /// As `sallyport` ends: 0 done, 1 refused, 2 usage.
    private static func end(_ error: any Error) -> Never {
        guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
        FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
        Foundation.exit(2)
    }
}
