import Cryptography
import Foundation
import Identity
import Shell
import Synchronization

/// Starts Debian's `sshd` for one connection at a time, as the gateway's own account: the SSH engine, which knows neither
/// targets nor people. What it runs is always our own `sallyport ssh-session`, which comes back to the gateway.
///
/// Every method blocks.
final class SSHDaemon: Sendable {
    static let program = "/usr/sbin/sshd"
    /// What each of them runs: it lies beside this program.
    static let sessionProgram = "sallyport"

    /// Private to the gateway: its host key, and a directory for each connection.
    private let directory: String
    /// As in a file of known hosts; `nil` until it has been read or made.
    private let hostKey = Mutex<String?>(nil)

    init(directory: String) { self.directory = directory }

    /// What clients' configurations need. Throws `GatewayError`, `IdentityError`.
    func ready() throws -> SSHReady {
        SSHReady(user: try account().name, hostKey: try publicHostKey())
    }

    /// What would keep one from starting. Changes nothing. Throws `GatewayError`.
    func examine() throws {
        guard access(Self.program, X_OK) == 0 else {
            throw GatewayError.upstream("`\(Self.program)` is missing: install openssh-server")
        }
        _ = try sessionProgram()
        let shell = try account().shell
        guard access(shell, X_OK) == 0, !["nologin", "false"].contains(where: shell.hasSuffix)
        else {
            throw GatewayError.upstream(
                "the gateway's account has the shell `\(shell)`, which runs no commands: give it /bin/sh"
            )
        }
    }

    /// Starts one that lets nobody in but who has `key`, and only to open one session.
    func start(for key: SSHPublicKey) throws -> SSHProcess {
        try examine()
        _ = try publicHostKey()
        let place = try SSHDirectory(in: directory)
        let account = try account()
        let configuration = SSHDaemonConfiguration(
            hostKeyFile: hostKeyFile, directory: place.path, account: account.name,
            isRoot: account.isRoot, program: try sessionProgram())
        try place.write(configuration.authorizedKey(key), to: .authorizedKeys)
        try place.write(try configuration.text(), to: .configuration)
        if account.isRoot { makePrivilegeSeparationDirectory() }
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw failure("a socket") }
        let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { for end in [ends[1], null] where end >= 0 { close(end) } }
        do {
            let child = try ChildProcess(
                path: Self.program, arguments: ["-i", "-f", place.file(.configuration)],
                descriptors: [ends[1], ends[1], null])
            return SSHProcess(child: child, descriptor: ends[0], directory: place)
        } catch {
            close(ends[0])
            throw error
        }
    }

    // MARK: The gateway's own account

    private func account() throws -> (name: String, shell: String, isRoot: Bool) {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var texts = [CChar](repeating: 0, count: 16 << 10)
        return try texts.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress,
                getpwuid_r(geteuid(), &entry, start, buffer.count, &found) == 0, found != nil,
                let name = entry.pw_name, let shell = entry.pw_shell
            else { throw GatewayError.upstream("the gateway's own account has no name") }
            return (String(cString: name), String(cString: shell), geteuid() == 0)
        }
    }

    /// As root, `sshd` shuts its first half into this one, which a boot otherwise makes.
    private func makePrivilegeSeparationDirectory() { mkdir("/run/sshd", 0o755) }

    private func sessionProgram() throws -> String {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = readlink("/proc/self/exe", &bytes, bytes.count - 1)
        guard count > 0 else { throw failure("/proc/self/exe") }
        let own = String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let path =
            own.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/"
            + Self.sessionProgram
        guard access(path, X_OK) == 0 else {
            throw GatewayError.upstream(
                "`\(path)` is missing: it lies beside the gateway's program")
        }
        return path
    }

    // MARK: Host key

    private var hostKeyFile: String { directory + "/host_key" }

    private func publicHostKey() throws -> String {
        try hostKey.withLock { known in
            if let known { return known }
            let line = try openHostKey()
            known = line
            return line
        }
    }

    /// The first of a gateway's life: what a killed one left is removed.
    private func openHostKey() throws -> String {
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw failure(directory) }
        SSHDirectory.removeLeft(in: directory)
        if access(hostKeyFile, R_OK) != 0 { try makeHostKey() }
        let line = try String(contentsOfFile: hostKeyFile + ".pub", encoding: .utf8)
        let key = try SSHPublicKey(line: line)
        return key.line
    }

    /// Under another name first: a key is whole, or not there.
    private func makeHostKey() throws {
        let fresh = hostKeyFile + ".new"
        unlink(fresh)
        unlink(fresh + ".pub")
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { if null >= 0 { close(null) } }
        let child = try ChildProcess(
            path: SignatureVerifier.program,
            arguments: ["-q", "-t", "ed25519", "-N", "", "-C", "sallyport", "-f", fresh],
            descriptors: [null, null, null])
        let seconds = GatewayLimits.sshKeySecondsMax
        guard child.wait(deadline: monotonicMilliseconds() + seconds * 1_000) == .exited(0),
            rename(fresh + ".pub", hostKeyFile + ".pub") == 0, rename(fresh, hostKeyFile) == 0
        else { throw GatewayError.upstream("no SSH host key can be made in `\(directory)`") }
    }

    private func failure(_ what: String) -> GatewayError {
        .upstream("\(what): \(String(cString: strerror(errno)))")
    }
}

/// A daemon that serves one connection. Who drops it ends it.
struct SSHProcess: Sendable {
    let child: ChildProcess
    /// Our end of its connection; whoever takes the process closes it.
    let descriptor: Int32
    let directory: SSHDirectory

    /// Before anybody has taken its connection.
    func end() {
        close(descriptor)
        child.kill()
    }
}

extension SSHPublicKey {
    /// Without a comment, and without anything else that could stand in a line.
    var line: String { "\(algorithm.rawValue) \(Base64.encode(blob))" }
}
