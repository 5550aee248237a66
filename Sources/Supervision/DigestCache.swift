import Cryptography
import Glibc
import Vocabulary

/// Digests of files, for as long as nothing about the files has changed.
final class DigestCache {
    private struct Key: Hashable {
        var identity: FileIdentity
        var byteCount: Int64
        var modified: Int64
        var changed: Int64

        init(_ facts: stat) {
            identity = FileIdentity(facts)
            byteCount = Int64(facts.st_size)
            modified = Self.nanoseconds(facts.st_mtim)
            changed = Self.nanoseconds(facts.st_ctim)
        }

        static func nanoseconds(_ time: timespec) -> Int64 {
            Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
        }
    }

    /// Bytes that may be read for an account, as they were at a time in milliseconds.
    private struct Allowance {
        var bytes: Int64
        var at: Int64

        /// Filled up for the time since.
        mutating func refill(_ now: Int64) {
            let most = Int64(SupervisionLimits.digestBytesMax)
            let more = min(now - at, 60_000) * Int64(SupervisionLimits.digestBytesPerSecond)
            bytes = min(most, bytes + more / 1_000)
            at = now
        }
    }

    private var digests: [Key: Digest] = [:]
    private var allowances: [UInt32: Allowance] = [:]
    private let hasher = SHA256Hasher()
    private var part = [UInt8](repeating: 0, count: 64 << 10)

    /// `nil` for a file that is too large, or when the account has had too many read lately.
    ///
    /// - Parameter open: opens the file for reading, only when it must be read; -1 when that fails.
    func digest(_ facts: stat, for account: UInt32, open: () -> Int32) -> Digest? {
        let key = Key(facts)
        if let known = digests[key] { return known }
        guard facts.st_size <= SupervisionLimits.digestBytesMax, take(key.byteCount, account) else {
            return nil
        }
        let file = open()
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard let digest = read(file, bytesMax: facts.st_size) else { return nil }
        if isSettled(key) { remember(digest, for: key) }
        return digest
    }

    /// Everybody else waits meanwhile.
    private func take(_ bytes: Int64, _ account: UInt32) -> Bool {
        let now = monotonicMilliseconds()
        var allowance =
            allowances[account] ?? .init(bytes: Int64(SupervisionLimits.digestBytesMax), at: now)
        allowance.refill(now)
        let isEnough = bytes <= allowance.bytes
        if isEnough { allowance.bytes -= bytes }
        allowances[account] = allowance
        return isEnough
    }

    /// A file can be changed twice within one tick of the file system's clock.
    private func isSettled(_ key: Key) -> Bool {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Key.nanoseconds(now) - key.changed > 2_000_000_000
    }

    private func remember(_ digest: Digest, for key: Key) {
        if digests.count >= SupervisionLimits.digestsMax {
            digests.removeAll(keepingCapacity: true)
        }
        digests[key] = digest
    }

    /// `nil` when it grew meanwhile, or cannot be read.
    private func read(_ file: Int32, bytesMax: Int) -> Digest? {
        var total = 0
        while true {
            let count = Glibc.read(file, &part, part.count)
            total += max(count, 0)
            if count > 0, total <= bytesMax {
                part.withUnsafeBytes {
                    hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<count]))
                }
                continue
            }
            let digest = hasher.finish()
            return count == 0 ? digest : nil
        }
    }
}
