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

    private var digests: [Key: Digest] = [:]
    private let hasher = SHA256Hasher()
    private var part = [UInt8](repeating: 0, count: 64 << 10)

    /// - Parameter open: opens the file for reading, only when it must be read; -1 when that fails.
    func digest(_ facts: stat, open: () -> Int32) -> Digest? {
        let key = Key(facts)
        if let known = digests[key] { return known }
        guard facts.st_size <= SupervisionLimits.digestBytesMax else { return nil }
        let file = open()
        guard file >= 0 else { return nil }
        defer { close(file) }
        guard let digest = read(file) else { return nil }
        if isSettled(key) { remember(digest, for: key) }
        return digest
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

    /// `nil` when it grew beyond the bound meanwhile, or cannot be read.
    private func read(_ file: Int32) -> Digest? {
        var total = 0
        while true {
            let count = Glibc.read(file, &part, part.count)
            total += max(count, 0)
            if count > 0, total <= SupervisionLimits.digestBytesMax {
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
