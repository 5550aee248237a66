import Foundation
import TestKit
import Testing

@Suite("Shell sessions when something around them fails", .serialized, .realParts)
struct ShellFaultTests {
    /// A session whose shell reads lines, each of them a command.
    private func shell(_ shells: ShellGateway, _ token: String) throws -> Conversation {
        let shell = try Conversation(shells.agent(token, ["exec", "host", "--", "sh"]))
        shell.send("echo alive\n")
        guard shell.expect("alive") != nil else { throw Failure("no session: \(shell.rest)") }
        return shell
    }

    // MARK: The disk

    /// Longer than a page, so that the room left in some file's last page cannot take it.
    private static let long = String(repeating: "x", count: 9_000)

    @Test(
        "threat 25: on a full disk nothing runs or begins that is not recorded, each says why, and it goes on when there is space again",
        .enabled(if: SmallDisk.canMount, "needs the right to mount a tmpfs"))
    func fullDisk() async throws {
        var mounted: SmallDisk?
        let shells = try ShellGateway { home in
            mounted = try SmallDisk(on: home + "/var", megabytes: 24)
        }
        let disk = try #require(mounted)
        let token = try await shells.agent()
        let live = try shell(shells, token)
        let askers = try (0..<3).map { _ in try shell(shells, token) }
        // What the gateway gives up of its reserves is taken as well, again and again.
        try await expectRefusal(askers, disk)
        try await until("the session ends: \(live.rest)") {
            try disk.fill()
            live.send("/bin/echo ran \(Self.long)\necho tri''ed\n")
            return live.expect("tried\n") == nil
        }
        // The last one did not run.
        #expect(!live.rest.contains("ran"), "\(live.rest)")
        let ended = live.finish()
        #expect(ended.status == 255, "\(ended)")
        #expect(ended.err.contains("recording failed"), "\(ended)")
        try disk.fill()
        let new = try await shells.exec(token, ["echo", "ran"])
        #expect(new.status == 3 && !new.out.contains("ran"), "\(new)")
        #expect(new.err.contains("cannot be recorded now"), "\(new)")
        try disk.empty()
        var again = new
        try await until("programs run again: \(again)") {
            again = try await shells.exec(token, ["echo", "ran"])
            return again.status == 0
        }
        #expect(again.out == "ran\n", "\(again)")
    }

    /// Of one of them the program could not be held, or the session itself not be recorded: what the gateway gives up of its
    /// reserves, at a time of its own, may be enough for another's hold.
    private func expectRefusal(_ askers: [Conversation], _ disk: SmallDisk) async throws {
        let refusals = ["could not be held", "recording failed"]
        var isRefused = false
        for asking in askers {
            if !isRefused {
                try disk.fill()
                asking.send("id \(Self.long)\necho id ended with $?\n")
                try await until("it is answered: \(asking.rest)") {
                    (refusals + ["sallyport approve "]).contains { asking.rest.contains($0) }
                }
                isRefused = refusals.contains { asking.rest.contains($0) }
            }
            asking.killNow()
            let asked = asking.finish()
            #expect(!asked.out.contains("uid="), "\(asked)")
        }
        #expect(isRefused)
    }

    // MARK: The store

    @Test(
        "a locked store refuses what would be held, with a reason; what is allowed goes on, and all works again afterwards"
    )
    func lockedStore() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        try await shells.gateway.logIn("bob")
        let shell = try shell(shells, token)
        let other = try StoreLock(shells.gateway)
        shell.send("id -u; echo refused with $?\n")
        #expect(shell.expect("could not be held now") != nil, "\(shell.rest)")
        #expect(shell.expect("refused with 126") != nil, "\(shell.rest)")
        shell.send("/bin/echo allowed\n")
        #expect(shell.expect("allowed") != nil, "\(shell.rest)")
        let late = try await shells.exec(token, ["id", "-u"], options: ["--wait", "0"])
        #expect(late.status != 0 && late.out.isEmpty, "\(late)")
        other.unlock()
        shell.send("id -u; echo ended with $?\n")
        let line = try #require(shell.line(containing: "sallyport approve "), "\(shell.rest)")
        let hold = String(try #require(line.firstMatch(of: /hld_[a-z0-9]+/)).output)
        let consent = try await shells.gateway.person("bob", ["approve", hold])
        #expect(consent.status == 0, "\(consent)")
        #expect(shell.expect("ended with 0") != nil, "\(shell.rest)")
        shell.endInput()
        #expect(shell.finish().status == 0)
    }

    // MARK: Name services

    @Test("an account that is slow to be found keeps no other session, and begins when it is")
    func slowAccount() async throws {
        let names = try SlowNames()
        let shells = try ShellGateway(runnerEnvironment: names.environment)
        let token = try await shells.agent()
        let live = try shell(shells, token)
        try names.stall()
        let waiting = try Conversation(
            shells.agent(token, ["exec", "host", "--", "sh", "-c", "cat; echo began"]))
        waiting.send("early\n")
        let started = "session-opened"
        try await until("the second session is there") {
            try shells.gateway.ledgerKinds().filter { $0 == started }.count == 2
        }
        live.send("/bin/echo still here\n")
        #expect(live.expect("still here") != nil, "\(live.rest)")
        try names.answer()
        waiting.endInput()
        #expect(waiting.finish().out == "early\nbegan\n")
        try names.stall()
        let refused = try await shells.exec(token, ["echo", "ran"])
        #expect(refused.status == 126 && refused.out.isEmpty, "\(refused)")
        #expect(refused.err.contains("does not find the account"), "\(refused)")
        try names.answer()
        #expect(try await shells.exec(token, ["echo", "ran"]).out == "ran\n")
        live.endInput()
        #expect(live.finish().status == 0)
    }
}
