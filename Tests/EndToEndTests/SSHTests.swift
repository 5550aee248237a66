import Foundation
import TestKit
import Testing

/// Debian's own clients, unchanged.
@Suite("ssh, scp, sftp and rsync", .realParts)
struct SSHTests {
    @Test(
        "ssh runs a line in the account's shell: output, errors, input and exit status are its own")
    func line() async throws {
        let clients = try await SSHClients(ShellGateway(policies: [Policies.transfers]))
        let said = try await clients.ssh(
            ["host.sallyport", "echo $0; id -un >&2; cat; exit 7"], input: "in\n")
        #expect(said.out == "bash\nin\n", "\(said)")
        #expect(said.err == ShellGateway.account + "\n")
        #expect(said.status == 7)
    }

    @Test("a program that a signal ends is told as ended by it")
    func signalled() async throws {
        let clients = try await SSHClients(ShellGateway(policies: [Policies.transfers]))
        let said = try await clients.ssh(["-v", "host.sallyport", "kill -TERM $$"])
        #expect(said.status == 255)
        #expect(said.err.contains("exit-signal"), "\(said)")
    }

    @Test("ssh without a command is a login shell on a terminal of its size, and ends with it")
    func terminal() async throws {
        let clients = try await SSHClients(ShellGateway(policies: [Policies.transfers]))
        let ssh = try Conversation(clients.client("ssh", ["-tt", "host.sallyport"]))
        ssh.send("stty size; echo $TERM; tty | cut -c 1-9; echo $0\n")
        #expect(ssh.expect("xterm") != nil, "\(ssh.rest)")
        #expect(ssh.expect("/dev/pts/") != nil, "\(ssh.rest)")
        #expect(ssh.expect("-bash") != nil, "\(ssh.rest)")
        ssh.send("exit 3\n")
        #expect(ssh.finish().status == 3)
    }

    @Test("sftp and scp carry files both ways, byte for byte", arguments: [[], ["-O"]])
    func scp(mode: [String]) async throws {
        let clients = try await SSHClients(ShellGateway(policies: [Policies.transfers]))
        let files = try Files(clients)
        defer { files.removeRemote() }
        let sent = try await clients.client(
            "scp", mode + ["-q", files.original, "host.sallyport:\(files.remote)"]
        ).run()
        #expect(sent.status == 0, "\(sent)")
        let fetched = try await clients.client(
            "scp", mode + ["-q", "host.sallyport:\(files.remote)", files.copy]
        ).run()
        #expect(fetched.status == 0, "\(fetched)")
        #expect(try files.copyIsWhole())
    }

    @Test("sftp lists, puts and gets")
    func sftp() async throws {
        let clients = try await SSHClients(ShellGateway(policies: [Policies.transfers]))
        let files = try Files(clients)
        defer { files.removeRemote() }
        let said = try await clients.client(
            "sftp", ["-b", "-", "host.sallyport"],
            input: """
                put "\(files.original)" \(files.remote)
                ls -l \(files.remote)
                get \(files.remote) "\(files.copy)"
                rm \(files.remote)

                """
        ).run()
        #expect(said.status == 0, "\(said)")
        #expect(said.out.contains(" \(Files.size) "))
        #expect(try files.copyIsWhole())
    }

    @Test("rsync carries a directory both ways")
    func rsync() async throws {
        let clients = try await SSHClients(ShellGateway(policies: [Policies.transfers]))
        let files = try Files(clients)
        defer { files.removeRemote() }
        var command = Command("/usr/bin/rsync")
        command.environment = clients.environment
        command.environment["RSYNC_RSH"] = "ssh -F '\(clients.configuration)'"
        command.arguments = ["-a", files.original, "host.sallyport:\(files.remote)"]
        let sent = try await command.run()
        #expect(sent.status == 0, "\(sent)")
        command.arguments = ["-a", "host.sallyport:\(files.remote)", files.copy]
        let fetched = try await command.run()
        #expect(fetched.status == 0, "\(fetched)")
        #expect(try files.copyIsWhole())
    }

    @Test(
        "threat 33: a transfer that no rule allows is refused, and its user reads why",
        arguments: ["sftp", "scp", "scp -O", "rsync"])
    func refusedTransfer(way: String) async throws {
        // Every program may run: it is the transfer that may not.
        let clients = try await SSHClients(ShellGateway(policies: [Policies.host]))
        let files = try Files(clients)
        defer { files.removeRemote() }
        let words = way.split(separator: " ").map(String.init)
        let target = "host.sallyport:\(files.remote)"
        let said: Output
        switch words[0] {
        case "sftp":
            said = try await clients.client(
                "sftp", ["-b", "-", "host.sallyport"], input: "ls\n"
            ).run()
        case "rsync":
            var command = Command("/usr/bin/rsync", ["-a", files.original, target])
            command.environment = clients.environment
            command.environment["RSYNC_RSH"] = "ssh -F '\(clients.configuration)'"
            said = try await command.run()
        default:
            said = try await clients.client(
                "scp", words.dropFirst() + ["-q", files.original, target]
            ).run()
        }
        #expect(said.status != 0)
        #expect(said.err.contains("no policy allows it"), "\(said)")
        #expect(said.err.contains("shell.transfer"), "\(said)")
        #expect(!files.isThere)
    }

    @Test("a held program says so on the terminal, and runs once another person has consented")
    func held() async throws {
        let clients = try await SSHClients(ShellGateway())
        try await clients.shells.gateway.logIn("bob")
        let ssh = try Conversation(clients.client("ssh", ["host.sallyport", "id -un"]))
        let told = try #require(ssh.expect("sallyport approve "), "\(ssh.rest)")
        let line = told + (ssh.expect("\n") ?? "")
        let hold = try #require(
            line.components(separatedBy: "sallyport approve ").last?
                .trimmingCharacters(in: .whitespacesAndNewlines))
        let other = try await clients.shells.gateway.person("bob", ["approve", hold])
        #expect(other.status == 0, "\(other)")
        let said = ssh.finish()
        #expect(said.status == 0, "\(said)")
        #expect(said.out == ShellGateway.account + "\n")
    }
}

/// A file, where it goes, and where it comes back to.
struct Files {
    static let size = 3_000_017

    let original: String
    let copy: String
    /// In the account's home.
    let remote = "sallyport-ssh-\(UUID().uuidString.prefix(8))"
    private let content: Data

    init(_ clients: SSHClients) throws {
        let directory = clients.shells.gateway.directory
        original = directory.file("original \(UUID().uuidString.prefix(4))")
        copy = original + ".copy"
        var bytes = [UInt8](repeating: 0, count: Self.size)
        for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* 31 >> 3) }
        content = Data(bytes)
        try content.write(to: URL(fileURLWithPath: original))
    }

    /// On the host itself: the sessions' `/tmp` is their own.
    var isThere: Bool {
        FileManager.default.fileExists(atPath: "/home/\(ShellGateway.account)/\(remote)")
    }

    func removeRemote() {
        try? FileManager.default.removeItem(atPath: "/home/\(ShellGateway.account)/\(remote)")
    }

    func copyIsWhole() throws -> Bool {
        try Data(contentsOf: URL(fileURLWithPath: copy)) == content
    }
}
