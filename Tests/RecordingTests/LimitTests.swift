import Glibc
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Recording

@Suite struct LimitTests {
    private func value(_ count: Int) -> [BoundValue] {
        [BoundValue(bytes: [UInt8](repeating: 1, count: count), format: .binary, type: 17)]
    }

    private let outcome = OutcomeEvent(number: 1, tag: "X", rows: 0, bytes: 0, microseconds: 1)

    @Test(
        "threat 25: a principal that used up its quota is refused, its endings and other people are not"
    )
    func quota() async throws {
        let desk = try Desk()
        var options = desk.options
        options.quotaBytes = 10_000
        let recorder = try await desk.open(options)
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        try loop.commit()
        var count: UInt64 = 0
        #expect(throws: RecordingError.quota(principal: "deploy-bot", bytes: 10_000)) {
            while count < 1_000 {
                try session.action(action(count, values: value(1_000)))
                count += 1
                if count % 3 == 0 { try loop.commit() }
            }
        }
        #expect(count == 10)
        try loop.commit()
        let refusal = RefusalEvent(
            statement: [1], verdict: .deny, rules: [], sqlstate: "42501", message: "no")
        #expect(throws: RecordingError.self) { try session.refused(refusal) }
        #expect(throws: RecordingError.self) { try loop.begin(try opening("ses_two")) }
        let other = try loop.begin(try opening("ses_three", principal: "bob", owner: nil))
        try other.action(action(1))
        try session.outcome(outcome)
        try session.notice("said")
        try session.close(reason: "quota", at: WallTime(milliseconds: 2))
        try loop.commit()
        #expect(try await recorder.all(of: session.session).closing == "quota")
        await recorder.close()

        // It outlives the process, and ends when recordings are removed.
        let again = try await desk.open(options)
        let loop2 = try again.makeLoopRecorder()
        #expect(throws: RecordingError.self) { try loop2.begin(try opening("ses_two")) }
        #expect(try await again.remove([session.session]).map(\.session) == [session.session])
        let two = try loop2.begin(try opening("ses_two"))
        try two.action(action(1))
        await again.close()
    }

    @Test(
        "threat 25: on a full disk endings are recorded out of the reserve, and commands again once there is room"
    )
    func reserve() async throws {
        let desk = try Desk()
        let disk = FaultyDisk()
        let recorder = try await desk.open(disk: disk)
        let reserve = desk.directory + "/reserve"
        #expect(disk.exists(reserve))
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        try loop.commit()
        try session.action(action(1))
        // Until there is room again the recorder's thread must not win its reserve back behind our back.
        disk.fail("allocate", ENOSPC)
        disk.failNext(.fails(ENOSPC))
        #expect(throws: RecordingError.diskFull) { try loop.commit() }
        #expect(!disk.exists(reserve))
        #expect(throws: RecordingError.diskFull) { try session.action(action(2)) }
        #expect(throws: RecordingError.diskFull) { try loop.begin(try opening("ses_two")) }
        try await recorder.settle()
        #expect(throws: RecordingError.diskFull) { try session.action(action(2)) }
        try session.outcome(outcome)
        try loop.commit()
        disk.fail("allocate", nil)
        try await recorder.settle()
        #expect(disk.exists(reserve))
        try session.action(action(3))
        try session.close(reason: "left", at: WallTime(milliseconds: 2))
        try loop.commit()
        let events = try await recorder.all(of: session.session)
        #expect(events.actionNumbers == [3] && events.lost == [1] && events.closing == "left")
        await recorder.close()
    }

    @Test(
        "A store that is lost stops nothing at once, and is caught up with",
        arguments: [false, true])
    func lostStore(isKilled: Bool) async throws {
        let desk = try Desk()
        let isLost = Atomic(false)
        let recorder = try await Recorder.open(
            directory: desk.directory,
            database: FaultyStore(desk.store) { isLost.load(ordering: .relaxed) },
            options: desk.options, disk: SystemDisk())
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        isLost.store(true, ordering: .relaxed)
        try session.action(action(1, "SELECT searchable"))
        try session.close(reason: "left", at: WallTime(milliseconds: 2))
        try loop.commit()
        await #expect(throws: RecordingError.self) { try await recorder.settle() }
        if !isKilled { isLost.store(false, ordering: .relaxed) }
        await recorder.close()
        let again = try await desk.open()
        #expect(try await again.search("searchable").hits.map(\.session) == [session.session])
        #expect(try await again.session(session.session).reason == "left")
        #expect(try await again.all(of: session.session).actionNumbers == [1])
        await again.close()
    }

    @Test(
        "threat 25: what cannot be filed waits in the spools, up to a limit, and then commands are refused"
    )
    func behind() async throws {
        let desk = try Desk()
        let disk = FaultyDisk()
        var options = desk.options
        options.backlogBytes = 20_000
        let recorder = try await desk.open(options, disk: disk)
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        disk.fail("write", EIO)
        for number in 0..<UInt64(30) {
            try session.action(action(number, values: value(1_000)))
            try loop.commit()
        }
        await #expect(throws: RecordingError.self) { try await recorder.settle() }
        #expect(throws: RecordingError.self) { try session.action(action(99)) }
        try session.outcome(outcome)
        try loop.commit()
        disk.fail("write", nil)
        try await recorder.settle()
        try session.action(action(100))
        try loop.commit()
        let numbers = try await recorder.all(of: session.session).actionNumbers
        #expect(numbers == Array(0..<30) + [100])
        await recorder.close()
    }

    @Test("threat 25: a disk that is really full", .enabled(if: getuid() == 0))
    func reallyFull() async throws {
        let desk = try Desk()
        #expect(mkdir(desk.directory, 0o700) == 0)
        try #require(mount("tmpfs", desk.directory, "tmpfs", 0, "size=2m") == 0)
        defer { umount2(desk.directory, Int32(MNT_DETACH)) }
        var options = desk.options
        options.reserveBytes = 256 << 10
        let recorder = try await desk.open(options)
        let disk = SystemDisk()
        let filler = try disk.open(desk.directory + "/filler", .readWrite)
        try disk.allocate(filler, 1 << 20)
        disk.close(filler)
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        try loop.commit()
        var committed: [UInt64] = []
        #expect(throws: RecordingError.diskFull) {
            for number in 0..<UInt64(1_000) {
                try session.action(action(number, values: value(5_000)))
                try loop.commit()
                committed.append(number)
            }
        }
        #expect(committed.count > 50)
        #expect(throws: RecordingError.diskFull) { try session.action(action(2_000)) }
        try session.close(reason: "full", at: WallTime(milliseconds: 2))
        try loop.commit()
        try? await recorder.settle()
        try disk.remove(desk.directory + "/filler")
        try await recorder.settle()
        try await recorder.settle()
        let events = try await recorder.all(of: session.session)
        #expect(events.actionNumbers == committed && events.closing == "full" && events.lost == [1])
        let next = try loop.begin(try opening("ses_two"))
        try next.action(action(1))
        try loop.commit()
        await recorder.close()
    }

    @Test("Two processes never record into one directory")
    func locked() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        await #expect(throws: RecordingError.inUse(directory: desk.directory)) {
            _ = try await desk.open()
        }
        await recorder.close()
        await (try desk.open()).close()
    }
}
