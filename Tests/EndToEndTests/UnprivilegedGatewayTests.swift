import Foundation
import TestKit
import Testing

@Suite("A gateway that is not root", .realParts)
struct UnprivilegedGatewayTests {
    @Test(
        "serves `sallyport exec` and a whole session of ssh: judged, held, on a terminal, with files"
    )
    func whole() async throws {
        let policy =
            Policies.loginShells + """

                  - rule: transfers
                    effects: [shell.transfer, shell.file-write]
                    decide: allow
                """
        let shells = try ShellGateway(policies: [policy], isPrivileged: false)
        let status = try String(
            contentsOfFile: "/proc/\(shells.gateway.daemon.processIdentifier)/status",
            encoding: .utf8)
        let own = try #require(getpwnam(ShellGateway.gatewayAccount)).pointee.pw_uid
        #expect(own != 0 && status.contains("Uid:\t\(own)\t\(own)\t\(own)\t\(own)\n"))
        #expect(status.contains("CapEff:\t0000000000000000\n"))

        let clients = try await SSHClients(shells)
        try await shells.gateway.logIn("bob")
        let said = try await shells.exec(
            clients.token, ["sh", "-c", "cat; whoami >&2; exit 7"], input: "in\n")
        #expect(said.status == 7 && said.out == "in\n", "\(said)")
        #expect(said.err == ShellGateway.account + "\n")
        let refused = try await shells.exec(clients.token, ["wget", "-V"])
        #expect(refused.status == 126, "\(refused)")

        let ssh = try Conversation(clients.client("ssh", ["-tt", "host.sallyport"]))
        #expect(ssh.expect("$ ") != nil, "\(ssh.rest)")
        ssh.send("tty; wget -V; echo st''atus $?; id -un\n")
        #expect(ssh.expect("/dev/pts/") != nil, "\(ssh.rest)")
        #expect(ssh.expect("status 126") != nil, "\(ssh.rest)")
        let told = try #require(ssh.expect("sallyport approve "), "\(ssh.rest)")
        let line = told + (ssh.expect("\n") ?? "")
        let hold = try #require(line.firstMatch(of: /approve (hld_[a-z0-9]+)/)).output.1
        let approved = try await shells.gateway.person("bob", ["approve", String(hold)])
        #expect(approved.status == 0, "\(approved)")
        #expect(ssh.expect("\n\(ShellGateway.account)\r\n") != nil, "\(ssh.rest)")
        ssh.send("exit 3\n")
        #expect(ssh.finish().status == 3)
        try await until("its record has the refusal") {
            try await shells.recordedPrograms()
                .contains(RecordedProgram(words: "wget -V", verdict: "deny"))
        }

        let files = try Files(clients)
        defer { files.removeRemote() }
        for arguments in [
            [files.original, "host.sallyport:\(files.remote)"],
            ["host.sallyport:\(files.remote)", files.copy],
        ] {
            let copied = try await clients.client("scp", ["-q"] + arguments).run()
            #expect(copied.status == 0, "\(copied)")
        }
        #expect(try files.copyIsWhole())
    }
}
