import Foundation
import TestKit
import Testing

@Suite("Shells", .realParts)
struct ShellTests {
    @Test("a program's output, errors and exit status are its own")
    func exact() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let said = try await shells.exec(
            token, ["/bin/sh", "-c", "echo out; echo err >&2; cat; exit 7"], input: "in\n")
        #expect(said.out == "out\nin\n")
        #expect(said.err == "err\n")
        #expect(said.status == 7)
        let signalled = try await shells.exec(token, ["sh", "-c", "kill -TERM $$"])
        #expect(signalled.status == 128 + 15)
        let missing = try await shells.exec(token, ["no-such-program"])
        #expect(missing.status == 127)
        #expect(missing.err.contains("no such program"))
    }

    @Test("--env sends what the target lists, and nothing else")
    func sentVariables() async throws {
        let shells = try ShellGateway(target: ["    environment: [DEPLOY_STAGE, EMPTY]"])
        let options = [
            "--env", "DEPLOY_STAGE=blue", "--env", "EMPTY=", "--env", "LANG=en_US.UTF-8",
            "--env", "OTHER=x", "--env", "HOME",
        ]
        let token = try await shells.agent()
        let said = try await shells.exec(token, ["env"], options: options)
        let lines = said.out.split(separator: "\n")
        for line in ["DEPLOY_STAGE=blue", "EMPTY=", "LANG=en_US.UTF-8"] {
            #expect(lines.contains(Substring(line)), "\(said)")
        }
        #expect(!said.out.contains("OTHER="))
        #expect(lines.contains("HOME=/home/\(ShellGateway.account)"))
        let missing = try await shells.exec(token, ["env"], options: ["--env", "NOT_SET_HERE"])
        #expect(missing.status == 2, "\(missing)")
    }

    @Test("a refused program says its rule and exits with 126, wherever it was started from")
    func refused() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let first = try await shells.exec(token, ["wget", "--version"])
        #expect(first.status == 126)
        #expect(first.err.contains("hosts/no-downloads"))
        let nested = try await shells.exec(
            token,
            ["sh", "-c", "x=$(printf 'd2dldCAtLXZlcnNpb24K' | base64 -d | sh); echo rest $?"])
        #expect(nested.out == "rest 126\n")
        #expect(nested.err.contains("hosts/no-downloads"))
    }

    @Test("a held program waits until another person consents, and then runs")
    func held() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        try await shells.gateway.logIn("bob")
        let running = try Conversation(
            shells.agent(token, ["exec", "host", "--", "sh", "-c", "echo before; id -un"]))
        let hold = try #require(
            running.line(containing: "sallyport approve ")?.firstMatch(of: /hld_[a-z0-9]+/)
        ).output
        let id = String(hold)
        let own = try await shells.gateway.person("alice", ["approve", id])
        #expect(own.status == 1)
        let other = try await shells.gateway.person("bob", ["approve", id])
        #expect(other.status == 0, "\(other)")
        let said = running.finish()
        #expect(said.status == 0, "\(said)")
        #expect(said.out.contains(ShellGateway.account), "\(said)")
    }
}
