import Glibc
import Synchronization

/// One file that a loop appends batches to, and that the recorder's thread reads behind it. Removed once all of it is
/// filed. Layout: `docs/recordings.md`, "Spools".
final class Spool: Sendable {
    /// Ascending over the whole directory.
    let ordinal: UInt64
    let path: String
    let descriptor: Int32
    private let disk: any RecordingDisk
    private let committedBytes: Atomic<Int64>
    private let phase: Atomic<UInt8>

    /// Takes over `descriptor` and closes it when nobody uses the spool any more.
    init(
        ordinal: UInt64, path: String, descriptor: Int32, committed: Int64, isSealed: Bool,
        disk: any RecordingDisk
    ) {
        self.ordinal = ordinal
        self.path = path
        self.descriptor = descriptor
        self.disk = disk
        committedBytes = Atomic(committed)
        phase = Atomic(isSealed ? Self.sealed : Self.idle)
    }

    deinit { disk.close(descriptor) }

    /// Up to here the file is whole batches, each of whose write(2) has returned.
    var committed: Int64 { committedBytes.load(ordering: .acquiring) }

    func commit(to length: Int64) { committedBytes.store(length, ordering: .releasing) }

    private static let idle: UInt8 = 0
    private static let writing: UInt8 = 1
    private static let sealed: UInt8 = 2

    /// Nothing is appended any more.
    var isSealed: Bool { phase.load(ordering: .acquiring) == Self.sealed }

    /// The loop's own end of the spool, outside of a write or as the end of one.
    func seal() { phase.store(Self.sealed, ordering: .releasing) }

    /// False when the spool was sealed from outside.
    func beginWriting() -> Bool {
        phase.compareExchange(
            expected: Self.idle, desired: Self.writing, ordering: .acquiringAndReleasing
        ).exchanged
    }

    func endWriting() {
        _ = phase.compareExchange(
            expected: Self.writing, desired: Self.idle, ordering: .acquiringAndReleasing)
    }

    /// Seals it from another thread: waits for a write that is under way.
    func sealFromOutside() {
        while !isSealed {
            let (isDone, _) = phase.compareExchange(
                expected: Self.idle, desired: Self.sealed, ordering: .acquiringAndReleasing)
            if isDone { return }
            sched_yield()
        }
    }

    static func name(_ ordinal: UInt64) -> String {
        let digits = String(ordinal)
        return String(repeating: "0", count: max(0, 12 - digits.count)) + digits + ".spool"
    }

    static func ordinal(of name: String) -> UInt64? {
        guard name.hasSuffix(".spool") else { return nil }
        return UInt64(name.dropLast(6))
    }
}
