import ArgumentParser
import Foundation
import Identity
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
        @Flag(help: "Let sessions become the gateway's own account, whose files are the gateway's.")
        var allowGatewayAccount = false
        @Option(help: "How many days before its end the certificate is renewed.")
        var renewDays: Int?

        func run() throws {
            guard let user = getpwnam(gatewayUser) else {
                throw ValidationError("no account `\(gatewayUser)` on this machine")
            }
            guard geteuid() == 0 else {
                throw Complaint("a runner becomes other accounts: start it as root")
            }
            // Root's sessions are root's own wish.
            let own = user.pointee.pw_uid
            if own != 0, !allowGatewayAccount,
                let account = accounts.first(where: { getpwnam($0)?.pointee.pw_uid == own })
            {
                throw ValidationError(
                    "`--account \(account)` is the gateway's own account, so its sessions could change the gateway's "
                        + "files: take another, or add --allow-gateway-account")
            }
            let socket = socket ?? (dir == nil ? "/run/sallyport/runner.sock" : nil)
            // The gateway's account gets there, too: before files are private.
            if let socket { try makeDirectory(of: socket) }
            prepareProcess()
            var options = RunnerOptions(
                socket: socket, enrolment: dir, accounts: Set(accounts),
                gatewayUser: own)
            if let renewDays {
                // The gateway makes none sooner.
                let most = Identity.Limits.runnerRenewalMillisecondsMax / 86_400_000
                guard (1...Int(most)).contains(renewDays) else {
                    throw ValidationError("`--renew-days` takes 1 to \(most)")
                }
                options.renewMilliseconds = Int64(renewDays) * 86_400_000
            }
            guard Thread.isMainThread else {
                throw Complaint("a runner takes the process's first thread, which is its only one")
            }
            let runner: Runner
            do {
                runner = try Runner(options) { text in
                    say("runner: \(text)", on: .standardError)
                }
            } catch {
                throw Complaint("\(error)")
            }
            say(socket.map { "listening at \($0)" } ?? "dialling the gateway")
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
