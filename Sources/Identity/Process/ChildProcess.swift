import CPAM
import Glibc
import Synchronization

/// A child with a clean environment, only the descriptors it is given, default signals, and a session of its
/// own. It is killed with everything in its session, and always reaped.
package final class ChildProcess: Sendable {
    package enum Ending: Hashable {
        case exited(Int32)
        case signalled(Int32)
        /// It was still running at the deadline.
        case killed
    }

    private static let environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"]
    private let pid: pid_t
    /// Set once the child has been reaped: from then on the number may be another process's.
    private let ending = Mutex<Ending?>(nil)

    /// - Parameters:
    ///   - path: an absolute path; nothing is searched.
    ///   - descriptors: become the child's 0, 1, 2, ... in this order; nothing else stays open.
    /// Throws `IdentityError.unavailable`.
    package init(path: String, arguments: [String], descriptors: [Int32]) throws {
        // Copies above all targets, so that no dup2 overwrites a source that is still needed.
        let sources = descriptors.map { fcntl($0, F_DUPFD_CLOEXEC, 64) }
        defer { for source in sources where source >= 0 { close(source) } }
        guard sources.allSatisfy({ $0 >= 0 }) else {
            throw IdentityError.unavailable("no more file descriptors")
        }
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for (target, source) in sources.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
        }
        guard sallyport_spawn_confine(&actions, Int32(descriptors.count)) == 0 else {
            throw IdentityError.unavailable("`\(path)` cannot be confined")
        }
        prepare(&attributes)
        var pid: pid_t = 0
        let code = withCStrings([path] + arguments) { argumentPointers in
            withCStrings(Self.environment) { environmentPointers in
                posix_spawn(
                    &pid, path, &actions, &attributes, argumentPointers, environmentPointers)
            }
        }
        guard code == 0 else {
            throw IdentityError.unavailable("`\(path)` cannot be started: \(errorText(code))")
        }
        self.pid = pid
    }

    deinit {
        // Nobody waited for it: no stray child and no zombie may stay behind, and nobody waits here.
        guard ending.withLock({ $0 }) == nil else { return }
        Glibc.kill(-pid, SIGKILL)
        Glibc.kill(pid, SIGKILL)
        startThread { [pid] in _ = reap(pid) }
    }

    /// Kills the child and its session.
    package func kill() {
        ending.withLock { ending in
            guard ending == nil else { return }
            Glibc.kill(-pid, SIGKILL)
            Glibc.kill(pid, SIGKILL)
        }
    }

    /// Blocks until the child has ended; at the deadline it is killed.
    package func wait(deadline: Int64) -> Ending {
        let descriptor = pidfd_open(pid, 0)
        defer { if descriptor >= 0 { close(descriptor) } }
        let inTime =
            descriptor >= 0
            && waitForEvents(Int16(POLLIN), on: descriptor, deadline: deadline)
        if !inTime { kill() }
        return ending.withLock { ending in
            if let ending { return ending }
            let status = reap(pid)
            let reaped: Ending = inTime ? Self.ending(of: status) : .killed
            ending = reaped
            return reaped
        }
    }

    /// As `WIFEXITED` and its relatives, which are macros.
    private static func ending(of status: Int32) -> Ending {
        let signal = status & 0x7F
        return signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
    }
}

/// Blocks until the child has ended; its wait status.
private func reap(_ pid: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1 && errno == EINTR {}
    return status
}

/// A session of its own, no blocked signal, every signal at its default.
private func prepare(_ attributes: inout posix_spawnattr_t) {
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    let flags = Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
    posix_spawnattr_setflags(&attributes, flags | sallyport_spawn_setsid)
}

/// The texts as a null-terminated vector of C strings, which lives as long as `body` runs.
private func withCStrings<Value>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
) -> Value {
    let pointers = texts.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
}

func errorText(_ code: Int32) -> String { String(cString: strerror(code)) }
