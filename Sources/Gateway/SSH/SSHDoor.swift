import Identity
import Shell

/// The way in of a session whose caller and target were settled at an earlier door: it is not asked for a token.
struct SSHDoor {
    let caller: AuthenticatedPrincipal
    let target: String
    /// The client's, without its port.
    let address: String
    /// The session stands, and has this place.
    let began: (SessionSeat) -> Void
    /// Says it besides SSH.
    let tell: (ShellNotice) -> Void
}
