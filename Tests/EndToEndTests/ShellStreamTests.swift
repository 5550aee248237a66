import Foundation
import TestKit
import Testing

@Suite("Keys, signals, streams and ends of programs on hosts", .realParts)
struct ShellStreamTests {
    @Test(
        "^C, ^Z, ^D and a new size of the window reach the programs of a shell",
        arguments: ["sallyport shell", "ssh"])
    func keys(door: String) async throws {
        let shells = try ShellGateway(policies: [Policies.loginShells])
        let clients = try await SSHClients(shells)
        let ssh = clients.client("ssh", ["host.sallyport"])
        let terminal = try shells.shell(clients.token, by: door == "ssh" ? ssh : nil)
        // Typed as it begins, or before: how a line of input is echoed depends on that.
        terminal.send("sed -u s/o/0/\none\n")
        #expect(terminal.expect("0ne\r\n") != nil, "\(terminal.rest)")
        terminal.send("\u{1A}")
        #expect(terminal.expect("Stopped") != nil, "\(terminal.rest)")
        terminal.send("fg\ntwo\n")
        #expect(terminal.expect("tw0\r\n") != nil, "\(terminal.rest)")
        terminal.send("\u{3}")
        #expect(terminal.expect("ready> ") != nil, "\(terminal.rest)")
        terminal.send("echo st''atus $?\n")
        #expect(terminal.expect("status 130") != nil, "\(terminal.rest)")
        terminal.send("sed -u s/e/E/\nthree\n")
        #expect(terminal.expect("thrEe\r\n") != nil, "\(terminal.rest)")
        terminal.send("\u{4}")
        #expect(terminal.expect("ready> ") != nil, "\(terminal.rest)")
        terminal.send("stty size; python3 -c \"\(Self.waiting)\"; stty size\n")
        #expect(terminal.expect("24 80\r\nwaits\r\n") != nil, "\(terminal.rest)")
        try terminal.resize(columns: 101, rows: 33)
        #expect(terminal.expect("33 101\r\n") != nil, "\(terminal.rest)")
        terminal.send("exit 5\n")
        #expect(terminal.finish().status == 5)
    }

    /// Ends with the window's next size, also when it comes between the word and the wait: a blocked signal stays.
    static let waiting =
        "from signal import *; pthread_sigmask(SIG_BLOCK, {SIGWINCH}); print('waits', flush=True); sigwait({SIGWINCH})"

    @Test("without a terminal a signal of the client is the program's")
    func signals() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let script = "import signal; print('ready', flush=True); signal.pause()"
        let ways: [(send: (Conversation) -> Void, number: Int32)] = [
            ({ $0.interrupt() }, SIGINT), ({ $0.terminate() }, SIGTERM), ({ $0.hangUp() }, SIGHUP),
        ]
        for (send, number) in ways {
            let words = ["python3", "-c", "import signal as s; s.signal(2, s.SIG_DFL); " + script]
            let running = try Conversation(shells.agent(token, ["exec", "host", "--"] + words))
            #expect(running.expect("ready") != nil, "\(running.rest)")
            send(running)
            #expect(running.finish().status == 128 + number)
        }
    }

    @Test("exit statuses and the signals that end programs are exact")
    func ends() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        for status: Int32 in [0, 1, 2, 63, 64, 124, 125, 126, 127, 128, 129, 137, 141, 254, 255] {
            let said = try await shells.exec(token, ["sh", "-c", "exit \(status)"])
            #expect(said.status == status && said.err == "", "\(said)")
        }
        for number in [
            SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGKILL, SIGUSR1, SIGSEGV, SIGPIPE, SIGTERM, 34, 64,
        ] {
            let said = try await shells.exec(token, ["sh", "-c", "kill -\(number) $$"])
            #expect(said.status == 128 + number && said.err == "", "\(said)")
        }
    }

    @Test("the end of input is the program's, which goes on", arguments: ["", "x", "x\n"])
    func halfClosed(input: String) async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let said = try await shells.exec(
            token, ["sh", "-c", "cat; printf '<end>'; cat >&2; /bin/echo more"], input: input)
        #expect(said.out == input + "<end>more\n", "\(said)")
        #expect(said.status == 0 && said.err == "")
    }

    @Test("a program whose output nobody takes any more ends, as it would here")
    func nobodyReads() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let said = try await piped(
            shells.agent(token, ["exec", "host", "--", "yes"]), "\"$@\" | head -n 1; wait")
        #expect(said.out == "y\n", "\(said)")
        #expect(said.status == 0)
        try await until("its session has ended") {
            try shells.gateway.ledgerKinds().contains("session-closed")
        }
    }

    @Test("200 MB go in and come out as they are")
    func large() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let bytes = "head -c 200000000 /dev/zero | openssl enc -aes-128-ctr -K 5 -iv 7 2>/dev/null"
        let said = try await piped(
            shells.agent(token, ["exec", "host", "--", "cat"]),
            "\(bytes) | sha256sum; \(bytes) | { \"$@\"; echo $? >&2; } | sha256sum")
        let sums = said.out.split(separator: "\n")
        #expect(sums.count == 2 && sums.first == sums.last, "\(said)")
        #expect(said.err == "0\n")
    }

    /// A line of the test's own shell, with a command as its `"$@"`.
    private func piped(_ command: Command, _ line: String) async throws -> Output {
        var shell = Command(
            "/bin/bash", ["-c", line, "bash", command.program] + command.arguments)
        shell.environment = command.environment
        return try await shell.run()
    }
}
