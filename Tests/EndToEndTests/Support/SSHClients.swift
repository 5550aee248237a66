import Foundation
import TestKit

/// The stock SSH clients of an agent, as `sallyport ssh-config` sets them up.
struct SSHClients {
    let shells: ShellGateway
    var token: String
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

    /// Puts another line in the place of the one that begins with `start`.
    func edit(_ start: String, to line: String) throws {
        let text = try String(contentsOfFile: configuration, encoding: .utf8)
        let lines = text.components(separatedBy: "\n").map {
            $0.trimmingCharacters(in: .whitespaces).hasPrefix(start) ? "    " + line : $0
        }
        try lines.joined(separator: "\n")
            .write(toFile: configuration, atomically: false, encoding: .utf8)
    }

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
