import CPAM
import Glibc

/// The other end of a login: a process of its own for each PAM conversation, so that a module which crashes,
/// hangs or leaks takes nothing else down. The daemon's `main` hands over to `run()` before it does anything
/// else when its first argument is `PAMHelper.argument`.
public enum PAMHelper {
    /// The daemon's first argument that makes it a helper.
    public static let argument = "pam-helper"
    /// Where the parent put the socket; 0, 1 and 2 are /dev/null.
    static let descriptor: Int32 = 3

    /// Serves one conversation over descriptor 3, then returns the process's exit status.
    public static func run() -> Int32 {
        guard sallyport_prctl_not_dumpable() == 0 else { return 1 }
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        umask(0o077)
        return serve(PacketSocket(owning: descriptor), endsItself: true) ? 0 : 1
    }

    /// Serves one conversation over `socket`; false when the daemon did not speak the protocol or has gone.
    static func serve(_ socket: PacketSocket, endsItself: Bool) -> Bool {
        guard let first = try? socket.receive(deadline: .max),
            case .start(let start) = PAMRequest(packet: first)
        else { return false }
        if endsItself { alarm(start.seconds) }
        let finish = PAMTransaction(start, asking: PAMQuestioner(socket)).run()
        return (try? socket.send(PAMReply.finished(finish).packet)) != nil
    }
}
