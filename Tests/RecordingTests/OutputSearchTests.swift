import TestKit
import Testing
import Vocabulary

@testable import Recording

/// Finding what programs wrote.
@Suite struct OutputSearchTests {
    private struct Shell {
        let recorder: Recorder
        let loop: LoopRecorder
        let session: SessionRecording

        init(_ recorder: Recorder, _ name: String = "ses_shell") throws {
            self.recorder = recorder
            loop = try recorder.makeLoopRecorder()
            session = try loop.begin(try opening(name))
        }

        func put(_ text: String, _ stream: RecordedStream = .terminal, at seconds: UInt64 = 0)
            throws
        {
            try Array(text.utf8).withUnsafeBytes {
                try session.output($0, stream: stream, microseconds: seconds * 1_000_000)
            }
        }

        func close() throws {
            try session.close(reason: "left", at: WallTime(milliseconds: 2_000))
            try loop.commit()
        }
    }

    @Test(
        "A line is found by its words with its place in time, whatever colours it and wherever it was cut"
    )
    func found() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let shell = try Shell(recorder)
        try shell.put("$ ls -l\r\n", at: 1)
        try shell.put("\u{1B}[01;32mqua", at: 2)
        try shell.put("rterly\u{1B}[0m report.txt\r", at: 3)
        try shell.put("\nother line\r\nprompt $ ", at: 4)
        try shell.session.action(action(1, "/usr/bin/git log quarterly"))
        try shell.close()
        try await recorder.settle()
        let hits = try await recorder.search("QUARTERLY").hits
        #expect(
            hits.map(\.text).sorted() == ["/usr/bin/git log quarterly", "quarterly report.txt"])
        let line = try #require(hits.first { $0.isOutput })
        #expect(line.milliseconds == 3_000 && line.at == WallTime(milliseconds: 4_000))
        #expect(line.sequence == 3)
        #expect(try await recorder.search("quarterly other").hits.isEmpty)
        #expect(try await recorder.search("repo*").hits.map(\.text) == ["quarterly report.txt"])
        // The last line had no end.
        #expect(try await recorder.search("prompt").hits.map(\.text) == ["prompt $ "])
        let whole = try await recorder.search(
            "quarterly", in: try await recorder.session(shell.session.session), after: nil)
        #expect(whole.hits.count == 2 && !whole.isPart && whole.hits.first?.isOutput == true)
        await recorder.close()
    }

    @Test("Streams that are written in turns are not mixed")
    func streams() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let shell = try Shell(recorder)
        try shell.put("out", .output)
        try shell.put("err", .error)
        try shell.put("put\n", .output)
        try shell.put("or\n", .error)
        try shell.close()
        try await recorder.settle()
        #expect(try await recorder.search("output").hits.map(\.text) == ["output"])
        #expect(try await recorder.search("error").hits.map(\.text) == ["error"])
        await recorder.close()
    }

    @Test(
        "The index has each session's first MiB of output, says so, and a search of the session finds the rest"
    )
    func beyond() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let shell = try Shell(recorder)
        try shell.put("early\n")
        let filler = String(repeating: "filler line\n", count: 5_000)
        for _ in 0..<(Limits.indexedOutputBytesMax / filler.utf8.count + 1) {
            try shell.put(filler)
            try shell.loop.commit()
        }
        try shell.put("la")
        try shell.put("te\n", at: 9)
        try shell.close()
        let small = try Shell(recorder, "ses_small")
        try small.put("early\n")
        try small.close()
        try await recorder.settle()
        #expect(try await recorder.search("early").hits.count == 2)
        #expect(try await recorder.search("late").hits.isEmpty)
        #expect(try await recorder.partlyIndexed(SessionFilter()) == 1)
        let session = try await recorder.session(shell.session.session)
        #expect(session.output > Limits.indexedOutputBytesMax)
        let hits = try await recorder.search("late", in: session, after: nil).hits
        #expect(hits.map(\.text) == ["late"] && hits.first?.milliseconds == 9_000)
        await recorder.close()
    }

    @Test("A search of one session goes on in parts, and finds each line once")
    func parts() async throws {
        let desk = try Desk()
        let recorder = try await desk.open()
        let shell = try Shell(recorder)
        for number in 0..<40 {
            // Lines go over the events' ends, and so over those of parts.
            try shell.put("number \(number)\nhalf of num")
            try shell.put("ber and a half\n")
            try shell.loop.commit()
            try await recorder.settle()
        }
        try shell.close()
        try await recorder.settle()
        let session = try await recorder.session(shell.session.session)
        var found: [String] = []
        var after: UInt64?
        var parts = 0
        repeat {
            let part = try await recorder.search("number", in: session, after: after, bytesMax: 300)
            found += part.hits.map(\.text)
            #expect(part.isPart == (part.next != nil))
            after = part.next
            parts += 1
        } while after != nil
        let expected = (0..<40).flatMap { ["number \($0)", "half of number and a half"] }
        #expect(found == expected && parts > 5)
        await recorder.close()
    }

    @Test("After a kill the index has what the recording has")
    func killed() async throws {
        let desk = try Desk()
        let disk = FaultyDisk()
        let store = FaultyStore(desk.store) { disk.isDead }
        var recorder = try await Recorder.open(
            directory: desk.directory, database: store, options: desk.options, disk: disk)
        let shell = try Shell(recorder)
        try shell.put("before the pass\nhalf a ")
        try shell.loop.commit()
        try await recorder.settle()
        try shell.put("line\nbehind the pass\nunfinished")
        try shell.loop.commit()
        disk.failNext(.diesBefore)
        try shell.put("never written\n")
        #expect(throws: RecordingError.self) { try shell.loop.commit() }
        await recorder.close()
        recorder = try await desk.open()
        for text in ["before the pass", "behind the pass", "half a line", "unfinished"] {
            #expect(try await recorder.search(text).hits.map(\.text) == [text])
        }
        #expect(try await recorder.search("never").hits.isEmpty)
        await recorder.close()
    }
}
