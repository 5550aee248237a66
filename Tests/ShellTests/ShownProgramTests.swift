import Shell
import Testing

@Suite("A program as it is shown")
struct ShownProgramTests {
    static let curl = file("/usr/bin/curl")
    static let table: [(ProgramStart, String)] = [
        (start(file("/usr/bin/ls"), ["-l"], called: "ls"), "ls -l"),
        (start(file("/usr/bin/ls"), [], called: "/usr/bin/ls"), "/usr/bin/ls"),
        // Where /bin is /usr/bin, it is a path of the same file.
        (start(file("/usr/bin/ls"), [], called: "/bin/ls"), "/bin/ls"),
        (start(file("/usr/sbin/ip"), ["a"], called: "/sbin/ip"), "/sbin/ip a"),
        (start(file("/usr/bin/bash"), [], called: "-bash"), "-bash"),
        (start(file("/opt/app/run"), [], called: "/opt/app/run"), "/opt/app/run"),
        (start(curl, ["--version"], called: "ls"), "/usr/bin/curl (as ls) --version"),
        (start(curl, [], called: "/usr/bin/ls"), "/usr/bin/curl (as /usr/bin/ls)"),
        (start(curl, [], called: "/home/x/curl"), "/usr/bin/curl (as /home/x/curl)"),
        (start(curl, [], called: "/usr/local/bin/curl"), "/usr/bin/curl (as /usr/local/bin/curl)"),
        (start(curl, [], called: "--curl"), "/usr/bin/curl (as --curl)"),
        (start(curl, [""], called: ""), "/usr/bin/curl (as '') ''"),
        (
            start(file("/usr/bin/dash"), ["-c", "a b"], called: "sh"),
            "/usr/bin/dash (as sh) -c 'a b'"
        ),
        // Who copies a program gives it any name.
        (start(file("/tmp/ls"), ["-l"], called: "ls"), "/tmp/ls (as ls) -l"),
        (start(file("/tmp/ls"), [], called: "./ls"), "/tmp/ls (as ./ls)"),
        (
            start(file("/usr/local/bin/ls", isReplaceable: true), [], called: "ls"),
            "/usr/local/bin/ls (as ls)"
        ),
        (
            start(file("/memfd:ls (deleted)", isVerified: false), [], called: "ls"),
            "'/memfd:ls (deleted)' (unlinked, as ls)"
        ),
        (
            start(file("/usr/bin/ls", isVerified: false), ["-l"], called: "/usr/bin/ls"),
            "/usr/bin/ls (unlinked, as /usr/bin/ls) -l"
        ),
        // Names of rules say nothing about the words.
        (
            start(file("/usr/bin/curl", names: ["/bin/ls"]), [], called: "ls"),
            "/usr/bin/curl (as ls)"
        ),
    ]

    private func shown(_ program: ProgramStart) -> String {
        let words = program.arguments
        return text(shownProgram(program, words, spelled: shownCommand(words)))
    }

    @Test("a program without a word is called by none")
    func wordless() {
        let program = start(Self.curl, [], called: "curl")
        #expect(text(shownProgram(program, [], spelled: [])) == "/usr/bin/curl (as '')")
    }

    @Test(
        "its file stands before its words wherever they do not name it",
        arguments: table)
    func words(_ program: ProgramStart, _ expected: String) {
        #expect(shown(program) == expected)
    }

    private func script(
        _ path: String, as called: String, by interpreter: ProgramFile = file("/usr/bin/dash"),
        isVerified: Bool = true, words: [String]? = nil, name: String = "/bin/dash"
    ) -> String {
        let program = start(
            interpreter, words ?? [called, "a"], called: name,
            script: file(path, isVerified: isVerified), executedAs: called)
        return shown(program)
    }

    @Test("of a script both files are named")
    func scripts() {
        #expect(script("/srv/a.sh", as: "/srv/a.sh") == "/bin/dash /srv/a.sh a")
        #expect(
            script("/srv/a.sh", as: "./a.sh")
                == "/srv/a.sh (by /usr/bin/dash, as /bin/dash) ./a.sh a")
        #expect(
            script("/srv/a.sh", as: "/srv/a.sh", name: "/bin/sh")
                == "/srv/a.sh (by /usr/bin/dash, as /bin/sh) /srv/a.sh a")
        #expect(
            script("/srv/evil", as: "/srv/a.sh")
                == "/srv/evil (by /usr/bin/dash, as /bin/dash) /srv/a.sh a")
        #expect(
            script("/srv/a.sh", as: "/srv/a.sh", words: ["/srv/b.sh"])
                == "/srv/a.sh (by /usr/bin/dash, as /bin/dash) /srv/b.sh")
        #expect(
            script("/dev/fd/3", as: "/dev/fd/3", isVerified: false)
                == "/dev/fd/3 (unlinked, by /usr/bin/dash, as /bin/dash) /dev/fd/3 a")
        let copied = file("/tmp/dash", isVerified: false)
        #expect(
            script("/srv/a.sh", as: "/srv/a.sh", by: copied)
                == "/srv/a.sh (by unlinked /tmp/dash, as /bin/dash) /srv/a.sh a")
    }

    @Test("threat 18: no word says what the file is, and nothing of it acts on a terminal")
    func forged() {
        for called in ["ls (as curl)", "/usr/bin/ls (as ls)", "(as", "as ls)", "ls\u{1B}[2J"] {
            let whole = start(Self.curl, ["(as", "x)"], called: called)
            let line = shown(whole)
            #expect(line.hasPrefix("/usr/bin/curl (as "), "\(line)")
            // What is in quotes is a word.
            let unquoted = line.replacing(/\$?'[^']*'/, with: "")
            #expect(unquoted.count(where: { $0 == "(" }) == 1, "\(line)")
            #expect(!line.unicodeScalars.contains("\u{1B}"))
        }
        let told = start(file("/usr/bin/ls"), ["(as", "curl)"], called: "ls")
        #expect(shown(told) == "ls '(as' 'curl)'")
        let hidden = start(file("/tmp/\u{202E}x\n"), [], called: "ls")
        #expect(
            shown(hidden) == "$'/tmp/\\xe2\\x80\\xaex\\n' (as ls)")
    }
}
