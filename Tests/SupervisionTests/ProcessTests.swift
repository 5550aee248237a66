import Foundation
import Shell
import Supervision
import TestKit
import Testing

@Suite("The processes of a session")
struct ProcessTests {
    let probes: Probes

    init() throws { probes = try Probes.shared.get() }

    @Test(
        "a thread that becomes a program is its process's next",
        arguments: ["fork", "vfork", "spawn"])
    func threads(_ how: String) async throws {
        let probe = probes.probe
        let result = try await Supervised(
            probe, "many", how, "3", probe, "thread", "/bin/sh", "-c", "exit 0"
        ).run()
        #expect(result.end == .exited(0), "\(result.ends)")
        #expect(result.starts.map(\.number) == Array(1...7))
        for child in [2, 4, 6] as [UInt64] {
            #expect(result.ends[child] == .replaced && result.ends[child + 1] == .exited(0))
            let (first, second) = (result.starts[Int(child) - 1], result.starts[Int(child)])
            #expect(first.parent == 1 && second.parent == child)
            #expect(!first.isMain && !second.isMain && second.shown == "/usr/bin/dash")
        }
    }

    @Test("threat 31: a program is not let go by what the thread before it had stopped for")
    func takeover() async throws {
        let directory = try ScratchDirectory(in: "/opt/")
        chmod(directory.path, 0o777)
        var session = Supervised(probes.probe, "takeover")
        session.directory = directory.path
        session.observe = { _, event in
            switch event {
            case .starting(_, let start) where start.shown == "/usr/bin/true":
                // Two states are there to be read: the end of one process, the stop of the other's first thread.
                directory.tell("first", until: "stopped")
            case .ended(_, _, .signalled(SIGKILL)):
                // The first of them has been looked at.
                directory.tell("second", until: "replaced")
            default: break
            }
        }
        session.decide = { !$0.shown.hasSuffix("/taken") }
        let result = try await session.run()
        #expect(result.out == "lease done\n126\n", "\(result.out) \(result.err)")
        #expect(result.refused.map(\.shown) == [directory.file("taken")])
        #expect(!FileManager.default.fileExists(atPath: directory.file("made")))
    }

    @Test("threat 34: children of threads that end before their forks are reported are not kept")
    func unreported() async throws {
        var session = Supervised(probes.probe, "leak", "25", "8")
        session.change = { $0.processesMax = 64 }
        let result = try await session.run()
        #expect(result.out == "leak done\n", "\(result.out) \(result.ends)")
        #expect(result.starts.count == 26 && result.end == .exited(0))
    }

    @Test("programs know who started them, and their ends are exact")
    func tree() async throws {
        let result = try await Supervised(
            "/bin/bash", "-c",
            "bash -c 'sh -c \"exit 3\"; kill -9 $$'; (sh -c 'kill -TERM $$'); exec sh -c 'exit 5'"
        ).run()
        let parents = result.starts.map { [$0.number, $0.parent] }
        #expect(parents == [[1, 0], [2, 1], [3, 2], [4, 1], [5, 1]])
        #expect(
            result.ends == [
                1: .replaced, 2: .signalled(SIGKILL), 3: .exited(3), 4: .signalled(SIGTERM),
                5: .exited(5),
            ])
    }

    @Test("a session that stops all the time keeps no other from its turn, and can be ended")
    func flood() async throws {
        let probe = probes.probe
        let isOver = await withCheckedContinuation { (done: CheckedContinuation<Bool, Never>) in
            Thread.detachNewThread {
                done.resume(returning: (try? endsFlood(probe)) ?? false)
            }
        }
        #expect(isOver)
    }

    @Test("what is left behind goes on until the session is ended")
    func leftBehind() async throws {
        var session = Supervised(
            "/bin/sh", "-c", "setsid sleep 1000 > /dev/null 2>&1 < /dev/null &")
        session.observe = { supervisor, event in
            // The session's own program ended, and the other has started: then all are to end.
            guard case .starting(let session, let start) = event, start.shown == "/usr/bin/sleep"
            else { return }
            supervisor.end(session)
        }
        let result = try await session.run()
        #expect(result.starts.contains { $0.shown == "/usr/bin/sleep" })
        guard case .over = try #require(result.events.last) else {
            Issue.record("\(result.events)")
            return
        }
    }

    @Test("a program that dies while it waits is gone")
    func gone() async throws {
        var session = Supervised(
            "/bin/bash", "-c", "sleep 1000 & while kill -9 $!; do :; done; echo killed")
        session.hold = { $0.shown == "/usr/bin/sleep" ? ("killed", "") : nil }
        let result = try await session.run()
        let gone = result.events.contains { if case .gone(_, 2) = $0 { true } else { false } }
        // Killed before it was another program, it was none.
        #expect(result.out == "killed\n" && (gone || result.starts.count == 1))
    }

    @Test(
        "a signal that would end a program that waits is seen",
        arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
    func deadly(_ number: Int32) async throws {
        var session = Supervised("/bin/bash", "-c", "trap '' USR1; /bin/echo ran")
        let seen = Flag()
        session.observe = { supervisor, event in
            guard case .starting(let session, let start) = event, start.number == 1 else { return }
            #expect(supervisor.deadlySignal(session, 1) == nil)
            supervisor.signal(session, SIGUSR2)
            #expect(supervisor.deadlySignal(session, 1) == nil)
            supervisor.signal(session, number)
            if supervisor.deadlySignal(session, 1) == number { seen.set() }
        }
        session.decide = { _ in false }
        let result = try await session.run()
        #expect(seen.isSet && result.out == "")
    }

    @Test("nothing of a session outlives its supervisor")
    func supervisorDies() async throws {
        let streams = try Streams(isTerminal: false)
        let session = Supervised("/bin/sh", "-c", "setsid sleep 1000 & echo ready; sleep 1000")
        let dead = Latch()
        let plan = session.plan(streams)
        Thread.detachNewThread {
            // No `end`: the thread is gone, as it would be with its process.
            runUntilReady(plan)
            dead.open()
        }
        dead.wait()
        streams.closeSessionSide()
        // Every process had these as well: they end when the last is dead.
        var result = Supervised.Result()
        let deadline = Date(timeIntervalSinceNow: 60)
        while streams.isOpen, Date() < deadline { streams.wait(-1, &result) }
        #expect(!streams.isOpen)
        #expect(result.out == "ready\n" || result.out == "")
    }

    @Test("only its three descriptors are open in a program")
    func descriptors() async throws {
        let result = try await Supervised(probes.probe, "descriptors").run()
        #expect(result.out == "0 1 2 \n")
    }

    @Test("signals and limits that the supervisor changed for itself are as usual in a program")
    func usual() async throws {
        signal(SIGPIPE, SIG_IGN)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(4_096, limit.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let result = try await Supervised("/bin/sh", "-c", "ulimit -n; kill -PIPE $$; echo lives")
            .run()
        #expect(result.out == "\(min(1_024, limit.rlim_cur))\n")
        #expect(result.end == .signalled(SIGPIPE))
    }

    @Test("large programs in a row run, and those that would keep others waiting have no digest")
    func digests() async throws {
        let files = (0..<12).map { probes.directory.file("large-\($0)") }
        for file in files {
            try probes.copy("/bin/true", file)
            #expect(truncate(file, 60 << 20) == 0)
        }
        let result = try await Supervised("/bin/sh", "-c", files.joined(separator: " && ")).run()
        #expect(result.end == .exited(0))
        let large = result.starts.filter { files.contains($0.shown) }
        #expect(large.count == files.count)
        #expect(large.first?.executable.digest != nil)
        #expect(large.contains { $0.executable.digest == nil })
    }

    @Test("a session sees its own processes, and no other")
    func processes() async throws {
        // One after the other: in a pipe the first may have looked before the second is there.
        let line = "echo $$; ls /proc > /tmp/seen; grep -c '^[0-9]' /tmp/seen"
        let result = try await Supervised("/bin/sh", "-c", line).run()
        // Its init, itself, and the one that looks.
        #expect(result.out == "2\n3\n")
    }

    @Test("sessions of many supervisors run beside one another")
    func many() async throws {
        let session = Supervised("/bin/sh", "-c", "/bin/true; /bin/echo $$")
        let results = try await withThrowingTaskGroup(of: Supervised.Result.self) { group in
            for _ in 0..<20 { group.addTask { try await session.run() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count == 20)
        for result in results { #expect(result.out == "2\n", "\(result.events)") }
    }
}

extension ScratchDirectory {
    /// Makes a file, and waits for another that the session makes then.
    fileprivate func tell(_ file: String, until other: String) {
        try? Data().write(to: URL(fileURLWithPath: self.file(file)))
        let deadline = Date(timeIntervalSinceNow: 60)
        while access(self.file(other), F_OK) != 0, Date() < deadline { usleep(1_000) }
    }
}

/// A session that was there before the flood runs a program during it, and then the flood is ended.
private func endsFlood(_ probe: String) throws -> Bool {
    let supervisor = try Supervisor()
    let (calm, loud) = (try Streams(isTerminal: false), try Streams(isTerminal: false))
    let waiting = try supervisor.start(
        Supervised("/bin/sh", "-c", "read x; /bin/echo $x").plan(calm))
    let flood = try supervisor.start(Supervised(probe, "flood", "300").plan(loud))
    for streams in [calm, loud] { streams.closeSessionSide() }
    var results = [Supervised.Result(), Supervised.Result()]
    var over: Set<SupervisedSession> = []
    var isFed = false
    let deadline = Date(timeIntervalSinceNow: 600)
    while over.count < 2, Date() < deadline {
        calm.wait(supervisor.descriptor, &results[0])
        if !isFed { loud.wait(supervisor.descriptor, &results[1]) }
        if results[1].out == "flood done\n", !isFed {
            isFed = true
            calm.feed("through\n")
        }
        while let event = supervisor.next() {
            switch event {
            case .starting(let id, let start): supervisor.answer(id, start.number, .run)
            case .over(let id):
                over.insert(id)
                if id == waiting { supervisor.end(flood) }
            default: break
            }
        }
    }
    return over == [waiting, flood]
}

private func runUntilReady(_ plan: SessionPlan) {
    guard let supervisor = try? Supervisor(), let session = try? supervisor.start(plan) else {
        return
    }
    var started = 0
    while started < 3 {
        var polled = pollfd(fd: supervisor.descriptor, events: Int16(POLLIN), revents: 0)
        poll(&polled, 1, 1_000)
        while let event = supervisor.next() {
            guard case .starting(_, let start) = event else { continue }
            supervisor.answer(session, start.number, .run)
            // The shell, and the two that sleep; setsid is one more program of the first.
            if start.shown != "/usr/bin/setsid" { started += 1 }
        }
    }
}
