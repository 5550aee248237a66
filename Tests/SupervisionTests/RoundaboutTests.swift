import Foundation
import Shell
import Supervision
import Testing

/// Every way here ends in /usr/bin/id, which is refused; none gets it to run.
@Suite("Threat 30: a program is judged wherever it was started from")
struct RoundaboutTests {
    struct Way: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var words: [String]
        /// What is asked about: /usr/bin/id, or what would run it within itself.
        var asked = "/usr/bin/id"

        init(_ name: String, _ words: String..., asked: String = "/usr/bin/id") {
            testDescription = name
            self.words = words
            self.asked = asked
        }
    }

    static let ways: [Way] = [
        Way("itself", "/usr/bin/id"),
        Way("base64", "/bin/sh", "-c", "echo aWQK | base64 -d | sh"),
        Way("a command substitution", "/bin/sh", "-c", "x=$(id); echo \"$x\""),
        Way("eval", "/bin/bash", "-c", "a=i; b=d; eval \"$a$b\""),
        Way("an alias", "/bin/bash", "-O", "expand_aliases", "-c", "alias ls=id\nls"),
        Way("a function", "/bin/bash", "-c", "ls() { command id; }; ls"),
        Way("an empty environment", "/bin/sh", "-c", "env -i /usr/bin/id"),
        Way("another name for itself", "/bin/bash", "-c", "exec -a ls id"),
        Way("nohup and setsid", "/bin/sh", "-c", "nohup setsid id & wait"),
        Way("a double fork", "/bin/sh", "-c", "( ( id & ) & )"),
        Way("find", "/usr/bin/find", "/etc/hostname", "-exec", "id", ";"),
        Way("xargs", "/bin/sh", "-c", "echo -u | xargs id"),
        Way("awk", "/usr/bin/awk", "BEGIN { system(\"id\") }"),
        Way("perl", "/usr/bin/perl", "-e", "exec 'id'"),
        Way("python", "/usr/bin/python3", "-c", "import subprocess; subprocess.run('id')"),
        Way("make", "/bin/sh", "-c", "printf 'x:\\n\\tid\\n' | make -f - x"),
        Way(
            "tar", "/bin/tar", "cf", "/dev/null", "--checkpoint=1", "--checkpoint-action=exec=id",
            "/etc/hostname"),
        Way("git's alias", "/usr/bin/git", "-c", "alias.x=!id", "x"),
        Way("vim", "/usr/bin/vim", "-Nu", "NONE", "-es", "-c", ":!id", "-c", ":q"),
        Way("env's script", "/usr/bin/env", "-S", "id -u"),
        Way(
            "the loader", "/lib64/ld-linux-x86-64.so.2", "/usr/bin/id",
            asked: "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"),
        Way("busybox's own id", "/bin/busybox", "id", asked: "/usr/bin/busybox"),
        Way("busybox's shell", "/bin/busybox", "sh", "-c", "/usr/bin/id"),
    ]

    @Test("by whatever way", arguments: ways)
    func way(_ way: Way) async throws {
        var session = Supervised("")
        session.words = way.words
        session.decide = { $0.shown != way.asked }
        let result = try await session.run()
        #expect(result.refused.map(\.shown).contains(way.asked), "\(result.paths) \(result.err)")
        #expect(!result.out.contains("uid=") && !result.out.contains("54321"), "\(result.out)")
    }

    @Test("git's pager, which it runs for a terminal alone")
    func pager() async throws {
        var session = Supervised("/usr/bin/git", "-c", "core.pager=id", "-p", "config", "-l")
        session.typing = []
        session.decide = { $0.shown != "/usr/bin/id" }
        let result = try await session.run()
        #expect(result.refused.map(\.shown) == ["/usr/bin/id"], "\(result.paths) \(result.out)")
        #expect(result.refused.first?.isOnTerminal == false)
        #expect(result.starts.first?.isOnTerminal == true)
    }

    @Test("a script is what it is, and so is a script's script")
    func scripts() async throws {
        let probes = try Probes.shared.get()
        let inner = try probes.write("inner", "#!/bin/sh -e\necho inner $1\n")
        let outer = try probes.write("outer", "#!\(inner)  two words \n")
        let result = try await Supervised("/bin/sh", "-c", "\(outer) x; \(inner) y").run()
        #expect(result.out == "inner two words\ninner y\n")
        let (first, second) = (
            try #require(result.starts[at: 1]), try #require(result.starts[at: 2])
        )
        #expect(first.executable.path == Array("/usr/bin/dash".utf8))
        #expect(first.script?.path == Array(outer.utf8))
        #expect(first.words == ["/bin/sh", "-e", inner, "two words", outer, "x"])
        #expect(second.script?.path == Array(inner.utf8))
        #expect(second.script?.isVerified == true)
        // The directory above is /tmp's, but ours, and sticky.
        #expect(second.script?.isReplaceable == false)
        #expect(second.script?.digest != nil && second.script?.digest != second.executable.digest)
    }

    @Test("threat 31: a script is unverified by a path that the account can lead elsewhere")
    func replaceablePath() async throws {
        let probes = try Probes.shared.get()
        let script = try probes.write("report", "#!/bin/sh\necho report\n")
        let own = probes.directory.file("own-links")
        try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: own + "/p", withDestinationPath: script)
        chown(own, 54_321, 54_321)
        let mine = try probes.write("own-links/mine", "#!/bin/sh\necho report\n")
        let base = probes.directory.path
        for (line, isVerified) in [
            (mine, false), ("cd \(own) && ./mine", false),
            ("\(own)/p", false), ("cd \(own) && ./p", false), ("cd \(own) && ../report", true),
            ("cd \(base) && ./own-links/p", false), ("cd \(base) && ./report", true),
            (script, true),
        ] {
            let result = try await Supervised("/bin/sh", "-c", line).run()
            #expect(result.out == "report\n", "\(line) \(result.err)")
            let file = try #require(result.starts.lazy.compactMap(\.script).first)
            #expect(file.path == Array((line.hasSuffix("mine") ? mine : script).utf8))
            #expect(file.isVerified == isVerified && file.isReplaceable != isVerified, "\(line)")
        }
    }

    @Test("a script is claimed only with the words that the kernel makes for it")
    func pretended() async throws {
        let probes = try Probes.shared.get()
        let script = try probes.write("allowed", "#!/bin/sh\necho allowed\n")
        let link = probes.directory.file("pretended")
        let swapping = Swapping(link, between: ["/bin/sh", script])
        defer { swapping.stop() }
        let result = try await Supervised(
            "/bin/bash", "-c",
            "for i in {1..100}; do (exec -a /bin/sh \(link) -c 'echo evil' \(link)); done"
        ).run()
        #expect(result.starts.count > 100)
        for start in result.starts where start.script != nil {
            #expect(start.words == ["/bin/sh", link, "-c", "echo evil", link])
        }
    }

    @Test("a file in memory is one that nobody verified")
    func memory() async throws {
        let probe = try Probes.shared.get().probe
        let result = try await Supervised(probe, "memfd", "/bin/echo", "ran").run()
        #expect(result.out == "ran\n")
        let start = try #require(result.starts.last)
        #expect(!start.executable.isVerified && start.executable.isReplaceable)
        #expect(start.shown == "/memfd:tool (deleted)")
        let plain = try await Supervised("/bin/echo").run()
        #expect(start.executable.digest == plain.starts.first?.executable.digest)
    }

    static let environments: [([String], String)] = [
        (["/bin/sh", "-c", "LD_PRELOAD=/nowhere.so /bin/true"], "LD_PRELOAD=/nowhere.so"),
        (["/bin/sh", "-c", "BASH_ENV=/etc/evil bash -c :"], "BASH_ENV=/etc/evil"),
        (["/usr/bin/env", "PROMPT_COMMAND=id", "bash", "-c", ":"], "PROMPT_COMMAND=id"),
    ]

    @Test("threat 32: the environment that it really gets is told", arguments: environments)
    func environment(_ words: [String], _ variable: String) async throws {
        var session = Supervised("")
        session.words = words
        let result = try await session.run()
        #expect(result.starts.first?.environment.contains(Array(variable.utf8)) == false)
        #expect(result.starts.last?.environment.contains(Array(variable.utf8)) == true)
    }

    @Test("a megabyte of words, and bytes that are no text, are exact")
    func bytes() async throws {
        let script = """
            import os
            words = [b'echo'] + [bytes([i % 255 + 1]) * 1000 for i in range(1000)] + [b'\\xff\\xc3(']
            os.execve(b'/bin/true', words, {})
            """
        let result = try await Supervised("/usr/bin/python3", "-c", script).run()
        let start = try #require(result.starts.last)
        #expect(start.shown == "/usr/bin/true" && start.environment == [])
        var expected: [[UInt8]] = [Array("echo".utf8)]
        for index in 0..<1_000 {
            expected.append([UInt8](repeating: UInt8(index % 255 + 1), count: 1_000))
        }
        #expect(start.arguments == expected + [[0xFF, 0xC3, 0x28]])
    }
}

extension Array {
    subscript(at index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
