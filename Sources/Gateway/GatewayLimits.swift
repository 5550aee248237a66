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
    /// How long a target's address is used again before its name is looked up anew.
    static let keptAddressNanoseconds: UInt64 = 5_000_000_000
    /// Connections that are no sessions (before login, and of the control API), at once: of all, and of one address.
    static let unauthenticatedMax = 1_000
    static let unauthenticatedPerAddressMax = 250
    /// Descriptors below which `doctor` warns: those connections, as many sessions, and the gateway's own files.
    static let openFilesWanted: UInt = 4_096
    /// Bytes of a connection's first segment that are looked at before TLS.
    static let plaintextBytesMax = 16_384
    /// A command whose texts (its own and those of the prepared statements that it runs) have more bytes is parsed and
    /// inspected by a thread for such, so that the loop's other sessions do not wait: more than some 1 ms.
    static let loopTextBytesMax = 16 << 10
    /// Threads for those, of the whole process.
    static let largeTextThreads = 2
    /// Parsed texts that one process remembers.
    static let rememberedTextsMax = 4_096
    /// A text longer than this is parsed but not remembered, bytes.
    static let rememberedTextBytesMax = 8_192
    /// Effects that one ledger entry spells out.
    static let enteredEffectsMax = 20
    /// Bytes of one command's first rows that go into the recording.
    static let sampledBytesMax = 256 << 10
    /// Longer texts are not compared by their shape.
    static let shapedBytesMax = 1_024
    /// Texts that a session remembers with what was ruled on them, and their bytes.
    static let knownTextsMax = 64
    static let knownTextBytesMax = 32 << 10
    /// Sessions that went idle or ended before memory is given back, and seconds from there to then.
    static let trimmedSessionsMin = 32
    static let trimSeconds = 3
    /// Bytes of a socket's first read; larger reads follow when it was full.
    static let firstReadBytes = 1_024
    /// Addresses that are counted in a minute; more are refused.
    static let cancelAddressesMax = 65_536
    /// Refused logins that cost nobody anything are entered once in this time, with their count: milliseconds.
    static let refusalsMilliseconds: Int64 = 60_000
    /// CancelRequests that one address may send in a minute.
    static let cancelsPerMinuteMax = 120
}
