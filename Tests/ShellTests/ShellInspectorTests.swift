import Shell
import Testing
import Vocabulary

private func name(_ path: String) -> ObjectName {
    ObjectName(path: Array(path.utf8)) ?? ObjectName([])
}

@Suite("A program's effects")
struct ShellInspectorTests {
    private func effects(_ start: ProgramStart, parent: String? = nil) -> [Effect] {
        ShellInspector.effects(of: start, parent: parent.map { Array($0.utf8) })
    }

    @Test(
        "a program is its path; symbolic links are further names, of hard links each may be meant")
    func names() {
        let git = effects(start(file("/usr/bin/git"), ["push"]))
        #expect(git.map(\.object) == [.exactly(name("/usr/bin/git"))])
        #expect(git[0].verb == .shellExec)
        #expect(git[0].words == ["push"])
        #expect(!git[0].needsNoPermit)
        let same = effects(start(file("/usr/bin/git", names: ["/usr/bin/git"]), []))
        #expect(same[0].object == .exactly(name("/usr/bin/git")))
        let linked = effects(start(file("/usr/bin/mawk", names: ["/usr/bin/awk"]), ["x"]))
        #expect(linked[0].object == .known(as: [name("/usr/bin/mawk"), name("/usr/bin/awk")]))
        let hard = effects(
            start(file("/usr/bin/perl", names: ["/opt/p"], links: ["/usr/bin/perl5.36.0"]), []))
        #expect(
            hard[0].object
                == .oneOf([name("/usr/bin/perl"), name("/opt/p"), name("/usr/bin/perl5.36.0")]))
    }

    @Test(
        "threat 31: a file that cannot be found again by its path may be any, and is said to be so")
    func unlinked() {
        for program in [
            file("/tmp/x (deleted)", isVerified: false),
            file("/memfd:x (deleted)", isVerified: false),
            file("relative", isVerified: true), file("/usr/bin/git", isVerified: false),
        ] {
            let effect = effects(start(program, []))[0]
            #expect(effect.object == .anything)
            #expect(effect.isFlagged("unlinked"))
        }
        #expect(effects(start(file("/x", isVerified: false), []))[0].isFlagged("inline_code"))
        #expect(!effects(start(file("/usr/bin/git"), []))[0].isFlagged("unlinked"))
    }

    @Test("a script is itself, and its interpreter needs no permit beside it")
    func script() {
        let found = effects(
            start(
                file("/usr/bin/python3.11", names: ["/usr/bin/python3"]),
                ["-u", "./report.py", "daily"],
                script: file("/opt/tools/report.py", isReplaceable: true), executedAs: "./report.py"
            ))
        #expect(found.count == 2)
        #expect(found[0].object == .exactly(name("/opt/tools/report.py")))
        #expect(found[0].words == ["daily"])
        #expect(!found[0].needsNoPermit)
        #expect(found[0].isFlagged("script") && !found[0].isFlagged("interpreter"))
        #expect(found[0].isFlagged("replaceable"))
        #expect(found[0].attributes["called"] == .text("report.py"))
        #expect(
            found[1].object == .known(as: [name("/usr/bin/python3.11"), name("/usr/bin/python3")]))
        #expect(found[1].words == ["-u", "./report.py", "daily"])
        #expect(found[1].needsNoPermit)
        #expect(found[1].isFlagged("interpreter") && !found[1].isFlagged("script"))
        #expect(!found[1].isFlagged("replaceable"))
        #expect(found.allSatisfy { !$0.isFlagged("inline_code") })
    }

    @Test("a script's words are not known when its place among them is not")
    func scriptWords() {
        func words(_ given: [String], as executed: String) -> [String]? {
            effects(
                start(file("/bin/sh"), given, script: file("/opt/x"), executedAs: executed))[0]
                .words
        }
        #expect(words(["/opt/x", "a"], as: "/opt/x") == ["a"])
        #expect(words(["/opt/x", "a"], as: "") == nil)
        #expect(words(["/opt/x", "a"], as: "x") == nil)
        #expect(words(["/opt/x"], as: "/opt/x") == [])
        // What the caller adds never makes the script's words fewer than they are.
        #expect(words(["/tmp/l", "/opt/x", "a"], as: "/tmp/l") == ["/opt/x", "a"])
        #expect(words(["-u", "-u", "a"], as: "-u") == ["-u", "a"])
    }

    @Test("a script that gives its interpreter code, or that is unlinked, is so in both effects")
    func scriptFlags() {
        let code = effects(
            start(file("/usr/bin/perl"), ["-e", "./x"], script: file("/srv/x"), executedAs: "./x"))
        #expect(code.map { $0.isFlagged("inline_code") } == [true, true])
        let gone = effects(
            start(
                file("/bin/sh"), ["/dev/fd/3"], script: file("/srv/x", isVerified: false),
                executedAs: "/dev/fd/3"))
        #expect(gone[0].object == .anything && gone[0].isFlagged("unlinked"))
        let unknown = effects(
            start(
                file("/opt/i", isVerified: false), ["./x"], script: file("/srv/x"),
                executedAs: "./x"))
        #expect(unknown.map { $0.isFlagged("unlinked") } == [true, true])
        #expect(unknown[0].object == .exactly(name("/srv/x")))
    }

    @Test(
        "threat 30: a loader that is run as a program runs what nobody sees: that may be any program"
    )
    func loader() {
        let found = effects(
            start(file("/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"), ["/usr/bin/git"]))
        #expect(found.count == 2)
        #expect(found[1].object == .anything)
        #expect(found[1].words == nil)
        #expect(found[1].isFlagged("unlinked") && found[1].isFlagged("inline_code"))
        #expect(!found[1].needsNoPermit)
        let script = effects(
            start(
                file("/lib64/ld-linux-x86-64.so.2"), ["./x"], script: file("/srv/x"),
                executedAs: "./x"))
        #expect(script.map(\.needsNoPermit) == [false, true, false])
        #expect(script[2].object == .anything)
    }

    @Test(
        "threat 30: a program of many names has the one that it is called by among its words",
        arguments: [
            ("/usr/bin/git", "git", ["push"], ["push"]),
            ("/usr/bin/git", "git-push", ["-f"], ["push", "-f"]),
            ("/usr/bin/git", "/x/git-push", [], ["push"]),
            ("/usr/bin/git", "x", ["push"], ["push"]),
            ("/usr/bin/busybox", "busybox", ["ls"], ["ls"]),
            ("/usr/bin/busybox", "sh", ["x"], ["sh", "x"]),
            ("/usr/bin/busybox", "-sh", [], ["sh"]), ("/usr/bin/busybox", "/bin/ls", [], ["ls"]),
            ("/usr/bin/systemctl", "reboot", [], ["reboot"]),
            ("/usr/bin/systemctl", "systemctl", ["x"], ["x"]),
            ("/usr/bin/true", "git-push", ["x"], ["x"]),
        ])
    func manyNames(_ path: String, _ called: String, _ given: [String], _ expected: [String]) {
        #expect(effects(start(file(path), given, called: called))[0].words == expected)
    }

    @Test("attributes say what rules ask, each of them always")
    func attributes() {
        var program = start(
            file("/usr/bin/su\u{1B}do", mode: 0o4755, isReplaceable: true), [],
            called: "/x/\u{1B}y\\",
            effectiveUserID: 0, isOnTerminal: false)
        let found = effects(program, parent: "/usr/bin/bash")[0].attributes
        #expect(
            found == [
                "inline_code": .flag(false), "setuid": .flag(true), "replaceable": .flag(true),
                "unlinked": .flag(false), "script": .flag(false), "interpreter": .flag(false),
                "interactive": .flag(false), "user": .number(0), "parent": .text("/usr/bin/bash"),
                "directory": .text("/srv/app"), "called": .text("\\x1by\\\\"),
            ])
        program = start(file("/usr/bin/true"), [])
        program.arguments = []
        program.directory = Array("(unreachable)/é".utf8)
        let plain = effects(program)[0].attributes
        #expect(Set(plain.keys) == Set(found.keys))
        #expect(plain["called"] == .text(""))
        #expect(plain["parent"] == .text("-"))
        #expect(plain["directory"] == .text("(unreachable)/\\xc3\\xa9"))
        #expect(plain["setuid"] == .flag(false))
        #expect(effects(start(file("/x", mode: 0o2755), []))[0].isFlagged("setuid"))
        #expect(effects(start(file("/x"), [], effectiveUserID: 0))[0].isFlagged("setuid"))
        program.executable.hasCapabilities = true
        #expect(effects(program)[0].isFlagged("setuid"))
    }

    @Test("a parent that is not known is no other program's, and not the session's first")
    func unknownParent() {
        var program = start(file("/usr/bin/true"), [])
        program.parent = 7
        #expect(effects(program)[0].attributes["parent"] == nil)
        #expect(
            effects(program, parent: "/usr/bin/bash")[0].attributes["parent"]
                == .text("/usr/bin/bash"))
    }

    @Test("a session knows what its ended programs were, but not of endlessly many")
    func endedPrograms() {
        var ended = EndedPrograms()
        let most = UInt64(ShellLimits.endedProgramsMax)
        for number in 1...most { ended.add(number, path: [UInt8(truncatingIfNeeded: number)]) }
        ended.add(1, path: [9])
        #expect(ended.path(of: 1) == [1] && ended.path(of: most + 1) == nil)
        ended.add(most + 1, path: [7])
        #expect(ended.path(of: 1) == nil)
        #expect(ended.path(of: 2) == [2] && ended.path(of: most + 1) == [7])
        let long = [UInt8](repeating: 1, count: ShellLimits.pathBytesMax)
        let longMax = UInt64(ShellLimits.endedPathBytesMax / ShellLimits.pathBytesMax)
        for number in 0...longMax { ended.add(1 << 32 + number, path: long) }
        #expect(ended.path(of: 1 << 32) == nil && ended.path(of: most + 1) == nil)
        #expect(ended.path(of: 1 << 32 + 1) == long)
    }

    @Test("a session and the directories that it may change have effects of their own")
    func session() {
        #expect(
            ShellInspector.login(
                account: "deploy", isInteractive: true, directory: nil, isLine: false) == [
                    Effect(
                        .shellLogin, .exactly(ObjectName(["deploy"])),
                        attributes: ["interactive": .flag(true), "line": .flag(false)])
                ])
        let away = ShellInspector.login(
            account: "deploy", isInteractive: false, directory: Array("/etc".utf8), isLine: true)
        #expect(
            away.first?.attributes == [
                "interactive": .flag(false), "line": .flag(true), "directory": .text("/etc"),
            ])
        #expect(
            ShellInspector.fileWrites([Array("/srv/app".utf8), Array("x".utf8)]) == [
                Effect(.shellFileWrite, .exactly(name("/srv/app"))),
                Effect(.shellFileWrite, .anything),
            ])
        #expect(ShellInspector.fileWrites(nil) == [Effect(.shellFileWrite, .anything)])
        #expect(ShellInspector.fileWrites([]) == [])
    }
}
