import Vocabulary

/// One thing that matters, to be kept for ever: what happened, and about which action.
public struct LedgerEntry: Hashable, Sendable {
    /// A word such as `hold.approved`: lower-case letters, digits, `.` and `-`, 1 to 64 bytes.
    public var kind: String
    /// Usually an object. Integers within ±(2^53 - 1), at most 62 levels deep.
    public var body: JSONValue
    /// The digest of the action that the entry is about; the receipt carries it on.
    public var action: Digest?
    /// It ends something (an outcome, a session's end, a stop): on a full disk it may use the reserve.
    public var isEnding: Bool

    public init(kind: String, body: JSONValue, action: Digest? = nil, isEnding: Bool = false) {
        self.kind = kind
        self.body = body
        self.action = action
        self.isEnding = isEnding
    }
}

/// The kinds that `LedgerVerifier` looks into. Their bodies are described in `docs/ledger.md`.
public enum LedgerKind {
    /// The ledger's first entry.
    public static let created = "ledger.created"
    /// A start after a crash found half a line behind the last entry, and cut it off.
    public static let recovered = "ledger.recovered"
    /// A person's signed yes or no: `statement` (text), `signature` (armored SSHSIG), `key` (fingerprint).
    public static let consent = "consent"
    /// A recording's root: `session`, `bytes`, `root` (hex), `final` (bool).
    public static let recording = "recording"
    /// Retention removed recordings: `session`, and why.
    public static let recordingRemoved = "recording.removed"
}
