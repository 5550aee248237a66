import Foundation
import TestKit

/// A disk of a few megabytes, mounted on a directory and gone with the value.
final class SmallDisk: Sendable {
    /// Mounting takes root, and a machine that lets root do it.
    static let canMount: Bool = {
        guard let directory = try? ScratchDirectory() else { return false }
        return (try? SmallDisk(on: directory.path, megabytes: 1)) != nil
    }()

    private let path: String

    init(on path: String, megabytes: Int) throws {
        self.path = path
        let made = try Command(
            "mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m,mode=0700", "tmpfs", path]
        ).runToEnd()
        guard made.status == 0 else { throw Failure("mount: \(made)") }
    }

    deinit { _ = try? Command("umount", ["--lazy", path]).runToEnd() }

    /// Takes all space that is left. What is given back later can be taken by filling again.
    func fill() throws {
        let descriptor = open(path + "/filler", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard descriptor >= 0 else { throw Failure("filler: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        let block = [UInt8](repeating: 0, count: 4_096)
        while write(descriptor, block, block.count) > 0 {}
        guard errno == ENOSPC else { throw Failure("filler: \(String(cString: strerror(errno)))") }
    }

    /// Gives so much of what was taken back.
    func giveBack(megabytes: Int) throws {
        let filler = try FileHandle(forWritingTo: URL(fileURLWithPath: path + "/filler"))
        let size = try filler.seekToEnd()
        try filler.truncate(atOffset: size - UInt64(megabytes) << 20)
        try filler.close()
    }

    /// Only what is written takes memory.
    func grow(megabytes: Int) throws {
        let made = try Command(
            "mount", ["-o", "remount,size=\(megabytes)m", path]
        ).runToEnd()
        guard made.status == 0 else { throw Failure("mount: \(made)") }
    }

    func empty() throws { try FileManager.default.removeItem(atPath: path + "/filler") }
}
