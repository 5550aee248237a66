import Shell
import Supervision
import Testing

@Suite("A supervised session")
struct SessionTests {
    @Test("asks for its own program first, and its streams and status are exact")
    func first() async throws {
        var session = Supervised("/bin/sh", "-c", "cat; printf bad >&2; exit 7")
        session.input = "a\0b"
        let result = try await session.run()
        #expect(result.out == "a\0b")
        #expect(result.err == "bad")
        #expect(result.end == .exited(7))
        let first = try #require(result.starts.first)
        #expect(first.number == 1 && first.parent == 0 && first.isMain)
        #expect(first.words == ["/bin/sh", "-c", "cat; printf bad >&2; exit 7"])
        #expect(first.userID == 54_321 && first.effectiveUserID == 54_321)
        #expect(first.groupID == 54_321)
        #expect(first.directory == Array("/".utf8))
        #expect(first.environment == session.environment.map { Array($0.utf8) })
        #expect(first.executable.isVerified && !first.executable.isReplaceable)
        #expect(first.executable.digest != nil && first.script == nil)
        let second = try #require(result.starts.dropFirst().first)
        #expect(second.parent == 1 && second.words == ["cat"])
        #expect(second.shown == "/usr/bin/cat")
        #expect(result.ends[second.number] == .exited(0))
    }

    @Test("an account without a shell has /bin/sh")
    func shell() {
        #expect(Account(name: "x", userID: 1, groupID: 1).shell == Array("/bin/sh".utf8))
        let account = Account(name: "x", userID: 1, groupID: 1, shell: Array("/bin/zsh".utf8))
        #expect(account.shell == Array("/bin/zsh".utf8))
    }

    @Test("hands streams through whole")
    func streams() async throws {
        var session = Supervised("/bin/sh", "-c", "cat | cat >&2")
        session.input = String(repeating: "0123456789\r\n\u{0}", count: 100_000)
        let result = try await session.run()
        #expect(result.err == session.input && result.out.isEmpty && result.end == .exited(0))
    }

    @Test("refuses a program before it has done anything, with status 126")
    func refused() async throws {
        var session = Supervised("/bin/sh", "-c", "echo one; /bin/echo two; echo $?")
        session.decide = { $0.shown != "/usr/bin/echo" }
        let result = try await session.run()
        #expect(result.out == "one\n126\n")
        #expect(result.refused.map(\.words) == [["/bin/echo", "two"]])
    }

    static let failures: [(String, @Sendable (inout SessionPlan) -> Void, SupervisionError)] = [
        (
            "a program that is not there", { $0.programs = [Array("/nowhere".utf8)] },
            SupervisionError(.execute, code: 2)
        ),
        (
            "a directory that is not there", { $0.directory = Array("/nowhere".utf8) },
            SupervisionError(.directory, code: 2)
        ),
        (
            "a directory that may not be entered", { $0.directory = Array("/root".utf8) },
            SupervisionError(.directory, code: 13)
        ),
        (
            "a writable path that is not there", { $0.writable = [Array("/nowhere".utf8)] },
            SupervisionError(.landlock, code: 2)
        ),
        (
            // A link of a session's making would lead elsewhere.
            "a writable path behind a symbolic link", { $0.writable = [Array("/bin/x".utf8)] },
            SupervisionError(.landlock, code: 40)
        ),
        (
            "a writable path that is a symbolic link", { $0.writable = [Array("/dev/fd".utf8)] },
            SupervisionError(.landlock, code: 40)
        ),
        (
            "a program that may not be run", { $0.programs = [Array("/etc/passwd".utf8)] },
            SupervisionError(.execute, code: 13)
        ),
        (
            "a program that is there, unseen", { $0.programs = [Array("/root/.".utf8)] },
            SupervisionError(.execute, code: 13)
        ),
        (
            "a program that is not there, unseen", { $0.programs = [Array("/root/no".utf8)] },
            SupervisionError(.execute, code: 13)
        ),
        (
            "a program that may not be run in the first of its places",
            { $0.programs = ["/etc/passwd", "/nowhere"].map { Array($0.utf8) } },
            SupervisionError(.execute, code: 13)
        ),
        ("a program without a place", { $0.programs = [] }, SupervisionError(.execute, code: 2)),
    ]

    @Test("the first of its program's places where it can be run is the one")
    func places() async throws {
        var session = Supervised("/bin/echo", "x")
        session.change = {
            $0.programs = [
                "/nowhere/echo", "/etc/passwd/echo", "/etc/passwd", "/bin/echo", "/bin/ls",
            ]
            .map { Array($0.utf8) }
        }
        let result = try await session.run()
        #expect(result.out == "x\n")
        #expect(result.starts.count == 1)
    }

    @Test("says at which step it could not be started", arguments: failures)
    func failed(
        _ name: String, _ change: @escaping @Sendable (inout SessionPlan) -> Void,
        _ error: SupervisionError
    ) async throws {
        var session = Supervised("/bin/true")
        session.change = change
        let result = try await session.run()
        #expect(result.failure == error, "\(name)")
        #expect(result.starts.isEmpty)
    }
}
