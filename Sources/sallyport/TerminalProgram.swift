import Foundation

/// A program that may ask for something on our terminal. It stays in our process group: a terminal gives no input to others,
/// and Foundation's `Process` starts what it starts in a group of its own.
struct TerminalProgram {
    /// What a program says that its caller wants to read; the other is thrown away then.
    enum Kept {
        case nothing, output, errors
    }

    let path: String
    let arguments: [String]

    /// Waits for its end. The status is 128 and the signal's number for one that a signal ended.
    func run(keeping kept: Kept) throws -> (status: Int32, said: String) {
        let pipe = kept == .nothing ? nil : Pipe()
        for end in [pipe?.fileHandleForReading, pipe?.fileHandleForWriting] {
            if let end { _ = fcntl(end.fileDescriptor, F_SETFD, FD_CLOEXEC) }
        }
        let child = try start(kept, pipe?.fileHandleForWriting)
        try pipe?.fileHandleForWriting.close()
        let said = try pipe?.fileHandleForReading.readToEnd() ?? Data()
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw failed(errno) }
        }
        let signal = status & 0x7F
        let code = signal == 0 ? status >> 8 & 0xFF : 128 + signal
        return (code, String(decoding: said, as: UTF8.self))
    }

    private func start(_ kept: Kept, _ end: FileHandle?) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        if let end {
            let (wanted, other) =
                kept == .output ? (STDOUT_FILENO, STDERR_FILENO) : (STDERR_FILENO, STDOUT_FILENO)
            posix_spawn_file_actions_adddup2(&actions, end.fileDescriptor, wanted)
            posix_spawn_file_actions_addopen(&actions, other, "/dev/null", O_WRONLY, 0)
        }
        // What we ignore it does not, nor what our thread blocks: else neither ^C nor a terminal that closes would end it.
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        let environment = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
        let words = ([path] + arguments).map { strdup($0) }
        let variables = environment.map { strdup($0) }
        defer { for pointer in words + variables { free(pointer) } }
        var child: pid_t = 0
        let code = posix_spawn(
            &child, path, &actions, &attributes, words + [nil], variables + [nil])
        guard code == 0 else { throw failed(code) }
        return child
    }

    private func failed(_ code: Int32) -> Complaint {
        code == ENOENT
            ? Complaint(ExitStatus.refused, "\(path) is missing: install openssh-client")
            : Complaint(
                ExitStatus.refused, "\(path) cannot be run: \(String(cString: strerror(code)))")
    }
}
