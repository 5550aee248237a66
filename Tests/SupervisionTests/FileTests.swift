import Foundation
import Shell
import Supervision
import TestKit
import Testing

@Suite("What a session sees and may write")
struct FileTests {
    let probes: Probes

    init() throws { probes = try Probes.shared.get() }

    @Test("sockets and spools of daemons are hidden, with what is made later")
    func hidden() async throws {
        let name = "sallyport-test-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: "/run/\(name)", withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: "/run/\(name)") }
        var session = Supervised(
            "/bin/sh", "-c",
            "ls -A /run /var/run/dbus /run/systemd; ls -A /var/spool/cron; ls \(probes.directory.path)"
        )
        let hidden = probes.directory.path
        session.change = { $0.covered = [Array(hidden.utf8)] }
        session.directory = "/"
        let result = try await session.run()
        #expect(!result.out.contains(name) && !result.out.contains("probe"), "\(result.out)")
        #expect(!result.out.contains("system_bus_socket") && !result.out.contains("private"))
        #expect(result.out.contains(".session"))
        let inside = try await Supervised("/bin/ls", "/run/.session").run()
        #expect(inside.err.contains("Permission denied"))
    }

    @Test(
        "what is hidden is hidden wherever else it is mounted, with what is in it and what it is in"
    )
    func mountedElsewhere() async throws {
        let hidden = try directory("elsewhere/hidden")
        _ = try directory("elsewhere/hidden/inner")
        try probes.write("elsewhere/hidden/inner/secret", "secret")
        var places: [String] = []
        defer { for place in places { umount(place) } }
        for (name, source) in [
            ("same", hidden), ("part", hidden + "/inner"), ("above", String(hidden.dropLast(7))),
        ] {
            let place = try directory("places/" + name)
            let mounted = try await Command("/bin/mount", ["--bind", source, place]).run()
            #expect(mounted.status == 0, "\(mounted)")
            places.append(place)
        }
        var session = Supervised("")
        session.words = ["/usr/bin/find"] + places + ["-name", "secret"]
        #expect(try await session.run().out.split(separator: "\n").count == 3)
        session.change = { $0.covered = [Array(hidden.utf8)] }
        let result = try await session.run()
        #expect(result.out == "" && result.end == .exited(0), "\(result.err)")
    }

    @Test("an older tmux server, which would run things outside, is not reached")
    func tmux() async throws {
        let socket = "/tmp/tmux-54321/sallyport-test"
        let account = ["--reuid=54321", "--regid=54321", "--clear-groups"]
        func tmux(_ words: String...) async throws -> Output {
            try await Command("/usr/bin/setpriv", account + ["tmux", "-S", socket] + words).run()
        }
        mkdir("/tmp/tmux-54321", 0o700)
        chown("/tmp/tmux-54321", 54_321, 54_321)
        let started = try await tmux("new-session", "-d", "sleep 1000")
        #expect(started.status == 0, "\(started)")
        #expect(try await tmux("list-sessions").status == 0)
        let session = Supervised("/usr/bin/tmux", "-S", socket, "list-sessions")
        let result = try await session.run()
        #expect(result.end == .exited(1) && result.err.contains("No such file"), "\(result.err)")
        _ = try await tmux("kill-server")
    }

    @Test("daemons' abstract sockets are out of reach")
    func abstract() async throws {
        let name = "sallyport-test-\(getpid())"
        let listening = try listen(abstract: name)
        defer { close(listening) }
        let outside = try await Command(probes.probe, ["abstract", name]).run()
        #expect(outside.out == "abstract done\n")
        let inside = try await Supervised(probes.probe, "abstract", name).run()
        // Landlock's sixth version brought it.
        let expected = Supervisor.landlockVersion >= 6 ? "abstract EPERM\n" : "abstract done\n"
        #expect(inside.out == expected)
    }

    @Test("without a terminal it sees none of the system's, and can make its own")
    func terminals() async throws {
        let outside = try SessionTerminal.open()
        defer {
            outside.closeSessionSide()
            close(outside.master)
        }
        let result = try await Supervised(
            "/bin/sh", "-c",
            "ls -A /dev/pts; [ -e /dev/mqueue ] && ls -A /dev/mqueue; script -qec 'tty; ls /dev/pts' /dev/null"
        ).run()
        #expect(result.out == "ptmx\n/dev/pts/0\r\n0  ptmx\r\n", "\(result.out) \(result.err)")
    }

    @Test("threat 34: a session has a bound on terminals", arguments: [false, true])
    func terminalsMax(_ hasOne: Bool) async throws {
        var session = Supervised(probes.probe, "terminals")
        if hasOne { session.typing = [] }
        let result = try await session.run()
        let count = SupervisionLimits.terminalsMax - (hasOne ? 1 : 0)
        #expect(result.out.hasPrefix("\(count) ENOSPC"), "\(result.out)")
    }

    @Test("the terminal of another instance is not the session's, whatever its number")
    func otherTerminal() async throws {
        let place = try directory("terminals")
        let made = try await Command(
            "/bin/mount",
            ["-t", "devpts", "-o", "newinstance,ptmxmode=666,mode=666", "devpts", place]
        ).run()
        #expect(made.status == 0, "\(made)")
        defer { umount(place) }
        let script = """
            import os, fcntl, struct, subprocess
            master = os.open('\(place)/ptmx', os.O_RDWR | os.O_NOCTTY)
            fcntl.ioctl(master, 0x40045431, struct.pack('i', 0))
            other = os.open('\(place)/0', os.O_RDWR | os.O_NOCTTY)
            subprocess.run(['/bin/true'], stdin=other)
            subprocess.run(['/bin/echo', 'own'])
            """
        var session = Supervised("/usr/bin/python3", "-c", script)
        session.typing = []
        let result = try await session.run()
        let areOnTerminal = result.starts.map { ($0.shown, $0.isOnTerminal) }
        #expect(
            areOnTerminal.map(\.0).suffix(2) == ["/usr/bin/true", "/usr/bin/echo"],
            "\(result.out)")
        #expect(areOnTerminal.map(\.1).suffix(2) == [false, true])
    }

    @Test("what is the system's in /tmp is not seen at another place either")
    func temporaryElsewhere() async throws {
        let place = try directory("tmp-elsewhere")
        let own = try ScratchDirectory(in: "/tmp/")
        chmod(own.path, 0o755)
        let mounted = try await Command("/bin/mount", ["--bind", "/tmp", place]).run()
        #expect(mounted.status == 0, "\(mounted)")
        defer { umount(place) }
        #expect(try await Command("/bin/ls", [place]).run().out.contains("sallyport-"))
        let result = try await Supervised("/bin/ls", "-A", place).run()
        #expect(result.out == "" && result.end == .exited(0), "\(result.out) \(result.err)")
    }

    @Test("what a program is handed as its streams it can open by their names")
    func streams() async throws {
        var session = Supervised(
            "/bin/sh", "-c", "cat /dev/stdin; echo out > /dev/stdout; echo bad > /dev/stderr")
        session.input = "in\n"
        let result = try await session.run()
        #expect(result.out == "in\nout\n" && result.err == "bad\n")
        session.change = { $0.writable = [] }
        let restricted = try await session.run()
        #expect(restricted.out == "in\nout\n" && restricted.err == "bad\n")
    }

    @Test("threat 31: a path that leads elsewhere in the session than outside is replaceable")
    func ownTemporary() async throws {
        // Root's in a sticky directory: out there, nobody else can replace it.
        let outside = try ScratchDirectory(in: "/tmp/")
        let script = try probes.write("elsewhere-in-tmp", "#!/bin/sh\necho ran\n")
        let result = try await Supervised(
            "/bin/sh", "-c", "ln -s \(script) \(outside.path); \(outside.path)"
        ).run()
        #expect(result.out == "ran\n" && result.err == "", "\(result.err)")
        let file = try #require(result.starts.compactMap(\.script).first)
        #expect(file.path == Array(script.utf8) && file.isReplaceable && !file.isVerified)
    }

    @Test("threat 31: a removed directory's name, which may be another's, makes nothing a script")
    func removedDirectory() async throws {
        // What the kernel runs for it is /bin/true, by the words of a script that it would be.
        let script = try probes.write("as-if", "#!/bin/true\n")
        let result = try await Supervised(probes.probe, "removed", script).run()
        #expect(result.out == "what runs done\nwhat does not done\nthe name done\n")
        #expect(result.paths == [probes.probe, "/usr/bin/true"], "\(result.paths)")
        #expect(result.starts.allSatisfy { $0.script == nil })
    }

    @Test("threat 34: shared memory is bounded, and does not outlive those who share it")
    func shared() async throws {
        let result = try await Supervised(
            "/bin/cat", "/proc/sys/kernel/shmall", "/proc/sys/kernel/shm_rmid_forced"
        ).run()
        let pages = SupervisionLimits.sharedBytesMax / sysconf(Int32(_SC_PAGESIZE))
        #expect(result.out == "\(pages)\n1\n", "\(result.err)")
    }

    @Test("temporary files are the session's own")
    func temporary() async throws {
        let session = Supervised(
            "/bin/sh", "-c",
            "ls -A /tmp /var/tmp /dev/shm; echo x > /tmp/a; echo y > /var/tmp/b; cat /tmp/a /var/tmp/b; "
                + "rm /tmp/a; stat -c %a /tmp")
        let result = try await session.run()
        #expect(result.out == "/dev/shm:\n\n/tmp:\n\n/var/tmp:\nx\ny\n1777\n", "\(result.err)")
    }

    @Test("with `writable` nothing else can be written, whoever owns it")
    func writable() async throws {
        let open = try directory("open")
        let shut = try directory("shut")
        try probes.write("shut/old", "old", mode: 0o666)
        var session = Supervised(
            "/bin/sh", "-c",
            """
            echo new > \(open)/new && mkdir \(open)/sub && mv \(open)/new \(open)/sub/ && cat \(open)/sub/new
            (echo bad > \(shut)/bad) 2>/dev/null || echo refused
            (echo bad >> \(shut)/old) 2>/dev/null || echo refused
            mkdir \(shut)/sub 2>/dev/null || echo refused
            rm -f \(shut)/old 2>/dev/null || echo refused
            ln -s x \(shut)/link 2>/dev/null || echo refused
            mv \(open)/sub/new \(shut)/ 2>/dev/null || echo refused
            cat \(shut)/old; echo > /dev/null; echo t > /tmp/t; cat /tmp/t
            echo e > /dev/stderr
            """)
        session.change = {
            $0.writable = [Array(open.utf8)]
            $0.account = Account(name: "root", userID: 0, groupID: 0)
        }
        let plain = try await session.run()
        #expect(
            plain.out == "new\nrefused\nrefused\nrefused\nrefused\nrefused\nrefused\noldt\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: shut) == ["old"])
    }

    @Test(
        "files have their rules' names: links, hard links, and what the account can point elsewhere"
    )
    func names() async throws {
        let tools = try directory("tools")
        let own = try directory("own")
        chown(own, 54_321, 54_321)
        try probes.copy("/bin/echo", tools + "/real")
        for link in [tools + "/current", own + "/current"] {
            try FileManager.default.createSymbolicLink(
                atPath: link, withDestinationPath: tools + "/real")
        }
        try FileManager.default.linkItem(atPath: tools + "/real", toPath: tools + "/hard")
        var session = Supervised(own + "/current", "x")
        session.watched = [
            tools + "/real", tools + "/current", tools + "/hard", own + "/current", "/bin/echo",
            "/nowhere",
        ]
        let result = try await session.run()
        let file = try #require(result.starts.first?.executable)
        #expect(
            file.path == Array((tools + "/real").utf8) && file.isVerified && !file.isReplaceable)
        #expect(file.names.map(text) == [tools + "/real", tools + "/current"])
        #expect(file.links.map(text) == [tools + "/hard", own + "/current"])
    }

    @Test("threat 30: a rule on a directory that is a symbolic link is on what is in it")
    func directories() async throws {
        let tools = try directory("linked/tools/bin")
        let own = try directory("linked-own")
        chown(own, 54_321, 54_321)
        try FileManager.default.copyItem(atPath: "/bin/echo", toPath: tools + "/real")
        let parent = tools.dropLast("/bin".count)
        for (link, target) in [
            (parent + "/link", tools), (own + "/link", tools), (own + "/root", "/"),
            (parent + "/other", own),
        ] {
            try FileManager.default.createSymbolicLink(
                atPath: String(link), withDestinationPath: target)
        }
        var session = Supervised(tools + "/real", "x")
        session.watched = [
            parent + "/link", parent + "/other", String(parent), tools, own + "/link",
            own + "/root",
            parent + "/link/re",
        ]
        let file = try #require(try await session.run().starts.first?.executable)
        #expect(file.names.map(text) == [parent + "/link/real"])
        #expect(file.links.map(text) == [own + "/link/real", own + "/root" + tools + "/real"])
    }

    static let changes: [(String, Bool)] = [
        ("chmod 755 F", false), ("chmod 757 F", true), ("chmod 775 F", false),
        ("chmod 775 F; chgrp 54321 F", true), ("chmod 555 F; chown 54321 F", true),
        ("chmod 777 D", true), ("chmod 1777 D", false), ("chmod 1777 D; chown 54321 F", true),
        ("chmod 755 D; chown 54321 D", true), ("chmod 775 D; chgrp 54321 D", true),
        ("setfacl -m u:54321:rwx F", true), ("setfacl -m u:54321:rx F", false),
        ("setfacl -m u:54321:rwx D", true), ("setfacl -m g:54321:rwx D", true),
        ("setfacl -m d:u:54321:rwx D", false),
    ]

    @Test(
        "a file is replaceable that the account may write, or whose directory",
        arguments: changes)
    func replaceable(_ change: String, _ expected: Bool) async throws {
        let own = try directory("replaceable-\(UUID().uuidString)")
        let file = own + "/tool"
        try probes.copy("/bin/true", file)
        let command = change.replacingOccurrences(of: " F", with: " " + file)
            .replacingOccurrences(of: " D", with: " " + own)
        #expect(try await Command("/bin/sh", ["-c", command]).run().status == 0)
        let result = try await Supervised(file).run()
        #expect(result.starts.first?.executable.isReplaceable == expected)
    }

    private func directory(_ name: String) throws -> String {
        let path = probes.directory.file(name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        chmod(path, 0o755)
        return path
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func listen(abstract name: String) throws -> Int32 {
        let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0[1...].copyBytes(from: Array(name.utf8)) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + 1 + name.utf8.count)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) }
        }
        guard bound == 0, Glibc.listen(socket, 8) == 0 else { throw Failure("listen: \(errno)") }
        return socket
    }
}
