import Foundation
import TestKit

/// The stock SSH clients of an agent, as `sallyport ssh-config` sets them up.
struct SSHClients {
    let shells: ShellGateway
    let token: String
    let directory: String

    init(_ shells: ShellGateway, as token: String? = nil) async throws {
        self.shells = shells
        if let token { self.token = token } else { self.token = try await shells.agent() }
        directory = shells.gateway.directory.file("ssh of \(UUID().uuidString.prefix(8))")
        let said = try await shells.agent(
            self.token, ["ssh-config", "--directory", directory]
        ).run()
        guard said.status == 0 else { throw Failure("ssh-config: \(said)") }
    }

    var configuration: String { directory + "/config" }

    /// One of Debian's clients: `ssh`, `scp`, `sftp`, or another that runs `ssh`.
    func client(_ program: String, _ arguments: [String], input: String? = nil) -> Command {
        var command = Command("/usr/bin/" + program, ["-F", configuration] + arguments)
        command.environment = environment
        command.input = input
        return command
    }

    func ssh(_ arguments: [String], input: String? = nil) async throws -> Output {
        try await client("ssh", arguments, input: input).run()
    }

    /// What clients need, and nothing else.
    var environment: [String: String] {
        [
            "SALLYPORT_TOKEN": token, "HOME": shells.gateway.directory.path,
            "PATH": "/usr/bin:/bin", "TERM": "xterm",
        ]
    }
}
