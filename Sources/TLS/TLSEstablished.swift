/// What a finished handshake agreed on. `TLSHandler` fires it as a user event, before the first byte.
public struct TLSEstablished: Equatable, Sendable {
    public enum Version: Sendable { case tls12, tls13 }

    public let version: Version
    /// The protocol chosen by ALPN (RFC 7301); `nil` when the client offered none or the server speaks none.
    public let applicationProtocol: String?
    /// As server, the name that the client asked for, in lower case; as client, the name that was sent.
    public let serverName: String?
    /// The peer's certificate. As server it was verified against the CAs of its protocol's rule, and no other; as
    /// client, as the trust says.
    public let peerCertificate: PeerCertificate?
    /// `tls-server-end-point` (RFC 5929 section 4): a hash of the server's certificate; empty where that
    /// is not defined (a signature algorithm without a hash, such as Ed25519).
    public let channelBinding: [UInt8]
    /// True when the session was resumed from a ticket.
    public let resumed: Bool
}
