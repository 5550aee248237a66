import Foundation
import Shell
import TestKit
import Testing

/// Programs whose words and environment are too large for an event loop are read by threads of their own, and to a session
/// it is all the same.
@Suite("Large programs", .realParts)
struct LargeProgramTests {
    /// More than `GatewayLimits.loopTextBytesMax`.
    private static let words = Array(repeating: "word", count: 100_000)

    /// Returns what the client said at its end, once `play` has played the runner.
    private func session(_ play: (FalseRunner) throws -> Void) async throws -> Output {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        shells.stopRunner()
        let client: Conversation
        do {
            let runner = try FalseRunner(at: shells.socket)
            client = try Conversation(shells.agent(token, ["exec", "host", "--", "true"]))
            try runner.accept()
            guard let (type, _) = try runner.next(), type == .start else {
                throw Failure("no start")
            }
            try play(runner)
        }
        return client.finish()
    }

    @Test("threat 34: each has its answer in its place: what a runner sends behind it waits")
    func order() async throws {
        let said = try await session { runner in
            let paths = ["/usr/bin/true", "/usr/bin/wget", "/usr/bin/true", "/usr/bin/true"]
            for (index, path) in paths.enumerated() {
                let words = index == 2 ? [] : Self.words
                try runner.send(ProgramStart.made(UInt64(index + 1), path, words: words))
            }
            // The refused one has to be entered in the ledger first.
            var answers: [UInt64: Bool] = [:]
            var allowed: [UInt64] = []
            while answers.count < paths.count, let answer = try runner.answer() {
                answers[answer.program] = answer.mayRun
                if answer.mayRun { allowed.append(answer.program) }
            }
            #expect(answers == [1: true, 2: false, 3: true, 4: true])
            #expect(allowed == [1, 3, 4])
            try runner.send(.output, Array("its output\n".utf8))
            try runner.send(.over, ShellEnd.exited(7).body)
            while try runner.next() != nil {}
        }
        #expect(said.status == 7 && said.out == "its output\n", "\(said)")
    }

    @Test("threat 34: its session's output and end come behind it")
    func end() async throws {
        let said = try await session { runner in
            try runner.send(ProgramStart.made(1, "/usr/bin/true", words: Self.words))
            try runner.send(.output, Array("its output\n".utf8))
            try runner.send(.over, ShellEnd.exited(7).body)
            while try runner.next() != nil {}
        }
        #expect(said.status == 7 && said.out == "its output\n", "\(said)")
    }

    @Test("threat 34: one that is gone before it is decided is held no longer")
    func gone() async throws {
        let said = try await session { runner in
            try runner.send(ProgramStart.made(1, "/usr/bin/true"))
            #expect(try runner.answer()?.mayRun == true)
            try runner.send(ProgramStart.made(2, "/usr/bin/id", words: Self.words))
            try runner.send(ProgramGone(program: 2))
            try runner.send(.over, ShellEnd.exited(0).body)
            while let (type, _) = try runner.next() { #expect(type != .answer) }
        }
        #expect(said.err.contains("it was ended while it waited"), "\(said.err.suffix(300))")
    }

    @Test("threat 34: a runner that leaves behind one ends the session once it is read")
    func left() async throws {
        let said = try await session { runner in
            try runner.send(ProgramStart.made(1, "/usr/bin/true", words: Self.words))
            try runner.send(.output, Array("its output\n".utf8))
        }
        #expect(said.status == 255 && said.out == "its output\n", "\(said)")
        #expect(said.err.contains("the runner closed the connection"), "\(said)")
    }

    @Test("threat 8: one that cannot be, or is no program, ends the session with nothing let go")
    func unreadable() async throws {
        var frames = [[UInt8](repeating: 0xFF, count: 1 << 20)]
        frames.append(ProgramStart.made(1, "/usr/bin/true", words: Self.words).body)
        for frame in frames {
            let said = try await session { runner in
                try runner.send(ProgramStart.made(1, "/usr/bin/true"))
                #expect(try runner.answer()?.mayRun == true)
                try runner.send(.starting, frame)
                try runner.send(ProgramStart.made(2, "/usr/bin/true"))
                while let (type, _) = try runner.next() { #expect(type != .answer) }
            }
            #expect(said.err.contains("its runner sent what cannot be read"), "\(said)")
        }
    }
}
