import Foundation
import TestKit
import Testing

/// Daemons that run things for whoever asks, outside of every session.
@Suite("threat 30: daemons that would run an agent's programs elsewhere", .realParts)
struct ShellDaemonTests {
    /// Every program may run, and setuid ones as what they are: what is left is what a session sees.
    static let everything =
        Policies.transfers + """

              - rule: setuid
                effects: [shell.exec]
                attributes: { setuid: true }
                decide: allow
            """

    struct Spool: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// What puts a job into it, lists the account's jobs, and takes all of them out.
        let put: String
        let list: String
        let clear: String
    }

    static let spools = [
        Spool(
            testDescription: "at", put: "echo true | at now + 1 day", list: "atq",
            clear: "atq | cut -f 1 | xargs -r atrm"),
        Spool(
            testDescription: "crontab", put: "echo '0 0 1 1 * true' | crontab -",
            list: "crontab -l 2>/dev/null", clear: "crontab -r"),
    ]

    @Test(
        "threat 30: no job gets into the spools of at and cron, even with setuid programs as they are",
        arguments: spools)
    func spool(_ spool: Spool) async throws {
        try ShellGateway.makeSureOfAccount()
        defer { _ = try? asAccount(spool.clear) }
        // Outside it works.
        let put = try asAccount(spool.put)
        #expect(try asAccount(spool.list).out != "", "\(put)")
        _ = try asAccount(spool.clear)
        #expect(try asAccount(spool.list).out == "")

        let shells = try ShellGateway(policies: [Self.everything])
        let token = try await shells.agent()
        let said = try await shells.exec(token, ["sh", "-c", spool.put])
        #expect(said.status != 0, "\(said)")
        #expect(try asAccount(spool.list).out == "", "\(said)")
    }

    @Test("threat 30: `systemd-run --user` reaches no service manager, by neither of its sockets")
    func serviceManager() async throws {
        let shells = try ShellGateway(policies: [Policies.transfers])
        let token = try await shells.agent()
        let place = "/run/sallyport-test-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: place) }
        let manager = try Conversation(
            Command("/usr/bin/python3", ["-u", "-c", Self.manager, place, ShellGateway.account]))
        defer {
            manager.killNow()
            manager.finish()
        }
        #expect(manager.expect("listening") != nil, "\(manager.rest)")
        let bus = "DBUS_SESSION_BUS_ADDRESS=unix:path=\(place)/bus"
        let line = "env XDG_RUNTIME_DIR=\(place) \(bus) systemd-run --user --no-block true"
        // Outside it comes to the sockets.
        let outside = try asAccount(line)
        #expect(manager.expect("asked") != nil, "\(outside)")
        manager.send("how often?\n")
        let before = try #require(manager.expect("times"))

        let inside = try await shells.exec(token, ["sh", "-c", line])
        #expect(inside.status == 1, "\(inside)")
        #expect(inside.err.contains("Failed to connect"), "\(inside)")
        manager.send("how often?\n")
        let after = try #require(manager.expect("times"))
        #expect(
            before.firstMatch(of: /\d+ times/)?.output == after.firstMatch(of: /\d+ times/)?.output)
    }

    /// Stands where the account's service manager and bus would, and counts who comes.
    static let manager = """
        import os, pwd, select, socket, sys
        place, user = sys.argv[1], pwd.getpwnam(sys.argv[2])
        os.makedirs(place + '/systemd')
        doors = []
        for name in ['systemd/private', 'bus']:
            door = socket.socket(socket.AF_UNIX)
            door.bind(place + '/' + name)
            door.listen()
            os.chown(place + '/' + name, user.pw_uid, user.pw_gid)
            doors.append(door)
        for name in ['', '/systemd']:
            os.chown(place + name, user.pw_uid, user.pw_gid)
        print('listening')
        count = 0
        while True:
            for ready in select.select(doors + [0], [], [])[0]:
                if ready == 0:
                    if not os.read(0, 100): sys.exit()
                    print(count, 'times')
                else:
                    ready.accept()[0].close()
                    count += 1
                    print('asked')
        """

    static let refused: [(words: [String], says: String)] = [
        (["at", "now"], "shells/other-users"), (["batch"], "no policy allows it"),
        (["crontab", "-"], "shells/other-users"),
        (["systemd-run", "--user", "true"], "no policy allows it"),
    ]

    @Test("threat 30: the example of a policy refuses their programs, and the record says so")
    func example() async throws {
        let project = try ExampleProject()
        let shells = try project.gateway()
        let token = try await shells.agent()
        for (words, says) in Self.refused {
            let said = try await shells.exec(token, words, input: "id\n")
            #expect(said.status == 126, "\(said)")
            #expect(said.err.contains(says), "\(said)")
            // A script is shown with its interpreter.
            let shown =
                words == ["batch"]
                ? "/usr/bin/batch (by /usr/bin/dash, as /bin/sh) -e /usr/bin/batch"
                : words.joined(separator: " ")
            try await until("`\(shown)` is in the record") {
                try await shells.recordedPrograms()
                    == [RecordedProgram(words: shown, verdict: "deny")]
            }
        }
    }

    @Test(
        "threat 30: `ssh localhost` is held by the example of a policy, and reaches no sshd without consent"
    )
    func secureShell() async throws {
        let project = try ExampleProject()
        let shells = try project.gateway()
        let token = try await shells.agent()
        try await shells.gateway.logIn("bob")
        let daemon = try OtherSSHDaemon(project.path)
        defer { daemon.stop() }
        // Outside it lets the account in.
        let outside = try asAccount(daemon.words.joined(separator: " "))
        #expect(outside.out == "in\n", "\(outside)")
        #expect(daemon.program.expect("Accepted publickey") != nil)

        let running = try Conversation(shells.agent(token, ["exec", "host", "--"] + daemon.words))
        let line = try #require(running.line(containing: "sallyport approve "), "\(running.rest)")
        let hold = try #require(line.firstMatch(of: /hld_[a-z0-9]+/)).output
        let denied = try await shells.gateway.person(
            "bob", ["deny", String(hold), "--reason", "not there"])
        #expect(denied.status == 0, "\(denied)")
        let said = running.finish()
        #expect(said.status == 126 && said.out == "", "\(said)")
        daemon.stop()
        // What it said before is used up.
        #expect(!daemon.program.finish().err.contains("Connection from"))
    }
}

/// A command line as the account, outside of every session.
private func asAccount(_ line: String) throws -> Output {
    let user = ShellGateway.account
    return try Command(
        "/usr/bin/setpriv",
        ["--reuid", user, "--regid", user, "--init-groups", "/bin/sh", "-c", line]
    ).runToEnd()
}

/// Debian's `sshd`, which runs as the account and lets it in.
private struct OtherSSHDaemon {
    let program: Conversation
    /// What an agent would run to get through it.
    let words: [String]

    init(_ place: String) throws {
        let port = try freePort()
        let line = """
            umask 077; cd \(place)
            ssh-keygen -q -t ed25519 -N '' -f host; ssh-keygen -q -t ed25519 -N '' -f key
            """
        let made = try asAccount(line)
        guard made.status == 0 else { throw Failure("ssh-keygen: \(made)") }
        let options = [
            "Port=\(port)", "ListenAddress=127.0.0.1", "HostKey=\(place)/host", "UsePAM=no",
            "AuthorizedKeysFile=\(place)/key.pub", "StrictModes=no", "PidFile=none",
            "LogLevel=VERBOSE",
        ]
        let user = ShellGateway.account
        program = try Conversation(
            Command(
                "/usr/bin/setpriv",
                ["--reuid", user, "--regid", user, "--init-groups", "/usr/sbin/sshd", "-D", "-e"]
                    + ["-f", "/dev/null"] + options.flatMap { ["-o", $0] }))
        processes.add(program.processIdentifier)
        guard program.expect("Server listening") != nil else { throw Failure(program.rest) }
        words =
            ["ssh", "-F", "/dev/null", "-i", place + "/key", "-p", "\(port)"]
            + ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
            + ["-o", "LogLevel=ERROR", user + "@localhost", "echo", "in"]
    }

    func stop() {
        program.killNow()
        program.finish()
        processes.remove(program.processIdentifier)
    }
}
