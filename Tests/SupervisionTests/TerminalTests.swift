import Foundation
import Shell
import Supervision
import Testing

@Suite("A session with a terminal")
struct TerminalTests {
    /// A shell whose prompt is `$ ` alone.
    private static func shell(_ typing: [(String, String)]) -> Supervised {
        var session = Supervised("/bin/bash", "--norc", "--noprofile", "-i")
        session.environment += ["PS1=$ ", "TERM=dumb", "HISTFILE=/dev/null"]
        session.typing = typing.map { (expected: $0.0, typed: $0.1) }
        return session
    }

    @Test("has it as its controlling one, and sees no other")
    func controlling() async throws {
        let session = Self.shell([
            ("$ ", "tty; ls /dev/pts; echo hello > /dev/pts/0\n"), ("hello\r\n", "exit 4\n"),
        ])
        let result = try await session.run()
        #expect(result.out.contains("/dev/pts/0\r\n0  ptmx\r\nhello\r\n"), "\(result.out)")
        #expect(result.end == .exited(4))
        #expect(result.starts.allSatisfy { $0.isOnTerminal })
    }

    @Test("has job control: stopped, in the foreground, interrupted, in the background, continued")
    func jobs() async throws {
        let session = Self.shell([
            // What a program writes says that it runs: before that the terminal may be the shell's still, which turns the
            // echo off, and a signal would end the program as what waits.
            ("$ ", "cat /proc/version -\n"), ("Linux version", "one\n"),
            ("one\r\none\r\n", "\u{1A}"), ("Stopped", "fg\n"),
            ("\ncat /proc/version -\r\n", "two\n"), ("two\r\ntwo\r\n", "\u{3}"),
            ("$ ", "echo st''atus $?; tail -f /proc/version &\n"), ("status 130", ""),
            ("Linux version", "kill -STOP %1; kill -CONT %1; kill %1; wait %1; echo en''d $?\n"),
            ("end 143", "exit\n"),
        ])
        let result = try await session.run()
        #expect(result.ends[2] == .signalled(SIGINT) && result.ends[3] == .signalled(SIGTERM))
    }

    @Test("an interrupt ends a program that waits for its answer")
    func interrupted() async throws {
        var session = Self.shell([
            ("$ ", "/bin/echo never\n"), ("^C", "echo st''atus $?\n"), ("status", "exit\n"),
        ])
        // Answered when the interrupt was echoed.
        session.hold = { $0.shown == "/usr/bin/echo" ? ("^C", "\u{3}") : nil }
        session.decide = { $0.shown != "/usr/bin/echo" }
        let result = try await session.run()
        #expect(
            result.out.contains("status 130") && !result.out.contains("never\r\n$"), "\(result.out)"
        )
    }
}
