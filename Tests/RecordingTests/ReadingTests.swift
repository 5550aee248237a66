import Cryptography
import Glibc
import TestKit
import Testing
import Vocabulary

@testable import Recording

@Suite struct ReadingTests {
    /// A small recording of several chunks.
    private func recorded(_ desk: Desk) async throws -> SessionID {
        var options = desk.options
        options.rootBytes = 1
        let recorder = try await desk.open(options)
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        for number in 0..<UInt64(3) {
            try session.action(action(number))
            try loop.commit()
            try await recorder.settle()
        }
        try session.close(reason: "left", at: WallTime(milliseconds: 2_000))
        try loop.commit()
        await recorder.close()
        return session.session
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let disk = SystemDisk()
        try disk.remove(path)
        let descriptor = try disk.open(path, .readWrite)
        defer { disk.close(descriptor) }
        let count = try bytes.withUnsafeBytes { try disk.write($0, to: descriptor, at: 0) }
        #expect(count == bytes.count)
    }

    /// Whether the file reads to its end and has all roots.
    private func isWhole(_ path: String, _ roots: [RecordingRoot]) -> Bool {
        do {
            var reader = try RecordingReader(path: path, roots: roots)
            while try reader.next() != nil {}
            return true
        } catch {
            return false
        }
    }

    @Test("threat 26: a recording that is altered at any byte, or cut off anywhere, is found")
    func damage() async throws {
        let desk = try Desk()
        let session = try await recorded(desk)
        let path = desk.file(of: session)
        let roots = desk.roots.of(session)
        #expect(roots.count == 4 && isWhole(path, roots))
        let bytes = try contents(path)
        let copy = desk.scratch.file("copy.rec")
        for index in bytes.indices {
            var altered = bytes
            altered[index] ^= 1 << (index % 8)
            try write(altered, to: copy)
            #expect(!isWhole(copy, roots), "byte \(index)")
            try write(Array(bytes[..<index]), to: copy)
            #expect(!isWhole(copy, roots), "cut to \(index)")
        }
        try write(bytes + [0], to: copy)
        #expect(!isWhole(copy, roots))
        try write(bytes, to: copy)
        #expect(isWhole(copy, roots))
    }

    @Test(
        "threat 26: a recording that was written anew, whole in itself, does not have the ledger's roots"
    )
    func forged() async throws {
        let desk = try Desk()
        let session = try await recorded(desk)
        let forger = try Desk()
        _ = try await recorded(forger)
        let bytes = try contents(forger.file(of: session))
        let other = try #require(forger.roots.of(session).last)
        #expect(bytes == (try contents(desk.file(of: session))))
        var wrong = other
        wrong.root = SHA256.hash("another")
        #expect(!isWhole(forger.file(of: session), [wrong]))
        wrong = other
        wrong.bytes -= 1
        #expect(!isWhole(forger.file(of: session), [wrong]))
    }

    @Test(
        "threat 34: numbers of texts that jump over billions are read in no more time than others")
    func jumpingNumbers() {
        var decoder = EventDecoder()
        for round in 0..<2_000 {
            for number in [1, UInt32.max, 0, UInt32.max / 2] {
                let digits = (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
                let body = digits + [0, 0, 0, 1, UInt8(ascii: "a")]
                let result = decoder.decode(.statement, body[...])
                guard case .definition = result else {
                    Issue.record("round \(round): \(number) is not taken")
                    return
                }
            }
        }
    }

    @Test("threat 26: chunks that are taken out, doubled or swapped are found")
    func chunks() async throws {
        let desk = try Desk()
        let session = try await recorded(desk)
        let bytes = try contents(desk.file(of: session))
        let ends = desk.roots.of(session).map { Int($0.bytes) }
        let header = 12 + session.rawValue.utf8.count
        let starts = [header] + ends.dropLast()
        let parts = zip(starts, ends).map { Array(bytes[$0..<$1]) }
        let orders = [
            [0, 1, 3], [1, 2, 3], [0, 2, 1, 3], [0, 1, 1, 2, 3], [0, 3], [3, 2, 1, 0],
        ]
        let copy = desk.scratch.file("copy.rec")
        for order in orders {
            try write(bytes[..<header] + order.flatMap { parts[$0] }, to: copy)
            #expect(!isWhole(copy, []), "\(order)")
        }
        // Without its last chunk it is whole in itself: only the ledger's root tells.
        try write(bytes[..<header] + parts[0] + parts[1], to: copy)
        #expect(isWhole(copy, []) && !isWhole(copy, desk.roots.of(session)))
    }

    @Test("threat 26: an unfinished recording that was altered stops the start, and names the file")
    func alteredUnfinished() async throws {
        let desk = try Desk()
        let disk = FaultyDisk()
        var options = desk.options
        options.rootBytes = 1
        let store = FaultyStore(desk.store) { disk.isDead }
        let recorder = try await Recorder.open(
            directory: desk.directory, database: store, options: options, disk: disk)
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        try session.action(action(1))
        try loop.commit()
        try await recorder.settle()
        try session.action(action(2))
        disk.failNext(.diesBehind)
        #expect(throws: RecordingError.self) { try loop.commit() }
        await recorder.close()
        let path = desk.file(of: session.session)
        let bytes = try contents(path)
        var altered = bytes
        altered[bytes.count / 2] ^= 1
        try write(altered, to: path)
        await #expect(throws: RecordingError.self) { _ = try await desk.open() }
        try write(bytes, to: path)
        let again = try await desk.open()
        #expect(desk.roots.recoveries.last?.interrupted == [session.session])
        #expect(try await again.all(of: session.session).actionNumbers == [1, 2])
        await again.close()
    }

    @Test("A recording whose file is gone is said to be missing, and what the spools have is filed")
    func missing() async throws {
        let desk = try Desk()
        let disk = FaultyDisk()
        var options = desk.options
        options.rootBytes = 1
        let store = FaultyStore(desk.store) { disk.isDead }
        let recorder = try await Recorder.open(
            directory: desk.directory, database: store, options: options, disk: disk)
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        try session.action(action(1))
        try loop.commit()
        try await recorder.settle()
        disk.failNext(.diesBefore)
        try session.notice("x")
        #expect(throws: RecordingError.self) { try loop.commit() }
        await recorder.close()
        try SystemDisk().remove(desk.file(of: session.session))
        let again = try await desk.open()
        #expect(desk.roots.recoveries.last?.missing == [session.session])
        #expect(try await again.session(session.session).reason == "interrupted")
        await again.close()
    }

    @Test(
        "Events that are no events are refused wherever they are cut",
        arguments: 0..<400 as Range<UInt64>)
    func hostile(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let buffer = EventBuffer()
        try? buffer.append(
            action(
                1, values: [BoundValue(bytes: [1, 2, 3], format: .text, type: 1)], hold: "hld_1"),
            statement: 1, ruling: 1)
        var bytes = Array(buffer.bytes)
        var decoder = EventDecoder()
        decoder.isPartial = true
        for kind in EventKind.opened.rawValue...EventKind.input.rawValue {
            guard let kind = EventKind(rawValue: kind) else { continue }
            bytes[Int(random.below(UInt64(bytes.count)))] = UInt8(random.below(256))
            let part = bytes[..<Int(random.below(UInt64(bytes.count)))]
            // Whatever it is taken for, it is refused or read, and never read beyond.
            if case .event(.action(let action)) = decoder.decode(kind, part) {
                #expect(action.values.count < 2)
            }
        }
        for end in 0..<buffer.count {
            var whole = EventDecoder()
            whole.isPartial = true
            #expect(whole.decode(.action, Array(buffer.bytes)[..<end]) == nil)
        }
    }
}
