import Cryptography
import Glibc
import NIOCore
import Synchronization
import Vocabulary

/// A build's context on disk until the build is judged: in a file that nobody else has a name for, gone with the last
/// who reads it. Confined to its session's loop.
final class ContextSpool {
    private let descriptor: Int32
    private let room: SpoolRoom
    private let principal: PrincipalName
    private(set) var byteCount = 0
    private var sentCount = 0
    private let hasher = SHA256Hasher()

    /// - Parameter directory: the gateway's own.
    ///
    /// Throws `GatewayError`.
    init(
        in directory: String, room: SpoolRoom, of principal: PrincipalName
    ) throws(GatewayError) {
        self.room = room
        self.principal = principal
        descriptor = Glibc.open(directory, temporary | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .spool(errno) }
    }

    deinit {
        Glibc.close(descriptor)
        room.give(byteCount, of: principal)
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(GatewayError) {
        guard room.take(bytes.count, of: principal) else { throw .spool(EDQUOT) }
        byteCount += bytes.count
        guard leavesRoom else { throw .spool(ENOSPC) }
        hasher.update(bytes)
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = write(descriptor, part.baseAddress, part.count)
            guard count > 0 else {
                if errno == EINTR { continue }
                throw .spool(errno)
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Of all that was appended; nothing may be appended behind it.
    func digest() -> Digest { hasher.finish() }

    /// Recordings and the ledger are on the same disk, perhaps.
    private var leavesRoom: Bool {
        var system = statvfs()
        guard fstatvfs(descriptor, &system) == 0 else { return false }
        return UInt64(system.f_bavail) * UInt64(system.f_frsize) > GatewayLimits.spoolFreeBytesMin
    }

    var isSent: Bool { sentCount == byteCount }

    /// The next piece of what was appended, into the buffer.
    func read(into buffer: inout ByteBuffer, most: Int) throws(GatewayError) -> Int {
        let wanted = min(most, byteCount - sentCount)
        let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { room in
            max(0, pread(descriptor, room.baseAddress, wanted, sentCount))
        }
        guard count > 0 || wanted == 0 else { throw .spool(errno) }
        sentCount += count
        return count
    }
}

/// How much of the disk all contexts take together, and each principal's.
final class SpoolRoom: Sendable {
    private struct Taken {
        var all = 0
        var each: [PrincipalName: Int] = [:]
    }

    private let taken = Mutex(Taken())

    func take(_ count: Int, of principal: PrincipalName) -> Bool {
        taken.withLock { taken in
            guard taken.all + count <= GatewayLimits.spoolBytesMax,
                taken.each[principal, default: 0] + count
                    <= GatewayLimits.spoolBytesPerPrincipalMax
            else { return false }
            taken.all += count
            taken.each[principal, default: 0] += count
            return true
        }
    }

    func give(_ count: Int, of principal: PrincipalName) {
        taken.withLock { taken in
            taken.all -= count
            let left = taken.each[principal, default: 0] - count
            taken.each[principal] = left > 0 ? left : nil
        }
    }
}

/// `O_TMPFILE` (open(2)), which Swift does not see: a file without a name.
private let temporary = 0o20_000_000 | O_DIRECTORY
