import CPAM
import Glibc

/// The daemon's end of one helper. When it is released the helper is gone.
final class PAMHelperLink: Sendable {
    private let socket: PacketSocket
    /// `nil` where a test serves the other end on a thread.
    private let child: ChildProcess?

    init(socket: PacketSocket, child: ChildProcess?) {
        self.socket = socket
        self.child = child
    }

    /// Starts a helper process. Throws `IdentityError.unavailable`.
    static func launch(path: String, arguments: [String]) throws -> PAMHelperLink {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard null >= 0 else { throw IdentityError.unavailable("/dev/null cannot be opened") }
        defer { close(null) }
        let (ours, theirs) = try PacketSocket.pair()
        let child = try ChildProcess(
            path: path, arguments: arguments, descriptors: [null, null, null, theirs.descriptor])
        return PAMHelperLink(socket: ours, child: child)
    }

    /// Sends `request`, if any, and blocks for the next reply. Throws a reason for the ledger.
    func exchange(_ request: PAMRequest?, deadline: Int64) throws(PAMHelperFailure) -> PAMReply {
        do {
            if let request { try socket.send(request.packet) }
            guard let reply = PAMReply(packet: try socket.receive(deadline: deadline)) else {
                throw PAMHelperFailure("the helper does not speak the protocol")
            }
            return reply
        } catch PacketSocket.Failure.closed {
            throw PAMHelperFailure(ended())
        } catch PacketSocket.Failure.deadline {
            throw PAMHelperFailure("the helper did not answer in time")
        } catch let failure as PAMHelperFailure {
            throw failure
        } catch {
            throw PAMHelperFailure("the helper's socket failed")
        }
    }

    /// Ends the conversation from any thread: the helper is killed and who waits for it learns so.
    func cancel() {
        child?.kill()
        socket.shutDown()
    }

    private func ended() -> String {
        switch child?.wait(deadline: monotonicMilliseconds() + 1_000) {
        case .signalled(let signal): "the helper ended by signal \(signal)"
        case .exited(let status): "the helper ended with status \(status)"
        case .killed, nil: "the helper closed the conversation"
        }
    }

    /// What a code of Linux-PAM means.
    static func text(of code: Int32) -> String {
        pam_strerror(nil, code).map { String(cString: $0) } ?? "code \(code)"
    }
}

/// Why a helper gave no answer. For the ledger and the log.
struct PAMHelperFailure: Error, Hashable {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}
