import Foundation

/// Disk space set aside in the file `reserve`, given back when the disk is full so that endings can still be
/// written.
struct Reserve {
    private let path: String
    private let byteCount: Int
    private let disk: Disk
    private(set) var isHeld = false

    init(directory: String, byteCount: Int, disk: Disk) {
        path = directory + "/reserve"
        self.byteCount = byteCount
        self.disk = disk
    }

    /// Sets the space aside; false when the disk has no room for it.
    mutating func hold() -> Bool {
        if isHeld { return true }
        do throws(DiskError) {
            let file = try disk.open(path, O_WRONLY | O_CREAT)
            try disk.allocate(file, bytes: byteCount)
            isHeld = true
        } catch {
            try? disk.remove(path)
        }
        return isHeld
    }

    /// Gives the space back; false when there was none.
    mutating func release() -> Bool {
        guard isHeld else { return false }
        isHeld = false
        do throws(DiskError) {
            try disk.remove(path)
            return true
        } catch {
            return false
        }
    }
}
