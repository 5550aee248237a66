import Foundation
import TestKit
import Testing

/// Programs that start others, as people use them in `sallyport shell`. `id` is held, `wget` refused.
@Suite("Programs in a shell on a terminal", .realParts)
struct ShellProgramsTests {
    @Test(
        "threat 30: what vim starts is judged, refused on the screen, held and consented to; vim goes on"
    )
    func vim() async throws {
        let shells = try ShellGateway(policies: [Policies.loginShells])
        let token = try await shells.agent()
        try await shells.gateway.logIn("bob")
        let terminal = try shells.shell(token)
        terminal.send("vim -Nu NONE -n letter\n")
        #expect(terminal.expect("[New]") != nil, "\(terminal.rest)")
        terminal.send(":!wget -V\n")
        #expect(terminal.expect("does not run `wget -V`") != nil, "\(terminal.rest)")
        #expect(terminal.expect("hosts/no-downloads") != nil, "\(terminal.rest)")
        #expect(terminal.expect("shell returned 126") != nil, "\(terminal.rest)")
        terminal.send("\n:!id -un\n")
        let told = try #require(terminal.expect("sallyport approve "), "\(terminal.rest)")
        let line = told + (terminal.expect("\n") ?? "")
        let hold = try #require(line.firstMatch(of: /approve (hld_[a-z0-9]+)/)).output.1
        let approved = try await shells.gateway.person("bob", ["approve", String(hold)])
        #expect(approved.status == 0, "\(approved)")
        #expect(terminal.expect("\n\(ShellGateway.account)\r\n") != nil, "\(terminal.rest)")
        terminal.send("\niDear all\u{1B}:wq\n")
        #expect(terminal.expect("written") != nil, "\(terminal.rest)")
        // Until it has left, keys are its own.
        #expect(terminal.expect("ready> ") != nil, "\(terminal.rest)")
        terminal.send("cat letter; echo st''atus $?\n")
        #expect(terminal.expect("Dear all\r\nstatus 0") != nil, "\(terminal.rest)")
        terminal.send("exit\n")
        #expect(terminal.finish().status == 0)
        let programs = try await shells.recordedPrograms()
        #expect(programs.contains(RecordedProgram(words: "wget -V", verdict: "deny")))
        #expect(programs.contains(RecordedProgram(words: "id -un", verdict: "hold")))
        // `vim` is a link to one of several files.
        #expect(
            programs.contains {
                $0.verdict == "allow" && $0.words.contains("/usr/bin/vim.")
                    && $0.words.hasSuffix(" (as vim) -Nu NONE -n letter")
            })
    }

    @Test("threat 30: programs in a pane of tmux are judged, and an older server is not reached")
    func tmux() async throws {
        let shells = try ShellGateway(policies: [Policies.loginShells])
        let token = try await shells.agent()
        let outside = try OlderTmux()
        defer { outside.stop() }
        #expect(try outside.tmux(["list-windows"]).out.hasPrefix("0: before"))
        let terminal = try shells.shell(token)
        for way in ["", "-S \(outside.socket) "] {
            terminal.send("tmux \(way)list-windows; tmux \(way)new-window; echo st''atus $?\n")
            #expect(terminal.expect("status 1") != nil, "\(terminal.rest)")
        }
        terminal.send("tmux -f /dev/null new-session -s inner\n")
        #expect(terminal.expect("[inner]") != nil, "\(terminal.rest)")
        terminal.send("wget -V; echo st''atus $?\n")
        #expect(terminal.expect("does not run `wget -V`") != nil, "\(terminal.rest)")
        #expect(terminal.expect("status 126") != nil, "\(terminal.rest)")
        terminal.send("tmux detach\n")
        #expect(terminal.expect("[detached") != nil, "\(terminal.rest)")
        // The server of the session's own goes on behind its client, supervised as before.
        terminal.send("tmux send-keys -t inner 'wget --help' Enter\n")
        #expect(terminal.expect("does not run `wget --help`") != nil, "\(terminal.rest)")
        #expect(try outside.tmux(["list-windows"]).out.split(separator: "\n").count == 1)
        terminal.send("exit\n")
        #expect(terminal.finish().status == 0)
        let refused = try await shells.recordedPrograms().filter { $0.verdict == "deny" }
        #expect(refused.map(\.words) == ["wget -V", "wget --help"])
    }

    @Test("threat 30: what git and make start is judged: pagers, editors, aliases, hooks, recipes")
    func gitAndMake() async throws {
        let shells = try ShellGateway(policies: [Policies.loginShells])
        let token = try await shells.agent()
        let terminal = try shells.shell(token)
        func run(_ line: String, _ status: Int?, _ texts: String...) {
            terminal.send(line + "; echo st''atus $?\n")
            let said = terminal.expect("status \(status.map(String.init) ?? "")")
            // A terminal's own output may come a moment later than what the gateway says.
            for text in texts {
                #expect(said?.contains(text) == true, "\(line): \(said ?? terminal.rest)")
            }
            #expect(terminal.expect("ready> ") != nil)
        }
        run(
            "git init -q r && cd r && git config user.name a && git config user.email a@b"
                + " && git commit -q --allow-empty -m one", 0)
        run("git -c core.pager='wget --pager' log", nil, "does not run `wget --pager`")
        run("git -c core.pager=wget log", nil, "does not run `/usr/bin/wget`")
        run(
            "git -c core.editor='wget --editor' commit --allow-empty", 1,
            "does not run `wget --editor", "problem with the editor")
        run("git -c alias.x='!wget --alias' x", 126, "does not run `wget --alias`")
        run(
            "printf '#!/bin/sh\\ntrue\\n' > .git/hooks/pre-commit; chmod +x .git/hooks/pre-commit;"
                + " git commit --allow-empty -m two", 1, "does not run", "pre-commit")
        run("git -P log --format=ON''LY-%s", 0, "ONLY-one\r\n")
        run(
            "printf 'all: good bad\\ngood:\\n\\t@/bin/echo ma''de\\nbad:\\n\\twget --recipe\\n' > Makefile;"
                + " make", 2, "made", "does not run `wget --recipe`", "Error 126")
        terminal.send("exit\n")
        #expect(terminal.finish().status == 0)
        let refused = try await shells.recordedPrograms().filter { $0.verdict == "deny" }
        #expect(refused.count == 6)
        #expect(refused.count { $0.words.contains("wget") } == 5, "\(refused)")
    }
}

/// A tmux server of the account's, which would run things outside of any session.
private struct OlderTmux {
    private let user: passwd
    let socket: String

    init() throws {
        try ShellGateway.makeSureOfAccount()
        guard let entry = getpwnam(ShellGateway.account) else { throw Failure("no account") }
        user = entry.pointee
        socket = "/tmp/tmux-\(user.pw_uid)/default"
        let started = try tmux(
            ["-f", "/dev/null", "new-session", "-d", "-n", "before", "sleep 1000"])
        guard started.status == 0 else { throw Failure("tmux: \(started)") }
    }

    func tmux(_ words: [String]) throws -> Output {
        var command = Command(
            "/usr/bin/setpriv",
            ["--reuid=\(user.pw_uid)", "--regid=\(user.pw_gid)", "--clear-groups", "tmux"]
                + words)
        command.environment["SHELL"] = "/bin/sh"
        return try command.runToEnd()
    }

    func stop() { _ = try? tmux(["kill-server"]) }
}
