import CSupervise
import Glibc

/// A session's init that is traced and has passed its gate.
struct StartedSession {
    let process: pid_t
    /// The reading end of the pipe for a start that fails.
    let report: Int32
    let terminal: FileIdentity?

    init(_ plan: SessionPlan, _ options: SupervisorOptions) throws(SupervisionError) {
        let covered = try Self.covered(options.covered + plan.covered)
        let gate = try Pipe()
        defer { gate.closeBoth() }
        let failures = try Pipe()
        defer { close(failures.write) }
        process = Self.clone(
            plan, covered: covered,
            kept: options.kept, gate: gate.read, report: failures.write)
        let code = errno
        guard process > 0 else {
            close(failures.read)
            throw SupervisionError(.clone, code: code)
        }
        guard supervise_seize(process) == 0, write(gate.write, [1], 1) == 1 else {
            let code = errno
            close(failures.read)
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
            throw SupervisionError(.prepare, code: code)
        }
        _ = fcntl(failures.read, F_SETFL, O_NONBLOCK)
        report = failures.read
        terminal = plan.streams.terminal.flatMap { descriptor in
            var facts = stat()
            return fstat(descriptor, &facts) == 0 ? FileIdentity(facts) : nil
        }
    }

    private static func clone(
        _ plan: SessionPlan, covered: [[UInt8]], kept: [[UInt8]], gate: Int32, report: Int32
    ) -> pid_t {
        let memory = """
            mode=755,size=\(SupervisionLimits.temporaryBytesMax),\
            nr_inodes=\(SupervisionLimits.temporaryFilesMax)
            """
        let terminals =
            "newinstance,mode=620,ptmxmode=666,gid=5,max=\(SupervisionLimits.terminalsMax)"
        let pages = "\(SupervisionLimits.sharedBytesMax / sysconf(Int32(_SC_PAGESIZE)))"
        let texts = CTexts(
            [plan.directory, [UInt8](memory), [UInt8](terminals), [UInt8](pages)] + plan.programs,
            plan.arguments,
            plan.environment,
            covered, kept, plan.writable ?? [])
        return plan.account.groups.withUnsafeBufferPointer { groups in
            texts.withPointers { single, arguments, environment, covered, kept, writable in
                var shape = supervise_plan()
                shape.directory = single[0].map { UnsafePointer($0) }
                shape.memory_options = single[1].map { UnsafePointer($0) }
                shape.terminal_options = single[2].map { UnsafePointer($0) }
                shape.shared_pages = single[3].map { UnsafePointer($0) }
                shape.programs = constants(single + 4)
                shape.arguments = UnsafePointer(arguments)
                shape.environment = UnsafePointer(environment)
                shape.covered = constants(covered)
                shape.kept = constants(kept)
                shape.writable = plan.writable == nil ? nil : constants(writable)
                shape.user = plan.account.userID
                shape.group = plan.account.groupID
                shape.groups = groups.baseAddress
                shape.group_count = groups.count
                shape.terminals = -1
                switch plan.streams {
                case .pipes(let input, let output, let error):
                    (shape.input, shape.output, shape.error) = (input, output, error)
                case .privateTerminal(let terminal):
                    let slave = terminal.slave
                    (shape.input, shape.output, shape.error) = (slave, slave, slave)
                    shape.is_terminal = true
                    shape.terminals = terminal.mount
                }
                shape.allows_setuid = plan.allowsSetuid
                shape.gate = gate
                shape.report = report
                return supervise_start(&shape)
            }
        }
    }

    private static func constants(
        _ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    ) -> UnsafePointer<UnsafePointer<CChar>?> {
        UnsafeRawPointer(list).assumingMemoryBound(to: UnsafePointer<CChar>?.self)
    }

    /// What becomes the session's own, or nobody's: the system's must not be seen elsewhere.
    private static let replaced = [
        "/run", "/tmp", "/var/tmp", "/dev/shm", "/dev/pts", "/dev/mqueue",
    ]

    /// With the other places at which it is seen.
    private static func covered(_ paths: [[UInt8]]) throws(SupervisionError) -> [[UInt8]] {
        let mounts = try MountTable.current()
        let hidden = paths + replaced.map { [UInt8]($0) }
        let others = hidden.flatMap { mounts.otherPlaces(of: $0) }
        return paths + others + foreignKernelMounts(mounts)
    }

    /// Other mounts of /proc, /sys and control groups (a change root's): through them a session could write what Landlock keeps
    /// it from under /proc and /sys.
    private static func foreignKernelMounts(_ mounts: [Mount]) -> [[UInt8]] {
        let kernel: Set<[UInt8]> = Set(
            ["proc", "sysfs", "cgroup", "cgroup2", "debugfs", "tracefs"].map { [UInt8]($0) })
        return mounts.filter { mount in
            kernel.contains(mount.type) && !mount.path.starts(with: [UInt8]("/proc"))
                && !mount.path.starts(with: [UInt8]("/sys"))
        }.map(\.path)
    }
}

extension SessionPlan.Streams {
    var terminal: Int32? {
        switch self {
        case .pipes: nil
        case .privateTerminal(let terminal): terminal.slave
        }
    }
}

private struct Pipe {
    var read: Int32
    var write: Int32

    init() throws(SupervisionError) {
        var ends: [Int32] = [-1, -1]
        guard supervise_pipe(&ends) == 0 else { throw SupervisionError(.prepare, code: errno) }
        (read, write) = (ends[0], ends[1])
    }

    func closeBoth() {
        close(read)
        close(write)
    }
}
