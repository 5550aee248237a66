import Foundation
import Shell
import TestKit
import Testing

@Suite("A runner that is not what it should be", .realParts)
struct FalseRunnerTests {
    /// Returns what the client said at its end, once `play` has played the runner.
    private func session(
        _ shells: ShellGateway, _ token: String, _ play: (FalseRunner) throws -> Void
    ) throws -> Output {
        shells.stopRunner()
        let runner = try FalseRunner(at: shells.socket)
        let client = try Conversation(shells.agent(token, ["exec", "host", "--", "true"]))
        try runner.accept()
        guard let (type, _) = try runner.next(), type == .start else { throw Failure("no start") }
        try play(runner)
        return client.finish()
    }

    @Test(
        "threat 8: a program's number that was there before ends the session, with nothing let go",
        arguments: [5, 4, 0] as [UInt64])
    func repeated(number: UInt64) async throws {
        let shells = try ShellGateway()
        let said = try session(shells, try await shells.agent()) { runner in
            try runner.send(ProgramStart.made(5, "/usr/bin/true"))
            #expect(try runner.answer() == ProgramAnswer(program: 5, mayRun: true))
            try runner.send(ProgramStart.made(number, "/usr/bin/true"))
            #expect(try runner.next() == nil)
        }
        #expect(said.status == 255, "\(said)")
        #expect(said.err.contains("its runner sent what cannot be read"), "\(said)")
        let log = shells.gateway.daemon
        #expect(log.expect("the start of a program that cannot be") != nil, "\(log.rest)")
    }

    @Test(
        "threat 34: programs that wait for their answers take no more memory than they may: one more is refused, and the session goes on"
    )
    func undecided() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let large = [Array("X=".utf8) + [UInt8](repeating: 0x78, count: 2 << 20 - 16)]
        let most = UInt64(ShellLimits.undecidedBytesMax / (2 << 20))
        let said = try session(shells, token) { runner in
            // Held, each.
            for number in 1..<most {
                try runner.send(ProgramStart.made(number, "/usr/bin/id", environment: large))
            }
            try runner.send(ProgramStart.made(most, "/usr/bin/id", environment: large))
            #expect(try runner.answer() == ProgramAnswer(program: most, mayRun: false))
            // What is allowed needs no room, and one that is gone leaves its own.
            try runner.send(ProgramStart.made(most + 1, "/usr/bin/true", environment: large))
            #expect(try runner.answer() == ProgramAnswer(program: most + 1, mayRun: true))
            try runner.send(ProgramGone(program: 1))
            for number in [most + 2, most + 3] {
                try runner.send(ProgramStart.made(number, "/usr/bin/id", environment: large))
            }
            #expect(try runner.answer() == ProgramAnswer(program: most + 3, mayRun: false))
            try runner.send(.over, ShellEnd.exited(0).body)
            while try runner.next() != nil {}
        }
        #expect(said.status == 0, "\(said)")
        let refused = said.err.components(separatedBy: "takes too much memory already").count - 1
        #expect(refused == 2, "\(said)")
    }
}
