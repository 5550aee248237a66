/// What TLS may cost, each with its unit and its source.
public enum Limits {
    /// Plaintext bytes in one record (RFC 8446 section 5.1).
    public static let recordBytesMax = 16_384
    /// Bytes of a peer's certificate chain: four certificates of 4096-bit RSA fit thrice.
    public static let certificateChainBytesMax = 32_768
    /// Certificates between a leaf and its root.
    public static let certificateDepthMax = 5
    /// Certificates that the connections of one client context share.
    public static let sharedCertificatesMax = 32
    /// Bytes of a server name (RFC 1035 section 2.3.4).
    public static let serverNameBytesMax = 255
    /// Bytes of an application protocol's name (RFC 7301 section 3.1).
    public static let applicationProtocolBytesMax = 255
    /// Plaintext bytes that may wait for the handshake to end.
    public static let waitingWriteBytesMax = 1 << 20
    /// Buffers up to this many bytes are kept for the next record; larger ones are given back.
    public static let keptBufferBytesMax = 4_096
    /// Ciphertext bytes that `TLSHandler` gathers before it writes without being flushed.
    public static let gatheredBytesMax = 65_536
    /// Seconds that a peer has to take what was written, and our close_notify, before the socket closes.
    public static let closeSecondsMax: Int64 = 5
    /// Seconds without traffic after which a connection gives its buffers back, at most twice as many.
    public static let idleSeconds: Int64 = 5
    /// Seconds of silence before a peer's machine is asked whether it is there, seconds between two such probes, and how many
    /// without an answer end the connection.
    public static let keepAliveIdleSeconds: Int32 = 30
    public static let keepAlivePauseSeconds: Int32 = 10
    public static let keepAliveProbesMax: Int32 = 3
    /// Addresses of one name of which it is said why they could not be reached.
    static let shownAttemptsMax = 4
    /// Seconds that a session may be resumed for: a week (RFC 8446 section 4.6.1).
    public static let sessionSecondsMax = 604_800
    /// How long a CA of the gateway's own lives: 20 years, milliseconds. Whoever it issued to is looked up at each
    /// connection besides.
    public static let authorityMilliseconds: Int64 = 7_300 * 86_400_000
    /// How far another machine's clock may be behind when it is given a certificate: milliseconds.
    public static let clockSkewMilliseconds: Int64 = 300_000
    /// A request for a certificate, bytes: one of a P-256 key takes half a KiB.
    public static let requestBytesMax = 4_096
}
