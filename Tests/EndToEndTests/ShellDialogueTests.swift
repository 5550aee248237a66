import TestKit
import Testing

@Suite("Dialogues with programs on hosts", .realParts)
struct ShellDialogueTests {
    @Test("input is passed on as it comes, whatever its size", arguments: [1, 4_095, 4_096, 9_000])
    func dialogue(size: Int) async throws {
        let shells = try ShellGateway(policies: [Policies.transfers])
        let token = try await shells.agent()
        let running = try Conversation(
            shells.agent(
                token, ["exec", "host", "--", "sh", "-c", "head -c \(size) | wc -c; cat"]))
        running.send(String(repeating: "x", count: size))
        #expect(running.expect("\(size)\n") != nil, "\(running.rest)")
        running.send("more")
        running.endInput()
        #expect(running.finish().out == "\(size)\nmore")
    }
}
