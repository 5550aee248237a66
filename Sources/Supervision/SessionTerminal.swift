import CSupervise
import Glibc

/// A pseudo terminal in an instance of devpts of its own: its session sees it as /dev/pts/0, and no terminal of another session
/// of the same account, from which it could read what is typed there.
public struct SessionTerminal: Sendable {
    public var master: Int32
    public var slave: Int32
    /// The instance. It lives as long as this or the session.
    public var mount: Int32

    /// All three descriptors are the caller's, and close at exec.
    public static func open() throws(SupervisionError) -> SessionTerminal {
        var terminal = SessionTerminal(master: -1, slave: -1, mount: -1)
        let max = "\(SupervisionLimits.terminalsMax)"
        guard supervise_terminal(max, &terminal.master, &terminal.slave, &terminal.mount) == 0
        else {
            throw SupervisionError(.terminal, code: errno)
        }
        return terminal
    }

    /// What the session has and its supervisor needs no more, once it was started.
    public func closeSessionSide() {
        close(slave)
        close(mount)
    }
}
