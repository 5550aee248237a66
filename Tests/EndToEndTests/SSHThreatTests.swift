import Foundation
import TestKit
import Testing

/// What stock clients can ask of an SSH server, and do not get.
@Suite("threat 33: SSH", .realParts)
struct SSHThreatTests {
    @Test("threat 33: another key, and a certificate by the right one, open nothing")
    func otherKeys() async throws {
        let clients = try await SSHClients(ShellGateway(policies: [Policies.transfers]))
        let other = clients.directory + "/other"
        let made = try await Command(
            "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", other]
        ).run()
        #expect(made.status == 0, "\(made)")
        let signed = try await Command(
            "/usr/bin/ssh-keygen",
            [
                "-q", "-s", clients.directory + "/key", "-I", "x", "-n", NSUserName(),
                other + ".pub",
            ]
        ).run()
        #expect(signed.status == 0, "\(signed)")
        try clients.edit("IdentityFile ", to: "IdentityFile \"\(other)\"")
        let said = try await clients.ssh(["-v", "host.sallyport", "echo in"])
        #expect(said.err.contains("Offering public key: \(other) ED25519-CERT"), "\(said)")
        #expect(said.err.contains("Permission denied (publickey)"), "\(said)")
        #expect(said.out.isEmpty)
        #expect(said.status == 255)
    }

    @Test(
        "threat 33: a key that is no plain ed25519 key is not taken for a caller's",
        arguments: ["cert-authority ssh-ed25519", "ssh-rsa AAAA", "ssh-ed25519 AAAA", "x"])
    func strangeKey(line: String) async throws {
        let clients = try await SSHClients(ShellGateway(policies: [Policies.transfers]))
        try line.write(toFile: clients.directory + "/key.pub", atomically: false, encoding: .utf8)
        let said = try await clients.ssh(["host.sallyport", "echo in"])
        #expect(said.err.contains("not of type ssh-ed25519"), "\(said)")
        #expect(said.out.isEmpty)
    }

    @Test("threat 33: the right key opens nothing without a token, nor beside the proxy")
    func keyAlone() async throws {
        var clients = try await SSHClients(ShellGateway(policies: [Policies.transfers]))
        let port = clients.shells.gateway.port
        let plain = try await clients.ssh(
            ["-o", "ProxyCommand=none", "-o", "HostName=localhost", "-p", "\(port)", "x.sallyport"])
        #expect(plain.status == 255)
        #expect(plain.out.isEmpty)
        let unknown = try await clients.ssh(["other.sallyport", "echo in"])
        #expect(unknown.err.contains("no target `other` that you may open"), "\(unknown)")
        let named = try await clients.ssh(["somebody@host.sallyport", "echo in"])
        #expect(named.err.contains("leave the user name out"), "\(named)")
        clients.token = "spt_" + String(repeating: "A", count: 43)
        let said = try await clients.ssh(["host.sallyport", "echo in"])
        #expect(said.status == 255, "\(said)")
        #expect(said.out.isEmpty)
    }

    @Test(
        "threat 33: no port, socket or agent is forwarded",
        arguments: [
            ["-o", "ExitOnForwardFailure=yes", "-R", "0:localhost:1"],
            ["-o", "ExitOnForwardFailure=yes", "-R", "/tmp/sallyport-forwarded:localhost:1"],
        ])
    func forwarding(options: [String]) async throws {
        let clients = try await SSHClients(ShellGateway(policies: [Policies.transfers]))
        let said = try await clients.ssh(options + ["host.sallyport", "echo in"])
        #expect(said.status == 255, "\(said)")
        #expect(said.err.contains("forwarding failed"), "\(said)")
    }

    @Test("threat 33: no connection is made for the client, and no agent or display is lent to it")
    func lent() async throws {
        let shells = try ShellGateway(policies: [Policies.transfers])
        let clients = try await SSHClients(shells)
        let tunnel = try await clients.ssh([
            "-W", "localhost:\(shells.gateway.port)", "host.sallyport",
        ])
        #expect(tunnel.status == 255)
        #expect(tunnel.err.contains("administratively prohibited"), "\(tunnel)")
        let agent = try Conversation(Command("/usr/bin/ssh-agent", ["-D", "-s"]))
        defer {
            agent.killNow()
            agent.finish()
        }
        let started = try #require(agent.expect("; "), "\(agent.rest)")
        var ssh = clients.client(
            "ssh",
            [
                "-A", "-X", "-o", "IdentityAgent=SSH_AUTH_SOCK", "host.sallyport",
                "echo agent=$SSH_AUTH_SOCK display=$DISPLAY",
            ])
        ssh.environment["SSH_AUTH_SOCK"] = String(
            started.dropFirst("SSH_AUTH_SOCK=".count).dropLast(2))
        ssh.environment["DISPLAY"] = ":99"
        let said = try await ssh.run()
        #expect(said.out == "agent= display=\n", "\(said)")
    }

    @Test("threat 33: a subsystem other than sftp is refused")
    func subsystem() async throws {
        let clients = try await SSHClients(ShellGateway(policies: [Policies.transfers]))
        let said = try await clients.ssh(["-s", "host.sallyport", "other"])
        #expect(said.status != 0)
        #expect(said.err.contains("subsystem request failed"), "\(said)")
    }

    @Test("threat 33: a variable that changes what programs do does not get in")
    func environment() async throws {
        let clients = try await SSHClients(ShellGateway(policies: [Policies.transfers]))
        let said = try await clients.ssh(
            [
                "-o", "SetEnv=LD_PRELOAD=/tmp/evil.so BASH_ENV=/tmp/evil LC_TIME=C",
                "host.sallyport", "env",
            ])
        #expect(said.status == 0, "\(said)")
        #expect(said.out.contains("LC_TIME=C\n"))
        #expect(!said.out.contains("evil"))
        #expect(!said.out.contains("SSH_"))
    }

    @Test("threat 33: a line of the client's is a line for the target's shell, and for no other")
    func line() async throws {
        let shells = try ShellGateway(policies: [Policies.transfers])
        let clients = try await SSHClients(shells)
        let left = shells.gateway.directory.file("escaped")
        let line = "'; touch \(left); echo $(touch \(left)) `touch \(left)` '\n# \\"
        let said = try await clients.ssh(["host.sallyport", "printf %s \(quoted(line))"])
        #expect(said.out == line, "\(said)")
        #expect(!FileManager.default.fileExists(atPath: left))
    }

    @Test("threat 33: one connection has one session, beside another and behind it")
    func oneSession() async throws {
        let shells = try ShellGateway(policies: [Policies.transfers])
        let clients = try await SSHClients(shells)
        let path = "/tmp/sallyport-\(UUID().uuidString.prefix(8))"
        let shared = ["-o", "ControlPath=\(path)"]
        let master = try Conversation(
            clients.client("ssh", shared + ["-M", "host.sallyport", "echo first; cat"]))
        #expect(master.expect("first") != nil, "\(master.rest)")
        // What is refused here would be tried again on a connection of its own.
        let second = shared + ["-o", "ProxyCommand=false", "host.sallyport", "echo second"]
        let beside = try await clients.ssh(second)
        #expect(beside.status == 255, "\(beside)")
        #expect(!beside.out.contains("second"))
        master.endInput()
        #expect(master.finish().status == 0)
        #expect(try shells.gateway.ledgerKinds().filter { $0 == "session-opened" }.count == 1)
    }

    @Test("threat 34: a client that stays behind its session's end keeps the session's place")
    func staying() async throws {
        let shells = try ShellGateway(
            policies: [Policies.transfers], target: ["    sessions_per_principal: 1"])
        let clients = try await SSHClients(shells)
        let path = "/tmp/sallyport-\(UUID().uuidString.prefix(8))"
        let shared = ["-o", "ControlPath=\(path)"]
        let master = try Conversation(
            clients.client("ssh", ["-v"] + shared + ["-M", "-N", "host.sallyport"]))
        #expect(master.expect("Entering interactive session") != nil, "\(master.rest)")
        let first = try await clients.ssh(shared + ["host.sallyport", "echo first"])
        #expect(first.out == "first\n", "\(first)")
        let second = try await shells.exec(clients.token, ["echo", "second"])
        #expect(second.status == 4, "\(second)")
        #expect(second.out.isEmpty)
        master.terminate()
        master.finish()
        try await until("its place is free") {
            try await shells.exec(clients.token, ["echo", "third"]).status == 0
        }
    }

    @Test("threat 34: who has no place left gets no sshd either")
    func noPlace() async throws {
        let shells = try ShellGateway(
            policies: [Policies.transfers], target: ["    sessions_per_principal: 1"])
        let clients = try await SSHClients(shells)
        // It has a place, and no session yet.
        let first = try Conversation(clients.client("ssh", ["-v", "-N", "host.sallyport"]))
        #expect(first.expect("Entering interactive session") != nil, "\(first.rest)")
        let daemons = children(of: shells.gateway.daemon.processIdentifier)
        #expect(!daemons.isEmpty)
        let second = try await clients.ssh(["host.sallyport", "echo second"])
        #expect(second.status == 255, "\(second)")
        #expect(second.err.contains("has 1 sessions on this target"), "\(second)")
        #expect(children(of: shells.gateway.daemon.processIdentifier) == daemons)
        first.terminate()
        first.finish()
        try await until("its place is free") {
            try await clients.ssh(["host.sallyport", "echo third"]).out == "third\n"
        }
    }

    @Test("threat 33: a connection without a session is no way to a later one")
    func laterSession() async throws {
        let shells = try ShellGateway(policies: [Policies.transfers])
        let clients = try await SSHClients(shells)
        let path = "/tmp/sallyport-\(UUID().uuidString.prefix(8))"
        let shared = ["-o", "ControlPath=\(path)"]
        let master = try Conversation(
            clients.client("ssh", ["-v"] + shared + ["-M", "-N", "host.sallyport"]))
        #expect(master.expect("Entering interactive session") != nil, "\(master.rest)")
        let words = shared + ["-o", "ProxyCommand=false", "host.sallyport"]
        let first = try await clients.ssh(words + ["echo first"])
        #expect(first.out == "first\n", "\(first)")
        let second = try await clients.ssh(words + ["echo second"])
        #expect(second.err.contains("this connection has had its session"), "\(second)")
        #expect(!second.out.contains("second"))
        #expect(try shells.gateway.ledgerKinds().filter { $0 == "session-opened" }.count == 1)
        master.terminate()
        master.finish()
    }

    @Test("threat 33: a client that is gone leaves no session, no process and no file")
    func gone() async throws {
        let shells = try ShellGateway(policies: [Policies.transfers])
        let clients = try await SSHClients(shells)
        let ssh = try Conversation(
            clients.client("ssh", ["host.sallyport", "echo here; sleep 1000"]))
        #expect(ssh.expect("here") != nil, "\(ssh.rest)")
        #expect(!children(of: shells.gateway.daemon.processIdentifier).isEmpty)
        ssh.killNow()
        ssh.finish()
        try await until("the session is closed") {
            try shells.gateway.ledgerKinds().contains("session-closed")
        }
        try await until("no process is left") {
            children(of: shells.gateway.daemon.processIdentifier).isEmpty
        }
        let place = shells.gateway.home + "/var/ssh"
        try await until("no file is left") {
            try FileManager.default.contentsOfDirectory(atPath: place).sorted()
                == ["host_key", "host_key.pub"]
        }
    }

    @Test("threat 33: a session whose token is revoked ends, and its client with it")
    func revoked() async throws {
        let shells = try ShellGateway(policies: [Policies.transfers])
        let clients = try await SSHClients(shells)
        let ssh = try Conversation(
            clients.client("ssh", ["host.sallyport", "echo here; sleep 1000"]))
        #expect(ssh.expect("here") != nil, "\(ssh.rest)")
        try await shells.gateway.revokeTokens()
        let said = ssh.finish()
        #expect(said.status == 255, "\(said)")
        #expect(said.err.contains("the credential was revoked"), "\(said)")
    }

    private func quoted(_ text: String) -> String {
        "'" + text.replacingOccurrences(of: "'", with: #"'\''"#) + "'"
    }
}

/// Process ids.
private func children(of process: Int32) -> [String] {
    let tasks =
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
    return tasks.flatMap { task in
        let text = try? String(
            contentsOfFile: "/proc/\(process)/task/\(task)/children", encoding: .utf8)
        return (text ?? "").split(separator: " ").map(String.init)
    }
}
