import Cryptography
import Glibc
import TestKit
import Testing
import Vocabulary

@testable import Recording

/// What sessions of programs record besides their actions.
@Suite struct ShellEventTests {
    private func exec(_ number: UInt64, parent: UInt64?, _ words: [String]) -> ActionEvent {
        ActionEvent(
            number: number, kind: .exec, statement: Array(words.joined(separator: " ").utf8),
            values: words.map { BoundValue(bytes: Array($0.utf8), format: .text, type: 0) },
            verdict: .allow, rules: ["p/r"], policyVersion: "v1",
            digest: SHA256.hash("\(number)"), parent: parent, microseconds: number)
    }

    @Test(
        "A session of programs is read as it was recorded: terminal, programs, output, sizes, ends")
    func whole() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        let start = ShellStart(
            size: TerminalSize(columns: 132, rows: 43), term: "xterm-256color",
            command: [Array("git".utf8), [0xFF, 0], []])
        try session.shell(start)
        try session.action(exec(1, parent: nil, ["bash"]))
        try session.action(exec(2, parent: 1, ["git", "log"]))
        let text: [UInt8] = [0x1B, 0xFF, 0, 0xC3]
        try text.withUnsafeBytes {
            try session.output($0, stream: .terminal, microseconds: 7)
            try session.output($0, stream: .error, microseconds: 8)
            try session.output(
                UnsafeRawBufferPointer(rebasing: $0[..<0]), stream: .output, microseconds: 9)
        }
        try session.resized(TerminalSize(columns: 80, rows: 24))
        try text.withUnsafeBytes { try session.input($0, microseconds: 9) }
        let refused = RefusalEvent(
            statement: Array("rm".utf8), verdict: .deny, rules: ["p/no"], sqlstate: "",
            message: "no", program: .init(number: 3, parent: 2))
        try session.refused(refused)
        try session.outcome(
            OutcomeEvent(number: 2, tag: "exited 0", rows: 0, bytes: 0, microseconds: 5))
        try session.close(reason: "left", at: WallTime(milliseconds: 2_000))
        try loop.commit()
        let events = try await recorder.all(of: session.session)
        await recorder.close()
        let contents = events.map(\.content)
        #expect(contents.count == 11)
        #expect(contents[1] == .shell(start))
        guard case .action(let first) = contents[2], case .action(let second) = contents[3],
            case .refused(let third) = contents[8]
        else {
            Issue.record("\(contents)")
            return
        }
        #expect(first.kind == .exec && first.parent == nil && second.parent == 1)
        #expect(second.values.map(\.bytes) == [Array("git".utf8), Array("log".utf8)])
        #expect(contents[4] == .output(.terminal, bytes: text) && events[4].microseconds == 7)
        #expect(contents[5] == .output(.error, bytes: text) && events[5].microseconds == 8)
        #expect(contents[6] == .resized(TerminalSize(columns: 80, rows: 24)))
        #expect(contents[7] == .input(bytes: text) && events[7].microseconds == 9)
        #expect(third.program == .init(number: 3, parent: 2) && third.rules == ["p/no"])
    }

    @Test(
        "Output of any length is recorded byte by byte, in events of up to 64 KiB",
        arguments: [1, 65_535, 65_536, 65_537, 1 << 20, (3 << 20) + 5])
    func lengths(count: Int) async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        var random = SeededRandom(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.below(256)) }
        try bytes.withUnsafeBytes { try session.output($0, stream: .output, microseconds: 1) }
        try loop.commit()
        let parts = try await recorder.all(of: session.session).compactMap { event in
            if case .output(.output, let bytes) = event.content { bytes } else { nil }
        }
        await recorder.close()
        #expect(parts.count == (count + 65_535) / 65_536)
        #expect(Array(parts.joined()) == bytes)
    }

    @Test("threat 25: on a full disk no output is taken, and the ending is recorded")
    func full() async throws {
        let desk = try Desk()
        let disk = FaultyDisk()
        let recorder = try await desk.open(disk: disk)
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        try loop.commit()
        disk.fail("allocate", ENOSPC)
        disk.failNext(.fails(ENOSPC))
        try put("lost", session)
        #expect(throws: RecordingError.self) { try loop.commit() }
        #expect(throws: RecordingError.diskFull) { try put("more", session) }
        #expect(throws: RecordingError.diskFull) {
            try session.resized(TerminalSize(columns: 1, rows: 1))
        }
        try session.close(reason: "disk full", at: WallTime(milliseconds: 2_000))
        try loop.commit()
        disk.fail("allocate", nil)
        try await recorder.settle()
        let events = try await recorder.all(of: session.session)
        await recorder.close()
        #expect(events.lost.first == 1 && events.closing == "disk full")
    }

    @Test(
        "threat 34: output, and what others say, counts for the principal's quota, and above it nothing more is taken"
    )
    func quota() async throws {
        let desk = try Desk()
        var options = desk.options
        options.quotaBytes = 1_000
        let recorder = try await desk.open(options)
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        try put(String(repeating: "x", count: 1_000), session)
        #expect(throws: RecordingError.self) { try put("y", session) }
        #expect(throws: RecordingError.self) { try session.notice("others'", isCounted: true) }
        try session.notice("our own")
        try loop.commit()
        try session.outcome(
            OutcomeEvent(number: 1, tag: "signal 1", rows: 0, bytes: 0, microseconds: 5))
        try session.close(reason: "quota", at: WallTime(milliseconds: 2_000))
        try loop.commit()
        #expect(try await recorder.all(of: session.session).closing == "quota")
        await recorder.close()
    }

    @Test(
        "threat 34: output is to wait while too much is not filed, also what a killed process left")
    func backlog() async throws {
        let desk = try Desk()
        var options = desk.options
        options.outputBacklogBytes = 1_000
        var recorder = try await desk.open(options)
        var loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        for _ in 0..<2 {
            try put(String(repeating: "x", count: 990), session)
            #expect(!loop.isBacklogged)
            try loop.commit()
            #expect(loop.isBacklogged)
            try await recorder.settle()
            #expect(!loop.isBacklogged)
        }
        try put(String(repeating: "x", count: 990), session)
        try loop.commit()
        await recorder.close()
        recorder = try await desk.open(options)
        loop = try recorder.makeLoopRecorder()
        #expect(!loop.isBacklogged)
        let next = try loop.begin(try opening("ses_two"))
        try put(String(repeating: "x", count: 990), next)
        try loop.commit()
        #expect(loop.isBacklogged)
        await recorder.close()
    }

    private func put(_ text: String, _ session: SessionRecording) throws {
        try Array(text.utf8).withUnsafeBytes {
            try session.output($0, stream: .terminal, microseconds: 1)
        }
    }

    private static let program = RecordedProgram(
        executable: .init(
            path: Array("/usr/bin/dash".utf8), isUnlinked: false, digest: SHA256.hash("dash")),
        script: .init(path: [0x2F, 0xFF], isUnlinked: true, digest: nil),
        directory: Array("/srv".utf8), user: 1_000)

    @Test("Which file a program is, and where it was started, is read as it was recorded")
    func programs() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let loop = try recorder.makeLoopRecorder()
        let session = try loop.begin(try opening())
        var known = exec(1, parent: nil, ["ls"])
        known.program = Self.program
        try session.action(known)
        var plain = Self.program
        plain.script = nil
        for file in [plain, nil] {
            try session.refused(
                RefusalEvent(
                    statement: Array("ls".utf8), verdict: .deny, rules: [], sqlstate: "",
                    message: "no", program: .init(number: 2, parent: 1, file: file)))
        }
        try loop.commit()
        let events = try await recorder.all(of: session.session)
        await recorder.close()
        guard case .action(let first) = events[1].content,
            case .refused(let second) = events[2].content,
            case .refused(let third) = events[3].content
        else {
            Issue.record("\(events)")
            return
        }
        #expect(first.program == Self.program && first.number == 1 && first.parent == nil)
        #expect(second.program == .init(number: 2, parent: 1, file: plain))
        #expect(third.program == .init(number: 2, parent: 1))
    }

    @Test("Programs of recordings of before are read, and what is between both forms is no event")
    func olderPrograms() throws {
        var event = exec(2, parent: 1, ["a"])
        let buffer = EventBuffer()
        try buffer.append(event, statement: 1, ruling: 1)
        let older = buffer.count
        buffer.clear()
        event.program = Self.program
        try buffer.append(event, statement: 1, ruling: 1)
        let bytes = Array(buffer.bytes)
        var decoder = EventDecoder()
        decoder.isPartial = true
        for end in 0..<bytes.count {
            let result = decoder.decode(.action, bytes[..<end])
            guard end == older else {
                #expect(result == nil, "cut to \(end)")
                continue
            }
            guard case .event(.action(let action)) = result else {
                Issue.record("it is not read")
                continue
            }
            #expect(action.program == nil && action.number == 2 && action.parent == 1)
        }
        #expect(decoder.decode(.action, bytes[...]) != nil)
        #expect(decoder.decode(.action, (bytes + [0])[...]) == nil)
    }

    @Test("Events of shells that are cut off, or go on, are no events")
    func cuts() throws {
        let buffer = EventBuffer()
        try buffer.append(
            ShellStart(
                size: TerminalSize(columns: 1, rows: 2), term: "x", command: [[1, 2], [3]]))
        try expectNoCuts(.shell, Array(buffer.bytes))
        try expectNoCuts(.resized, [0, 80, 0, 24])
        buffer.clear()
        try buffer.append(exec(2, parent: 1, ["a", "b"]), statement: 1, ruling: 1)
        try expectNoCuts(.action, Array(buffer.bytes))
        var decoder = EventDecoder()
        #expect(decoder.decode(.output, []) == nil)
        #expect(decoder.decode(.output, [4, 65]) == nil)
    }

    private func expectNoCuts(_ kind: EventKind, _ bytes: [UInt8]) throws {
        var decoder = EventDecoder()
        decoder.isPartial = true
        #expect(decoder.decode(kind, bytes[...]) != nil)
        #expect(decoder.decode(kind, (bytes + [0])[...]) == nil)
        for end in bytes.indices {
            #expect(decoder.decode(kind, bytes[..<end]) == nil, "\(kind) cut to \(end)")
        }
    }
}
