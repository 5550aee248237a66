import Foundation
import TestKit
import Testing

/// The other ways to a session: it is watched, paused and played like one of `sallyport exec` on a local runner.
@Suite("Sessions by ssh and on other hosts are watched too", .realParts)
struct ShellDoorTests {
    enum Door: String, CaseIterable, Sendable {
        case ssh = "ssh"
        case remote = "a remote runner"
    }

    @Test(
        "moderators let it begin, see every byte, pause it and let it go on; it is played as it was",
        arguments: Door.allCases)
    func watched(by door: Door) async throws {
        let line = "echo begun; while read line; do /bin/echo got $line; done; echo done"
        let gateway: TestGateway
        let running: Conversation
        // Kept until the end: whatever is dropped is stopped.
        let parts: [AnyObject]
        switch door {
        case .ssh:
            let shells = try ShellGateway(policies: [ShellWatchTests.moderated])
            let clients = try await SSHClients(shells)
            gateway = shells.gateway
            try await gateway.logIn("bob")
            running = try Conversation(clients.client("ssh", ["host.sallyport", line]))
            parts = [shells]
        case .remote:
            let remote = try RemoteRunner(policies: [ShellWatchTests.moderated])
            let token = try await remote.settle()
            gateway = remote.gateway
            try await gateway.logIn("bob")
            running = try Conversation(remote.exec(token, ["sh", "-c", line]))
            parts = [remote]
        }
        #expect(running.expect("waits for moderators: 1 of group `dba`") != nil, "\(running.rest)")
        let id = try await gateway.openSession(as: "bob")
        let first = try Conversation(gateway.command(of: "bob", ["join", id, "--raw"]))
        #expect(running.expect("begun\n") != nil, "\(running.rest)")
        #expect(first.expect("begun\n") != nil, "\(first.rest)")
        running.send("one\n")
        #expect(running.expect("got one\n") != nil, "\(running.rest)")
        first.terminate()
        first.finish()
        #expect(running.expect("stands still for 60s at most") != nil, "\(running.rest)")
        let second = try Conversation(gateway.command(of: "bob", ["join", id, "--raw"]))
        #expect(running.expect("the session goes on") != nil, "\(running.rest)")
        running.send("two\n")
        running.endInput()
        let said = running.finish()
        #expect(said.status == 0, "\(said)")
        #expect(said.out == "begun\ngot one\ngot two\ndone\n")
        #expect(second.finish().out == said.out)
        var played = ""
        try await until("it is filed") {
            played = try await gateway.person("alice", ["play", id, "--raw", "--speed", "0"]).out
            return played.hasSuffix("done\n")
        }
        #expect(played == said.out)
        withExtendedLifetime(parts) {}
    }
}
