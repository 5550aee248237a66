import ArgumentParser
import ControlClient
import Foundation
import Shell

/// `sallyport ssh-config`: the stock `ssh`, `scp`, `sftp` and `rsync` for every target, as `TARGET.sallyport`.
struct SSHConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ssh-config",
        abstract: "Write a configuration for ssh, scp, sftp and rsync: `ssh TARGET.sallyport`.")

    @OptionGroup var options: ConnectionOptions
    @Option(help: "Where to write it. Default: `ssh` in SALLYPORT_HOME.") var directory: String?

    func run() async throws {
        let connection = try await options.connect()
        let place = SSHPlace(directory: directory ?? connection.home.directory + "/ssh")
        try place.prepare()
        let link = try ShellClient.connect(
            to: connection.client.address, caFile: connection.caFile,
            opening: SSHOpening(
                token: connection.token ?? "", target: nil, publicKey: try place.publicKey()),
            applicationProtocol: SSHOpening.applicationProtocol)
        let ready = try ready(from: link)
        try place.write(
            ready, gateway: "\(connection.client.address)", home: connection.home.directory,
            caFile: connection.caFile)
        print(
            """
            Wrote \(visible(place.configuration)). Put this line first into ~/.ssh/config:

              Include "\(visible(place.configuration))"

            and then: ssh TARGET.sallyport
            """)
    }
}

/// What `ssh` runs to reach the gateway: it carries SSH's bytes, and knows nothing of them.
struct SSHProxyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ssh-proxy", abstract: "Carry an SSH client's bytes to the gateway.",
        shouldDisplay: false)

    @OptionGroup var options: ConnectionOptions
    @Option(help: "Where `ssh-config` wrote.") var directory: String
    @Option(help: "The user name that the client logs in with.") var user: String
    @Argument(help: "TARGET.sallyport.") var name: String

    func run() async throws {
        guard name.hasSuffix(SSHPlace.suffix), name.count > SSHPlace.suffix.count else {
            throw ValidationError("`\(visible(name))` is not TARGET\(SSHPlace.suffix)")
        }
        let connection = try await options.connect()
        let place = SSHPlace(directory: absolute(directory))
        let link = try ShellClient.connect(
            to: connection.client.address, caFile: connection.caFile,
            opening: SSHOpening(
                token: connection.token ?? "",
                target: String(name.dropLast(SSHPlace.suffix.count)),
                publicKey: try place.publicKey()),
            applicationProtocol: SSHOpening.applicationProtocol)
        let ready = try ready(from: link)
        guard ready.user == user else {
            throw Complaint(
                ExitStatus.refused,
                """
                leave the user name out: the target says whose account it is \
                (if it was left out, run `sallyport ssh-config` again)
                """)
        }
        try SSHRelay(link: link).run()
        // At once: nobody waits for what this process would tidy up.
        Foundation.exit(0)
    }
}

/// What `sshd` runs on the gateway, as the only thing that it runs: it comes back to the gateway as a shell client.
struct SSHSessionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ssh-session", abstract: "Carry an SSH session to its gateway.",
        shouldDisplay: false)

    @Argument(help: "The connection's directory.") var directory: String

    func run() throws {
        let link = try connect()
        let isTerminal = isatty(STDIN_FILENO) == 1
        link.send(opening(isTerminal: isTerminal))
        let session = ShellExchange(link: link, isTerminal: isTerminal, saysJSON: false)
        let status = try session.run()
        if let number = session.signal { dieOf(number) }
        Foundation.exit(status)
    }

    private func opening(isTerminal: Bool) -> ShellOpening {
        // The very bytes: text may not be UTF-8.
        let line = getenv("SSH_ORIGINAL_COMMAND").map {
            Array(UnsafeRawBufferPointer(start: $0, count: strlen($0)))
        }
        return ShellOpening(
            token: "", target: "", command: line.map { [$0] } ?? [],
            // The subsystem's program is run as it is.
            isLine: line != nil && line != Array(FileTransfer.sftpServer.utf8),
            terminal: isTerminal ? Terminal.size : nil, environment: sentEnvironment(),
            application: "ssh")
    }

    /// By way of the directory: the socket's path may be longer than its address can be.
    private func connect() throws -> FrameLink {
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array("socket".utf8)) }
        let isConnected =
            file >= 0 && chdir(directory) == 0
            && withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
                }
            }
        guard isConnected else {
            throw Complaint(
                ExitStatus.refused, "this connection has had its session: connect again")
        }
        chdir("/")
        return FrameLink(descriptor: file, frameBytesMax: ShellLimits.frameBytesMax)
    }

    /// So that `sshd` can tell its client which signal it was.
    private func dieOf(_ number: Int32) {
        var none = rlimit()
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        signal(number, SIG_DFL)
        var numbers = sigset_t()
        sigemptyset(&numbers)
        sigaddset(&numbers, number)
        sigprocmask(SIG_UNBLOCK, &numbers, nil)
        kill(getpid(), number)
    }
}

/// The gateway's first and only frame. Blocks.
private func ready(from link: FrameLink) throws -> SSHReady {
    var answer: SSHReady?
    while answer == nil {
        try link.flush()
        let isThere = try link.next { type, body in
            switch type {
            case .sshReady: answer = try SSHReady(body: body)
            case .refused: throw try ShellRefusal(body: body).complaint
            default: throw ControlClientError.nonsense("a frame that a gateway does not send")
            }
        }
        if isThere { continue }
        guard !link.isAtEnd else {
            throw ControlClientError.unreachable("the gateway closed the connection")
        }
        var file = pollfd(
            fd: link.descriptor,
            events: Int16(POLLIN) | (link.pendingBytes > 0 ? Int16(POLLOUT) : 0), revents: 0)
        poll(&file, 1, -1)
        if file.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 { try link.receive() }
    }
    return answer ?? SSHReady(user: "", hostKey: "")
}

/// Bytes between this process's standard streams and the gateway, until either side has no more.
private struct SSHRelay {
    let link: FrameLink

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        try writeFrames()
        while !link.isAtEnd {
            try link.flush()
            let mayRead = link.pendingBytes < ShellLimits.inputWindowBytes
            var files = [
                pollfd(
                    fd: link.descriptor,
                    events: Int16(POLLIN) | (link.pendingBytes > 0 ? Int16(POLLOUT) : 0),
                    revents: 0),
                pollfd(fd: mayRead ? STDIN_FILENO : -1, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&files, nfds_t(files.count), -1) >= 0 else { continue }
            if files[0].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
                try link.receive()
                try writeFrames()
            }
            if files[1].revents != 0, try link.sendUnframed(from: STDIN_FILENO) == 0 { return }
        }
    }

    private func writeFrames() throws {
        while try link.next({ type, body in try took(type, body) }) {}
    }

    private func took(_ type: FrameType, _ body: UnsafeRawBufferPointer) throws {
        switch type {
        case .output: try writeAll(STDOUT_FILENO, body)
        // The client may have made the terminal raw.
        case .notice: for text in try ShellNotice(body: body).lines { say(text) }
        default: throw ControlClientError.nonsense("a frame that a gateway does not send")
        }
    }

    private func say(_ text: String) {
        let end = isatty(STDERR_FILENO) == 1 ? "\r\n" : "\n"
        put("sallyport: \(text)\(end)".utf8, to: STDERR_FILENO)
    }
}
