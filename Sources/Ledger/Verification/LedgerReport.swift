import Vocabulary

/// What a verification found.
public struct LedgerReport: Hashable, Sendable {
    /// How far the files speak for themselves.
    public enum Conclusion: Hashable, Sendable {
        /// Nothing is wrong, and a checkpoint that was seen earlier proves that of its entries none is gone.
        case complete(upTo: UInt64)
        /// Nothing is wrong, but nothing from outside of the files shows that they are all.
        case consistent
        /// See the findings.
        case wrong
    }

    public var conclusion: Conclusion
    /// How many entries were read.
    public var entries: UInt64
    /// The largest signed checkpoint whose root is that of the entries; those behind it no one has signed.
    public var signedEntries: UInt64
    /// The root over the entries; `nil` when they are not in order.
    public var root: Digest?
    /// In the order of the entries; the first `Limits.findingsMax`.
    public var findings: [LedgerFinding]
    public var findingsOmitted: Int
    /// Consents and recordings that nobody checked, because no check was given.
    public var consentsUnchecked: Int
    public var recordingsUnchecked: Int

    public var isSound: Bool { conclusion != .wrong }
}

/// One thing that is wrong.
public struct LedgerFinding: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: String, Hashable, Sendable, Codable {
        /// Bytes are not those that were written.
        case altered
        /// Entries or files are gone.
        case missing
        /// An entry stands where another one should.
        case order
        /// Half a line at the end: a crash that no start has mended yet, or a cut.
        case torn
        /// A checkpoint is malformed, or not signed by a pinned key.
        case checkpoint
        /// The entries are not those of a checkpoint that was seen earlier.
        case rewritten
        /// A consent's signature does not hold, or a release is not what the entries before it allow.
        case consent
        /// A recording is not the one whose root was entered.
        case recording
    }

    public let kind: Kind
    /// The file's name within the ledger's directory.
    public let file: String
    /// The entry, where it is known which.
    public let index: UInt64?
    public let problem: String

    public var description: String { "\(file): \(problem)" }
}

/// What the ledger says of one session's recording.
public struct RecordingClaims: Hashable, Sendable {
    public struct Claim: Hashable, Sendable {
        /// The entry that makes it.
        public let index: UInt64
        /// The root covers so many bytes of the file.
        public let bytes: UInt64
        public let root: Digest
        /// The file ends there.
        public let isFinal: Bool
    }

    public let session: SessionID
    /// In the order of the ledger. A claim may stand there twice, after a crash.
    public var claims: [Claim]
}

/// What has become of a recording.
public enum RecordingCheck: Hashable, Sendable {
    case sound
    /// It is not there. No finding, when the ledger says that it was removed.
    case missing
    /// What is wrong with it.
    case wrong(String)
}
