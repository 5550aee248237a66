import Glibc
import Testing
import Vocabulary

@testable import Recording

@Suite struct SpoolTests {
    /// A recorder whose process can be killed, store and all.
    private func mortal(_ desk: Desk, _ disk: FaultyDisk, _ options: RecorderOptions) async throws
        -> Recorder
    {
        try await Recorder.open(
            directory: desk.directory, database: FaultyStore(desk.store) { disk.isDead },
            options: options, disk: disk)
    }

    private func kill(_ disk: FaultyDisk, _ recorder: Recorder) async {
        disk.failNext(.diesBefore)
        try? await recorder.settle()
        await recorder.close()
        #expect(disk.isDead)
    }

    @Test(
        "threat 25: what a write left that failed and could not be cut off is never taken for recorded"
    )
    func stale() async throws {
        let desk = try Desk()
        let disk = FaultyDisk()
        let recorder = try await mortal(desk, disk, desk.options)
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        try session.action(action(1))
        try loop.commit()
        try session.action(action(2))
        disk.fail("truncate", EIO)
        disk.failNext(.failsBehind)
        #expect(throws: RecordingError.self) { try loop.commit() }
        try session.action(action(3))
        try loop.commit()
        await kill(disk, recorder)
        let again = try await desk.open()
        let events = try await again.all(of: session.session)
        #expect(events.actionNumbers == [1, 3] && events.lost == [1])
        #expect(events.closing == "interrupted")
        #expect(try #require(desk.roots.recoveries.last).tornBytes > 0)
        await again.close()
    }

    @Test("Events that a power cut took are shown as missing, and those behind them are filed")
    func gap() async throws {
        let desk = try Desk()
        let disk = FaultyDisk()
        var options = desk.options
        options.spoolBytes = 200
        let recorder = try await mortal(desk, disk, options)
        // No pass comes between: its store and its wake-ups are idle until the kill.
        disk.fail("sync", EIO)
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        for number in 1..<UInt64(4) {
            try session.action(action(number))
            try loop.commit()
        }
        disk.failNext(.diesBefore)
        try session.notice("x")
        #expect(throws: RecordingError.self) { try loop.commit() }
        await recorder.close()
        let path = desk.directory + "/sessions/ses_one.rec"
        let spools = try leftOrdinals(in: desk.directory, SystemDisk())
        try #require(spools.count == 3)
        try SystemDisk().remove(desk.directory + "/spools/" + Spool.name(spools[0]))
        try SystemDisk().remove(path)
        let again = try await desk.open()
        let events = try await again.all(of: session.session)
        #expect(events.actionNumbers == [2, 3])
        #expect(events.lost == [4] && events.first?.sequence == 0)
        #expect(events.closing == "interrupted")
        #expect(try await again.session(session.session).principal == PrincipalName("deploy-bot"))
        await again.close()
    }

    @Test("A batch is whole or it is not there, wherever its spool is cut or altered")
    func torn() async throws {
        let desk = try Desk()
        let disk = FaultyDisk()
        let recorder = try await mortal(desk, disk, desk.options)
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        try session.action(action(1))
        try loop.commit()
        try session.action(action(2))
        try loop.commit()
        await kill(disk, recorder)
        let spool = try #require(try leftOrdinals(in: desk.directory, SystemDisk()).first)
        let bytes = try contents(desk.directory + "/spools/" + Spool.name(spool))
        for index in SpoolLayout.headerBytes..<bytes.count {
            var altered = bytes
            altered[index] ^= 0x10
            for variant in [altered, Array(bytes[..<index])] {
                let found = try batches(variant, desk.scratch.file("copy.spool"))
                #expect(found < 2, "byte \(index)")
            }
        }
        #expect(try batches(bytes, desk.scratch.file("copy.spool")) == 2)
    }

    private func batches(_ bytes: [UInt8], _ path: String) throws -> Int {
        let disk = SystemDisk()
        try disk.remove(path)
        let descriptor = try disk.open(path, .readWrite)
        defer { disk.close(descriptor) }
        _ = try bytes.withUnsafeBytes { try disk.write($0, to: descriptor, at: 0) }
        var window = SpoolWindow(disk: disk, descriptor: descriptor, path: path)
        var position = Int64(SpoolLayout.headerBytes)
        var count = 0
        while let batch = try window.batch(
            at: position, end: Int64(bytes.count), number: UInt64(count + 1))
        {
            position += batch.bytes
            count += 1
        }
        return count
    }
}
