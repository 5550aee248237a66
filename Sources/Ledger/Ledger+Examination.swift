import Cryptography
import Foundation

extension Ledger {
    /// Throws what `LedgerKey.open` and `Ledger.open` would throw, and changes nothing. Reads every entry, so it blocks.
    /// Returns how many entries there are.
    public static func examine(
        directory: String, keyDirectory: String, origin: String
    ) throws(LedgerError) -> UInt64 {
        let kept = try LedgerKey.existing(directory: keyDirectory, name: origin)
        guard fileExists(directory) else {
            guard let kept, !kept.isNew else { return 0 }
            throw .damaged(reason: "its entries are gone, and its key is there")
        }
        try checkLock(directory)
        guard let key = kept ?? (try? LedgerKey(name: origin, privateKey: .generate())) else {
            throw .key(reason: "it cannot be made")
        }
        var disk = Disk()
        disk.isDry = true
        return try LedgerReplay(
            directory: directory, key: key, disk: disk, replayBytesMax: .max
        ).frontier.size
    }

    /// Taken and given back: whoever starts in this moment is told that another process has it.
    private static func checkLock(_ directory: String) throws(LedgerError) {
        guard let file = try? Disk().open(directory + "/lock", O_RDWR) else { return }
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw .inUse(directory: directory)
        }
        _ = flock(file.descriptor, LOCK_UN)
    }
}
