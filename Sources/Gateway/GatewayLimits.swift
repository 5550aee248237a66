/// The gateway's own limits; each protocol module has its own besides.
public enum GatewayLimits {
    /// Bytes that a client may send behind a held or waiting command before its socket is not read any more.
    static let heldBytesMax = 1 << 20
    /// Seconds from accept to the end of a login, PAM's own deadline included.
    static let loginSecondsMax: Int64 = 60
    /// Seconds of a TLS handshake.
    static let handshakeSecondsMax: Int64 = 15
    /// Seconds to reach and log in to a target.
    static let dialSecondsMax: Int64 = 15
    /// Connections that have not logged in yet, all addresses together.
    static let unauthenticatedMax = 1_000
    /// Bytes of a connection's first segment that are looked at before TLS.
    static let plaintextBytesMax = 16_384
    /// Parsed texts that one process remembers.
    static let rememberedTextsMax = 4_096
    /// A text longer than this is parsed but not remembered, bytes.
    static let rememberedTextBytesMax = 8_192
    /// Effects that one ledger entry spells out.
    static let enteredEffectsMax = 20
    /// Addresses that are counted in a minute; more are refused.
    static let cancelAddressesMax = 65_536
    /// Refused logins that cost nobody anything are entered once in this time, with their count: milliseconds.
    static let refusalsMilliseconds: Int64 = 60_000
    /// CancelRequests that one address may send in a minute.
    static let cancelsPerMinuteMax = 120
}
