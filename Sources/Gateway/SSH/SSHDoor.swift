import Identity
import Shell

/// The way in of a session whose caller, target and place were settled at an earlier door: it is not asked for a token.
struct SSHDoor {
    let caller: AuthenticatedPrincipal
    let seat: SessionSeat
    let target: String
    /// The client's, without its port.
    let address: String
    /// The session stands.
    let began: () -> Void
    /// Says it besides SSH.
    let tell: (ShellNotice) -> Void
}
