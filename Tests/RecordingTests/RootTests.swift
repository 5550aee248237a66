import Testing
import Vocabulary

@testable import Recording

@Suite("The roots of recordings")
struct RootTests {
    @Test(
        "threat 25: wait while the ledger is full, the newest of each session, and are then entered"
    )
    func full() async throws {
        let desk = try Desk()
        var options = desk.options
        options.rootBytes = 1
        let recorder = try await desk.open(options)
        let loop = try recorder.makeLoopRecorder()
        let one = try loop.begin(try opening("ses_one"))
        let two = try loop.begin(try opening("ses_two"))
        desk.roots.isFull.withLock { $0 = true }
        for number in 1...UInt64(3) {
            try one.action(action(number))
            if number == 2 { try two.close(reason: "left", at: WallTime(milliseconds: 2_000)) }
            try loop.commit()
            try await recorder.settle()
        }
        #expect(desk.roots.all.isEmpty)
        desk.roots.isFull.withLock { $0 = false }
        try await recorder.settle()
        #expect(desk.roots.of(one.session).count == 1 && desk.roots.of(two.session).count == 1)
        #expect(desk.roots.of(two.session).last?.isFinal == true)
        let row = try await recorder.session(one.session)
        #expect(desk.roots.of(one.session).last?.bytes == row.bytes)
        await recorder.close()
    }

    @Test(
        "threats 25 and 26: a session counts as ended only when its last root is entered, whoever is killed before"
    )
    func last() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        try session.action(action(1))
        try session.close(reason: "left", at: WallTime(milliseconds: 2_000))
        try loop.commit()
        desk.roots.isFull.withLock { $0 = true }
        try await recorder.settle()
        #expect(try await recorder.session(session.session).closed == nil)
        // The ledger never took it: for the next process it is as if this one had been killed.
        await recorder.close()
        #expect(desk.roots.all.isEmpty)
        desk.roots.isFull.withLock { $0 = false }
        let again = try await desk.open()
        #expect(desk.roots.of(session.session).map(\.isFinal) == [true])
        #expect(desk.roots.recoveries.isEmpty)
        #expect(try await again.session(session.session).reason == "left")
        await again.close()
    }

    @Test(
        "threats 25 and 26: a start closes no session before the ledger says which were interrupted"
    )
    func interrupted() async throws {
        let desk = try Desk()
        let disk = FaultyDisk()
        let recorder = try await Recorder.open(
            directory: desk.directory, database: FaultyStore(desk.store) { disk.isDead },
            options: desk.options, disk: disk)
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        try loop.commit()
        disk.failNext(.diesBefore)
        try session.notice("x")
        #expect(throws: RecordingError.self) { try loop.commit() }
        await recorder.close()

        struct Full: Error {}
        var options = desk.options
        options.onRecovery = { _ in throw Full() }
        await #expect(throws: RecordingError.ledger(reason: "Full()")) {
            _ = try await desk.open(options)
        }
        let again = try await desk.open()
        #expect(desk.roots.recoveries.map(\.interrupted) == [[session.session]])
        #expect(try await again.session(session.session).reason == "interrupted")
        await again.close()
    }
}
