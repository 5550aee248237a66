import Cryptography
import Vocabulary

/// The layout of a session's file: a header, then chunks of events. Each chunk ends with the root of the hash chain.
enum SessionLayout {
    /// `SPREC001`
    static let magic: UInt64 = 0x5350_5245_4330_3031
    /// `CHNK`
    static let chunkMagic: UInt32 = 0x4348_4E4B
    /// Magic, bytes of the events, sequence of the first, count of them.
    static let chunkHeaderBytes = 20
    static let headerBytesMax = 8 + 4 + Limits.sessionBytesMax

    /// Magic, and the session's identity behind its length.
    static func header(_ session: SessionID) -> EventBuffer {
        let header = EventBuffer(capacity: headerBytesMax)
        header.append(magic)
        header.append(text: session.rawValue)
        return header
    }
}
