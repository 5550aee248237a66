import Glibc
import TestKit
import Testing
import Vocabulary

@testable import Recording

@Suite struct FaultTests {
    private func small(_ desk: Desk) -> RecorderOptions {
        var options = desk.options
        options.spoolBytes = 1_500
        options.rootBytes = 600
        return options
    }

    @Test(
        "threat 25: a process killed at any call loses nothing that was committed",
        arguments: [FaultyDisk.Fault.diesBefore, .diesHalfway, .diesBehind])
    func killed(_ fault: FaultyDisk.Fault) async throws {
        var call = 0
        while true {
            let desk = try Desk()
            let disk = FaultyDisk([call: fault])
            let store = FaultyStore(desk.store) { disk.isDead }
            let recorder = try? await Recorder.open(
                directory: desk.directory, database: store, options: small(desk), disk: disk)
            var parts: [Play.Part] = []
            if let recorder {
                let play = try Play(recorder, seed: 7)
                try await play.run(130) { disk.isDead }
                if !disk.isDead { try await play.end() }
                parts = play.parts
                await recorder.close()
            }
            let again = try await desk.open()
            try await check(parts, in: again, desk, "call \(call)")
            await again.close()
            if !disk.isDead { break }
            call += 1
        }
        #expect(call > 90)
    }

    private func check(
        _ parts: [Play.Part], in recorder: Recorder, _ desk: Desk, _ comment: Comment
    ) async throws {
        for part in parts where part.isBegun {
            let events = try await recorder.all(of: part.session)
            let found = events.actionNumbers
            #expect(Array(found.prefix(part.committed.count)) == part.committed, comment)
            #expect(Array(part.attempted.prefix(found.count)) == found, comment)
            #expect(events.closing != nil, comment)
            let root = try #require(desk.roots.of(part.session).last, comment)
            let row = try await recorder.session(part.session)
            #expect(root.isFinal && root.root == row.root && row.closed != nil, comment)
            #expect(row.actions == Int64(found.count), comment)
        }
        let left = try SystemDisk().names(in: desk.directory + "/spools")
        #expect(left.isEmpty, comment)
    }

    @Test(
        "threat 25: a disk that fails at any call refuses, and what was committed is there",
        arguments: [
            FaultyDisk.Fault.fails(ENOSPC), .fails(EIO), .fails(EDQUOT), .short,
        ])
    func failing(_ fault: FaultyDisk.Fault) async throws {
        var call = 0
        while true {
            let desk = try Desk()
            let disk = FaultyDisk([call: fault])
            let options = small(desk)
            guard let recorder = try? await desk.open(options, disk: disk) else {
                call += 1
                continue
            }
            let play = try Play(recorder, seed: 11)
            defer { call += 1 }
            try await play.run(130)
            try await play.end()
            for part in play.parts where part.isBegun {
                let events = try await recorder.all(of: part.session)
                #expect(events.actionNumbers == part.committed, "call \(call)")
                #expect(events.closing == "left", "call \(call)")
                #expect(events.lost.reduce(0, +) == part.dropped, "call \(call)")
            }
            await recorder.close()
            if disk.calls <= call { break }
        }
        #expect(call > 90)
    }

    @Test("Two faults at random places", arguments: 0..<60 as Range<UInt64>)
    func twice(_ seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let kinds: [FaultyDisk.Fault] = [.fails(ENOSPC), .fails(EIO), .short]
        var faults: [Int: FaultyDisk.Fault] = [:]
        let first = 10 + Int(random.below(120))
        for call in first..<(first + 1 + Int(random.below(6))) {
            faults[call] = kinds[Int(random.below(3))]
        }
        let desk = try Desk()
        let recorder = try await desk.open(small(desk), disk: FaultyDisk(faults))
        let play = try Play(recorder, seed: seed)
        try await play.run(200)
        try await play.end()
        for part in play.parts where part.isBegun {
            let events = try await recorder.all(of: part.session)
            #expect(events.actionNumbers == part.committed)
            #expect(events.closing == "left")
        }
        await recorder.close()
    }
}
