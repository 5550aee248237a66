import Foundation
import Shell
import Supervision
import TestKit
import Testing

/// What would undo supervision is refused by the kernel, whatever the program is.
@Suite("Threat 31: no way out of supervision")
struct EscapeTests {
    let probes: Probes

    init() throws { probes = try Probes.shared.get() }

    @Test("every system call that undoes it says EPERM, and only under supervision")
    func forbidden() async throws {
        let outside = try await Command(probes.probe, ["forbidden"]).run()
        let inside = try await Supervised(probes.probe, "forbidden").run()
        let (free, bound) = (Self.lines(outside.out), Self.lines(inside.out))
        #expect(free.count > 40 && free.map(\.name) == bound.map(\.name))
        for (free, bound) in zip(free, bound) {
            #expect(free.outcome != "EPERM" && bound.outcome == "EPERM", "\(bound.name)")
        }
    }

    @Test("nor may root, which has no more capabilities than a setuid program could get")
    func root() async throws {
        var session = Supervised(probes.probe, "forbidden")
        session.change = { $0.account = Account(name: "root", userID: 0, groupID: 0) }
        let result = try await session.run()
        #expect(Self.lines(result.out).allSatisfy { $0.outcome == "EPERM" })
        session.words = [
            "/bin/grep", "-E", "^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs)", "/proc/self/status",
        ]
        let kept = "CapInh:\t0000000000000000\nCapPrm:\t00000000200024fb\n"
        let status = try await session.run()
        #expect(status.out.hasPrefix(kept), "\(status.out)")
        #expect(status.out.contains("CapBnd:\t00000000200024fb\nCapAmb:\t0000000000000000\n"))
        #expect(status.out.hasSuffix("NoNewPrivs:\t1\n"))
    }

    @Test("a child is traced, in these namespaces and its parent's own")
    func clones() async throws {
        let outside = try await Command(probes.probe, ["clones"]).run()
        #expect(outside.out.contains("untraced done\n"))
        let inside = try await Supervised(probes.probe, "clones").run()
        #expect(
            inside.out == """
                untraced EPERM
                parent EPERM
                directory EPERM
                user EPERM
                mounts EPERM
                processes EPERM
                clone3 ENOSYS
                later ENOSYS

                """)
        #expect(inside.starts.count == 1)
    }

    static let tools: [[String]] = [
        ["/usr/bin/unshare", "-r", "id"], ["/usr/bin/unshare", "-p", "-f", "id"],
        ["/usr/bin/nsenter", "-t", "1", "-m", "id"], ["/usr/sbin/chroot", "/", "id"],
        ["/bin/sh", "-c", "mount --bind /usr/bin/id /usr/bin/true && true"],
        ["/usr/bin/strace", "-o", "/dev/null", "id"],
    ]

    @Test("and so fail the tools that would take another way", arguments: tools)
    func tool(_ words: [String]) async throws {
        for account in [Supervised.account, Account(name: "root", userID: 0, groupID: 0)] {
            var session = Supervised("")
            session.words = words
            session.change = { $0.account = account }
            let result = try await session.run()
            #expect(result.end != .exited(0) && result.out == "", "\(words) \(result.out)")
            #expect(!result.paths.contains("/usr/bin/id"))
        }
    }

    #if arch(x86_64)
        @Test("a system call of another architecture is death", arguments: ["i386", "x32"])
        func foreignCall(_ way: String) async throws {
            let result = try await Supervised(probes.probe, way).run()
            #expect(result.end == .signalled(SIGSYS))
            #expect(result.out == "" && result.starts.count == 1)
        }

        @Test("a program of another architecture is killed before it runs, and named")
        func foreignProgram() async throws {
            let foreign = try probes.foreign()
            let result = try await Supervised("/bin/sh", "-c", "\(foreign); echo $?").run()
            #expect(result.out == "137\n")
            let named = result.events.contains {
                if case .unreadable(_, 2, isMain: false, Array(foreign.utf8), .foreign) = $0 {
                    true
                } else {
                    false
                }
            }
            #expect(named && result.ends[2] == .signalled(SIGKILL) && result.starts.count == 1)
        }
    #endif

    @Test("a program with more words than are read is killed before it runs, and named")
    func tooLong() async throws {
        let script = "import os; os.execv('/bin/echo', ['echo'] + ['x' * 100_000] * 25)"
        let status = try await Supervised(
            "/bin/sh", "-c", "ulimit -s 65536; python3 -c \"$0\"; echo $?", script
        ).run()
        #expect(status.out == "137\n", "\(status.err)")
        let named = status.events.contains {
            if case .unreadable(_, _, isMain: false, Array("/usr/bin/echo".utf8), .tooLong) = $0 {
                true
            } else {
                false
            }
        }
        #expect(named)
    }

    @Test("a program by a path that is longer than any is killed before it runs, and named")
    func longPath() async throws {
        let script =
            "import ctypes, os; c = ctypes.CDLL(None); d = os.open('/usr/bin', os.O_PATH)\n"
            + "p = b'./' * 2043 + b'true'; a = (ctypes.c_char_p * 2)(b'true', None)\n"
            + "c.syscall(322, d, p, a, (ctypes.c_char_p * 1)(None), 0); os._exit(7)"
        let result = try await Supervised("/bin/sh", "-c", "python3 -c \"$0\"; echo $?", script)
            .run()
        #expect(result.out == "137\n", "\(result.err)")
        let named = result.events.contains {
            if case .unreadable(_, _, isMain: false, _, .tooLong) = $0 { true } else { false }
        }
        #expect(named)
    }

    @Test("the session's own process that becomes one is known as such")
    func unreadableItself() async throws {
        let script = "import os; os.execv('/bin/echo', ['echo'] + ['x' * 100_000] * 25)"
        let result = try await Supervised(
            "/bin/bash", "-c", "ulimit -s 65536; exec python3 -c \"$0\"", script
        ).run()
        let areMain = result.events.compactMap { event -> Bool? in
            guard case .unreadable(_, _, let isMain, _, .tooLong) = event else { return nil }
            return isMain
        }
        #expect(areMain == [true], "\(result.events)")
    }

    @Test("a held program's memory, the kernel's settings and the session's init are out of reach")
    func memory() async throws {
        var session = Supervised(probes.probe, "memory", "/bin/echo", "untouched")
        session.hold = { $0.shown == "/usr/bin/echo" ? ("own score", "") : nil }
        for account in [Supervised.account, Account(name: "root", userID: 0, groupID: 0)] {
            session.change = { $0.account = account }
            let result = try await session.run()
            #expect(
                result.out == """
                    memory EACCES
                    memory by its root EACCES
                    its parent's memory EACCES
                    kernel EACCES
                    own score EACCES
                    untouched

                    """)
        }
    }

    @Test("words that another thread writes during the exec are those that are judged")
    func rewritten() async throws {
        let result = try await Supervised(probes.probe, "rewrite", "300").run()
        let judged = result.starts.dropFirst().map { $0.words.last ?? "" }
        #expect(judged.count == 300)
        #expect(result.out == judged.map { $0 + "\n" }.joined())
        // Otherwise nothing was tried.
        #expect(Set(judged).count > 1)
    }

    @Test("a program that is replaced while it waits runs as it was judged")
    func replaced() async throws {
        let tool = probes.directory.file("tool")
        try probes.copy("/bin/echo", tool)
        defer { try? FileManager.default.removeItem(atPath: tool) }
        var session = Supervised(tool, "judged")
        session.observe = { _, event in
            guard case .starting = event else { return }
            try? probes.copy("/bin/false", tool)
        }
        let result = try await session.run()
        #expect(result.out == "judged\n" && result.end == .exited(0))
        let echo = try await Supervised("/bin/echo").run()
        #expect(result.starts.first?.executable.digest == echo.starts.first?.executable.digest)
        #expect(result.starts.first?.executable.isVerified == true)
    }

    @Test("no core is dumped by a program: its limit is one byte and stays so")
    func cores() async throws {
        let result = try await Supervised(probes.probe, "cores").run()
        #expect(
            result.out == """
                setrlimit done
                prlimit done
                exchange EPERM
                others done
                ask done
                1 1

                """)
        let shell = try await Supervised("/bin/bash", "-c", "ulimit -c 0 && ulimit -n 100").run()
        #expect(shell.end == .exited(0), "\(shell.err)")
    }

    @Test("more words than was usual once are read whole")
    func manyWords() async throws {
        let result = try await Supervised("/bin/bash", "-c", "/bin/echo $(seq 1 70000)").run()
        #expect(result.end == .exited(0))
        let echo = try #require(result.starts.first { $0.shown == "/usr/bin/echo" })
        #expect(echo.words == ["/bin/echo"] + (1...70_000).map { "\($0)" })
        // As it reaches the gateway.
        let told = try echo.body.withUnsafeBytes { try ProgramStart(body: $0) }
        #expect(told == echo)
    }

    @Test("processes that nobody waited for count, and those that were waited for do not")
    func zombies() async throws {
        var session = Supervised(probes.probe, "zombies", "200")
        session.change = { $0.processesMax = 50 }
        let result = try await session.run()
        let refused = result.events.filter { if case .refusedFork = $0 { true } else { false } }
        #expect(refused.count == 1 && result.out == "zombies done\n")
        session.words = [probes.probe, "many", "fork", "200", "/bin/true"]
        let waited = try await session.run()
        #expect(waited.starts.count == 201 && waited.end == .exited(0))
        #expect(!waited.events.contains { if case .refusedFork = $0 { true } else { false } })
    }

    @Test("a fork bomb is told of, and ends")
    func bomb() async throws {
        var session = Supervised(probes.probe, "bomb")
        session.change = { $0.processesMax = 50 }
        let result = try await session.run()
        let refused = result.events.filter { if case .refusedFork = $0 { true } else { false } }
        #expect(!refused.isEmpty && refused.count < 1_000)
        #expect(result.end == .signalled(SIGKILL))
        #expect(result.starts.count == 1)
    }

    @Test("a setuid program has its powers only where they are allowed", arguments: [false, true])
    func setuid(_ allows: Bool) async throws {
        let program = probes.directory.file("setuid-\(allows)")
        try probes.copy(probes.probe, program)
        #expect(chmod(program, 0o4755) == 0)
        var session = Supervised(program, "ids")
        session.change = { $0.allowsSetuid = allows }
        let result = try await session.run()
        #expect(result.out == (allows ? "54321 0\n" : "54321 54321\n"))
        let start = try #require(result.starts.first)
        #expect(start.userID == 54_321 && start.effectiveUserID == (allows ? 0 : 54_321))
        #expect(start.executable.mode == 0o4755)
    }

    @Test("a program's file says whether it has capabilities", arguments: [false, true])
    func capabilities(_ has: Bool) async throws {
        let program = probes.directory.file("capable-\(has)")
        try probes.copy(probes.probe, program)
        if has {
            // VFS_CAP_REVISION_2, effective, CAP_NET_BIND_SERVICE permitted.
            let set =
                "import os,sys; os.setxattr(sys.argv[1], 'security.capability', b'\\1\\0\\0\\2\\0\\4' + bytes(14))"
            let made = try await Command("/usr/bin/python3", ["-c", set, program]).run()
            #expect(made.status == 0, "\(made)")
        }
        let result = try await Supervised(program, "ids").run()
        let start = try #require(result.starts.first)
        #expect(start.executable.hasCapabilities == has)
    }

    private static func lines(_ text: String) -> [(name: String, outcome: String)] {
        text.split(separator: "\n").map { line in
            let words = line.split(separator: " ")
            return (words.dropLast().joined(separator: " "), String(words.last ?? ""))
        }
    }
}
