/// How a client judges the server's certificate.
public enum TLSTrust: Hashable, Sendable {
    /// The chain ends in a certificate of this PEM file, and the name or address that was dialled is in it.
    case verifyFull(caFile: String)
    /// Encrypted, to whomever answers. `doctor` names it.
    case require
}
