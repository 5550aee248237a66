import ArgumentParser
import Foundation
import Runner

/// `sallyportd runner`: starts and supervises the programs of shell targets, as a service of its own.
struct RunnerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runner",
        abstract: "Start programs for a gateway, each only when the gateway lets it run.",
        discussion: """
            Runs as root, because it becomes other accounts: only those that are named here. The gateway of this machine, \
            which needs no root, connects to its socket; to the gateway of another machine, with which it was enrolled, it \
            connects itself. SIGTERM ends every session and stops.
            """, subcommands: [Serve.self, RunnerEnrolCommand.self], defaultSubcommand: Serve.self)

    struct Serve: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "serve", abstract: "Run, until SIGTERM. The word may be left out.")

        @Option(
            help:
                "The unix socket to listen at. Default: /run/sallyport/runner.sock, or none with --dir."
        )
        var socket: String?
        @Option(help: "Where `sallyportd runner enrol` has kept the enrolment with a gateway.")
        var dir: String?
        @Option(
            name: .customLong("account"),
            help: "An account that sessions may become; may be repeated.")
        var accounts: [String]
        @Option(
            help: "The account that the gateway of this machine runs as; root may connect always.")
        var gatewayUser = "root"
        @Option(help: "How many days before its end the certificate is renewed.")
        var renewDays: Int?

        func run() throws {
            guard let user = getpwnam(gatewayUser) else {
                throw ValidationError("no account `\(gatewayUser)` on this machine")
            }
            guard geteuid() == 0 else {
                throw Complaint("a runner becomes other accounts: start it as root")
            }
            let socket = socket ?? (dir == nil ? "/run/sallyport/runner.sock" : nil)
            // The gateway's account gets there, too: before files are private.
            if let socket { try makeDirectory(of: socket) }
            prepareProcess()
            var options = RunnerOptions(
                socket: socket, enrolment: dir, accounts: Set(accounts),
                gatewayUser: user.pointee.pw_uid)
            if let renewDays {
                guard (1...10_000).contains(renewDays) else {
                    throw ValidationError("`--renew-days` takes 1 to 10000")
                }
                options.renewMilliseconds = Int64(renewDays) * 86_400_000
            }
            let runner: Runner
            do {
                runner = try Runner(options) { text in
                    FileHandle.standardError.write(Data("runner: \(text)\n".utf8))
                }
            } catch {
                throw Complaint("\(error)")
            }
            let place = socket.map { "listening at \($0)\n" } ?? "dialling the gateway\n"
            FileHandle.standardOutput.write(Data(place.utf8))
            runner.run()
        }

        private func makeDirectory(of socket: String) throws {
            let directory = URL(fileURLWithPath: socket).deletingLastPathComponent().path
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755])
        }
    }
}
