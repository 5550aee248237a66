import Foundation
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Ledger

/// Makes one system call of a run fail, or looks at the files after each.
private final class Saboteur: Sendable {
    private let count = Mutex(0)
    private let target: Int
    private let fault: DiskFault

    init(target: Int, _ fault: DiskFault) {
        self.target = target
        self.fault = fault
    }

    func before(_ call: DiskCall) -> DiskFault? {
        count.withLock { count in
            defer { count += 1 }
            return count == target ? fault : nil
        }
    }

    /// How many calls there were.
    var calls: Int { count.withLock { $0 } }
}

@Suite("A ledger on a disk that fails")
struct FailureTests {
    /// Runs a short life of a ledger: returns the numbers whose receipts were given.
    private func live(
        _ bench: Bench, _ disk: Disk, noted: @Sendable (Int) -> Void = { _ in }
    ) async -> [Int] {
        var kept: [Int] = []
        let ledger = try? bench.open { options in
            options.disk = disk
            options.checkpointMilliseconds = 0
            options.segmentBytes = 700
        }
        for number in 0..<6 {
            do {
                try await ledger?.add(entry(number))
                if ledger != nil { kept.append(number) }
                noted(number)
            } catch {}
        }
        await ledger?.close()
        return kept
    }

    /// The numbers of the `test` entries that a ledger has.
    private func numbers(_ bench: Bench) throws -> [Int] {
        try Segment.numbers(in: bench.path).flatMap { try bench.lines(Segment.name($0)) }
            .compactMap { LedgerRecord(line: $0)?.body["n"]?.integer }.map(Int.init)
    }

    @Test(
        "threat 25: whatever call fails, no receipt is given for an entry that is lost",
        arguments: [DiskFault.error(EIO), .error(ENOSPC), .error(EDQUOT)])
    func everyCall(_ fault: DiskFault) async throws {
        var target = 0
        while true {
            let saboteur = Saboteur(target: target, fault)
            let bench = try Bench()
            let kept = await live(bench, Disk(before: { saboteur.before($0) }))
            if saboteur.calls <= target { break }
            try await bench.open().close()
            #expect(try numbers(bench).filter(kept.contains) == kept, "call \(target)")
            #expect(Set(try numbers(bench)).isSubset(of: 0..<6))
            #expect(try await bench.verify().conclusion == .consistent, "call \(target)")
            target += 1
        }
        #expect(target > 40)
    }

    @Test("threat 25: a short write goes on where it stopped", arguments: [1, 7, 100])
    func shortWrites(_ bytes: Int) async throws {
        let bench = try Bench()
        let disk = Disk(before: { call in
            if case .write = call { .short(bytes) } else { nil }
        })
        #expect(await live(bench, disk) == Array(0..<6))
        #expect(try numbers(bench) == Array(0..<6))
        #expect(try await bench.verify().conclusion == .consistent)
    }

    @Test("threat 25: a kill after any call loses no entry whose receipt was given")
    func everyKill() async throws {
        let bench = try Bench()
        let kept = Mutex<[Int]>([])
        let deaths = Mutex<[(copy: Bench, kept: [Int])]>([])
        let disk = Disk(after: { _ in
            guard let copy = try? bench.copy() else { return }
            deaths.withLock { $0.append((copy, kept.withLock { $0 })) }
        })
        _ = await live(bench, disk) { number in kept.withLock { $0.append(number) } }
        let copies = deaths.withLock { $0 }
        #expect(copies.count > 40)
        for (copy, kept) in copies {
            try await copy.open().close()
            #expect(try numbers(copy).starts(with: kept))
            #expect(try await copy.verify().conclusion == .consistent)
        }
    }

    @Test(
        "threat 25: a kill in the middle of a write leaves half a line, which the next start cuts off"
    )
    func everyTear() async throws {
        let bench = try Bench()
        try await bench.fill(2)
        let checkpoint = try bench.checkpoint()
        let torn = Array(
            "{\"body\":null,\"index\":3,\"kind\":\"a\",\"time\":1}\n{\"body\":null,\"index\":4,"
                .utf8)
        for count in 0...torn.count {
            let copy = try bench.copy()
            try copy.write(try bench.bytes(Bench.segment) + torn[..<count], to: Bench.segment)
            try await copy.open().close()
            let report = try await copy.verify(seen: [checkpoint])
            #expect(report.conclusion == .complete(upTo: 3))
            let isTorn = count > 0 && torn[count - 1] != 0x0A
            let last = try #require(LedgerRecord(line: try copy.lines().last ?? []))
            #expect((last.kind == LedgerKind.recovered) == isTorn, "\(count) bytes")
        }
    }

    @Test("a list of checkpoints that a kill has torn is mended, and an entry says so")
    func tornNote() async throws {
        let bench = try Bench()
        try await bench.fill(2)
        let whole = try bench.bytes("checkpoints")
        let note = try bench.bytes("checkpoint")
        for count in [1, 10, note.count / 2, note.count - 1, note.count] {
            let copy = try bench.copy()
            try copy.write(whole + note[..<count], to: "checkpoints")
            try await copy.open().close()
            #expect(try await copy.verify().conclusion == .consistent)
            let kinds = try copy.lines().compactMap { LedgerRecord(line: $0)?.kind }
            #expect(kinds.last == LedgerKind.recovered)
        }
    }

    @Test("threat 25: after a failed fsync nothing more is taken, and everyone who waits is told")
    func poisoned() async throws {
        let bench = try Bench()
        let isFailing = Atomic(false)
        let ledger = try bench.open { options in
            options.disk.before = { call in
                guard case .synchronize(let path) = call, path.contains("entries"),
                    isFailing.load(ordering: .relaxed)
                else { return nil }
                return .error(ENOSPC)
            }
        }
        try await ledger.add(entry(0))
        isFailing.store(true, ordering: .relaxed)
        await withTaskGroup(of: Bool.self) { group in
            for number in 1..<20 {
                group.addTask {
                    do throws(LedgerError) {
                        try await ledger.add(entry(number))
                    } catch {
                        if case .failed = error { return true }
                    }
                    return false
                }
            }
            for await isTold in group { #expect(isTold) }
        }
        isFailing.store(false, ordering: .relaxed)
        await #expect(throws: LedgerError.self) { try await ledger.add(entry(20)) }
        await #expect(throws: LedgerError.self) { _ = try await ledger.checkpoint() }
        await ledger.close()
        do throws(LedgerError) {
            try await ledger.add(entry(21))
        } catch {
            guard case .failed = error else { throw error }
        }
        try await bench.open().close()
        #expect(try numbers(bench).first == 0)
    }

    @Test(
        "threat 25: an fsync that fails is no full disk, also when the disk was full just before",
        arguments: ["checkpoints", "checkpoint.tmp"])
    func fullThenPoisoned(_ name: String) async throws {
        enum Step { case calm, full, poisoned, over }
        let bench = try Bench()
        let step = Mutex(Step.calm)
        let ledger = try bench.open { options in
            // Only when it is asked for.
            options.checkpointMilliseconds = 3_600_000
            options.disk.before = { call in
                step.withLock { step in
                    switch (call, step) {
                    case (.write(let path), .full) where path.hasSuffix(name):
                        return .error(ENOSPC)
                    case (.remove, .full): step = .poisoned
                    case (.synchronize(let path), .poisoned) where path.hasSuffix(name):
                        step = .over
                        return .error(EIO)
                    default: break
                    }
                    return nil
                }
            }
        }
        try await ledger.add(entry(0))
        step.withLock { $0 = .full }
        await #expect(throws: LedgerError.self) { _ = try await ledger.checkpoint() }
        #expect(step.withLock { $0 } == .over)
        let error = await #expect(throws: LedgerError.self) { try await ledger.add(entry(1)) }
        if case .failed = error {} else { Issue.record("it goes on after a failed fsync") }
        await ledger.close()
        try await bench.open().close()
        #expect(try await bench.verify().conclusion == .consistent)
    }

    @Test(
        "threat 25: on a full disk only endings are taken, and once there is room everything again")
    func full() async throws {
        let bench = try Bench()
        let isFull = Atomic(false)
        let hasReserve = Atomic(true)
        let ledger = try bench.open { options in
            options.disk.before = { call in
                guard isFull.load(ordering: .relaxed) else { return nil }
                switch call {
                case .write, .open:
                    return hasReserve.load(ordering: .relaxed) ? .error(ENOSPC) : nil
                case .allocate: return .error(ENOSPC)
                case .remove:
                    hasReserve.store(false, ordering: .relaxed)
                    return nil
                case .synchronize, .truncate, .rename: return nil
                }
            }
        }
        try await ledger.add(entry(0))
        isFull.store(true, ordering: .relaxed)
        await #expect(throws: LedgerError.full) { try await ledger.add(entry(1)) }
        await #expect(throws: LedgerError.full) { try await ledger.add(entry(2)) }
        try await ledger.add(entry(3, isEnding: true))
        isFull.store(false, ordering: .relaxed)
        try await ledger.add(entry(4))
        await ledger.close()
        #expect(try numbers(bench) == [0, 3, 4])
        #expect(try await bench.verify().conclusion == .consistent)
    }

    @Test(
        "threat 25: a real small disk runs full, endings still go in, and nothing is damaged",
        .enabled(if: geteuid() == 0, "mounting a tmpfs needs root"))
    func smallDisk() async throws {
        let directory = try ScratchDirectory()
        guard run("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", directory.path]) else {
            return
        }
        defer { _ = run("umount", [directory.path]) }
        let path = directory.file("ledger")
        let key = LedgerKey(name: Bench.origin, privateKey: try .generate())
        var options = LedgerOptions()
        options.reserveBytes = 128 << 10
        let ledger = try Ledger.open(
            directory: path, origin: Bench.origin, key: key, options: options)
        let large = JSONValue.text(String(repeating: "x", count: 10_000))
        var kept: UInt64 = 1
        var refusal: LedgerError?
        while refusal == nil, kept < 1_000 {
            do {
                try await ledger.add(LedgerEntry(kind: "large", body: large))
                kept += 1
            } catch { refusal = error }
        }
        #expect(refusal == .full)
        for _ in 0..<3 {
            try await ledger.add(LedgerEntry(kind: "ending", body: large, isEnding: true))
        }
        #expect(ledger.size == kept + 3)
        await #expect(throws: LedgerError.full) { try await ledger.add(entry(1)) }
        await ledger.close()
        let report = try await LedgerVerifier(directory: path, keys: [key.verifier]).verify()
        #expect(report.findings == [])
        #expect(report.entries == kept + 3)
    }

    private func run(_ command: String, _ arguments: [String]) -> Bool {
        (try? Command(command, arguments).runToEnd().status) == 0
    }
}
