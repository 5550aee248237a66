import ArgumentParser
import Foundation
import Runner

/// `sallyportd runner`: starts and supervises the programs of shell targets, as a service of its own.
struct RunnerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runner",
        abstract: "Start programs for a gateway, each only when the gateway lets it run.",
        discussion: """
            Runs as root, because it becomes other accounts: only those that are named here. The gateway of this machine, \
            which needs no root, connects to its socket. SIGTERM ends every session and stops.
            """)

    @Option(help: "The unix socket to listen at.") var socket = "/run/sallyport/runner.sock"
    @Option(
        name: .customLong("account"), help: "An account that sessions may become; may be repeated.")
    var accounts: [String]
    @Option(help: "The account that the gateway runs as; root may connect always.")
    var gatewayUser = "root"

    func run() throws {
        guard let user = getpwnam(gatewayUser) else {
            throw ValidationError("no account `\(gatewayUser)` on this machine")
        }
        guard geteuid() == 0 else {
            throw Complaint("a runner becomes other accounts: start it as root")
        }
        let directory = URL(fileURLWithPath: socket).deletingLastPathComponent().path
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755])
        let runner: Runner
        do {
            runner = try Runner(
                RunnerOptions(
                    socket: socket, accounts: Set(accounts), gatewayUser: user.pointee.pw_uid)
            ) { text in FileHandle.standardError.write(Data("runner: \(text)\n".utf8)) }
        } catch {
            throw Complaint("\(error)")
        }
        FileHandle.standardOutput.write(Data("listening at \(socket)\n".utf8))
        runner.run()
    }
}
