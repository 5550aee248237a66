import Glibc
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Recording

@Suite("A recording that is followed while it grows")
struct FollowTests {
    /// Everything from the beginning to the closing.
    private func all(_ followed: FollowedRecording) async throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        for await _ in followed.changes {
            try await followed.settle()
            while true {
                let more = try followed.read()
                if more.isEmpty { break }
                events += more
                if case .closed = more.last?.content { return events }
            }
        }
        return events
    }

    private func output(_ events: [RecordedEvent]) -> [UInt8] {
        events.flatMap { event -> [UInt8] in
            if case .output(_, let bytes) = event.content { bytes } else { [] }
        }
    }

    @Test(
        "is read from its first byte, nothing lost and nothing twice, wherever its followers began",
        arguments: [1, 2, 3] as [UInt64])
    func exact(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let desk = try Desk()
        var options = desk.options
        // A new spool again and again.
        options.spoolBytes = 4_000
        let recorder = try await desk.open(options)
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        try loop.commit()
        var expected: [UInt8] = []
        var readers: [Task<[RecordedEvent], any Error>] = []
        for round in 0..<200 {
            if round % 50 == 0 {
                let followed = try await recorder.follow(session.session)
                readers.append(Task { try await all(followed) })
            }
            for _ in 0...random.below(3) {
                let bytes = (0...random.below(300)).map { _ in UInt8(random.below(256)) }
                expected += bytes
                try bytes.withUnsafeBytes {
                    try session.output($0, stream: .terminal, microseconds: 1)
                }
            }
            try loop.commit()
            if random.below(4) == 0 { try await recorder.settle() }
        }
        try session.close(reason: "over", at: WallTime(milliseconds: 2_000))
        try loop.commit()
        let whole = try await recorder.all(of: session.session)
        for reader in readers {
            let events = try await reader.value
            #expect(events == whole)
            #expect(output(events) == expected)
        }
        await recorder.close()
    }

    @Test("costs a commit nothing once nobody follows any more")
    func forgotten() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        try loop.commit()
        var followed: FollowedRecording? = try await recorder.follow(session.session)
        #expect(recorder.shared.hasFollowers)
        withExtendedLifetime(followed) {}
        followed = nil
        #expect(!recorder.shared.hasFollowers)
        await recorder.close()
    }

    @Test("is none of a session that is not known")
    func unknown() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        await #expect(throws: RecordingError.unknownSession("ses_none")) {
            try await recorder.follow(SessionID(rawValue: "ses_none"))
        }
        #expect(!recorder.shared.hasFollowers)
        await recorder.close()
    }
}
