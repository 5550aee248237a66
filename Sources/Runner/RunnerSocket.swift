import CGlibc
import Glibc

/// The unix socket that the gateway connects to.
final class RunnerSocket {
    enum Accepted {
        case connection(Int32)
        /// Nobody waits.
        case nobody
        /// The next one cannot be taken now: no descriptors, no memory.
        case failed(RunnerError)
    }

    let descriptor: Int32
    private let path: String
    private let gatewayUser: uid_t

    /// Listens at `path`, which only root and the gateway's account may reach. A socket that a runner before left there is
    /// taken away; anything else is not.
    init(_ path: String, gatewayUser: uid_t) throws(RunnerError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw .configuration("the socket's path `\(path)` is too long")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        var status = stat()
        if lstat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFSOCK else {
                throw .configuration("`\(path)` is there and no socket")
            }
        }
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0
        )
        guard descriptor >= 0 else { throw .system("socket", errno) }
        // Whoever answers keeps it.
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let answers = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        if answers == 0 || ![ECONNREFUSED, ENOENT].contains(errno) {
            let code = answers == 0 ? EADDRINUSE : errno
            close(descriptor)
            throw .system("`\(path)`, which another runner may listen at", code)
        }
        unlink(path)
        let mask = umask(0o177)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size)
            }
        }
        let code = errno
        umask(mask)
        guard bound == 0, chown(path, gatewayUser, gid_t.max) == 0, listen(descriptor, 128) == 0
        else {
            close(descriptor)
            throw .system("`\(path)`", bound == 0 ? errno : code)
        }
        self.descriptor = descriptor
        self.path = path
        self.gatewayUser = gatewayUser
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// The next connection of the gateway; others are turned away.
    func accept() -> Accepted {
        while true {
            let connection = Glibc.accept(descriptor, nil, nil)
            guard connection >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return errno == EAGAIN ? .nobody : .failed(.system("accept", errno))
            }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            var user: UInt32 = 0
            if shim_peer_user(connection, &user) == 0, user == 0 || user == gatewayUser {
                return .connection(connection)
            }
            close(connection)
        }
    }
}
