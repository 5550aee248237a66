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
            // On this thread, the process's first: it is a runner's only one.
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                do {
                    try command.run()
                } catch let error as ValidationError {
                    wrongWord(error)
                }
            }
        } catch {
            end(error)
        }
    }

    /// One that shows only while its command runs is told without the usage of all commands.
    private static func wrongWord(_ error: ValidationError) -> Never {
        say("Error: \(error.message)", on: .standardError)
        Foundation.exit(2)
    }

    /// As `sallyport` ends: 0 done, 1 refused, 2 usage.
    private static func end(_ error: any Error) -> Never {
        guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
        say(fullMessage(for: error), on: .standardError)
        Foundation.exit(2)
    }
}
