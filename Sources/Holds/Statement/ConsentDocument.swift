import Vocabulary

/// What a person signs with `ssh-keygen -Y sign -n consent@sallyport`: canonical JSON (RFC 8785) and a newline.
/// The digest stands for everything that was shown; the checkpoint is the newest that the signer saw.
public struct ConsentDocument: Hashable, Sendable {
    public enum Decision: String, Hashable, Sendable, Codable, CaseIterable {
        case consent, refuse
    }

    /// The state of the ledger that the signer had before their eyes.
    public struct SeenCheckpoint: Hashable, Sendable {
        public let origin: String
        public let size: UInt64
        public let root: Digest

        public init(origin: String, size: UInt64, root: Digest) {
            self.origin = origin
            self.size = size
            self.root = root
        }
    }

    static let type = "sallyport consent v1"

    public let hold: HoldID
    public let digest: Digest
    public let decision: Decision
    /// May be empty for a consent.
    public let reason: String
    public let checkpoint: SeenCheckpoint

    public init(
        hold: HoldID, digest: Digest, decision: Decision, reason: String,
        checkpoint: SeenCheckpoint
    ) {
        self.hold = hold
        self.digest = digest
        self.decision = decision
        self.reason = reason
        self.checkpoint = checkpoint
    }

    /// The very bytes to sign.
    public var bytes: [UInt8] {
        let value: JSONValue = [
            "checkpoint": [
                "origin": .text(checkpoint.origin), "root": .text(checkpoint.root.hex),
                "size": .text(String(checkpoint.size)),
            ],
            "decision": .text(decision.rawValue),
            "digest": .text(digest.hex),
            "hold": .text(hold.rawValue),
            "reason": .text(reason),
            "type": .text(Self.type),
        ]
        return value.canonical + [0x0A]
    }

    /// Reads a document; `nil` unless it is exactly what `bytes` writes.
    public init?(parsing bytes: [UInt8]) {
        guard bytes.count <= Limits.documentBytesMax, bytes.last == 0x0A,
            let value = try? JSONValue(parsing: Array(bytes.dropLast())),
            value["type"]?.text == Self.type,
            let hold = value["hold"]?.text,
            let digest = value["digest"]?.text.flatMap(hexBytes).flatMap({ Digest($0) }),
            let decision = value["decision"]?.text.flatMap(Decision.init(rawValue:)),
            let reason = value["reason"]?.text,
            let origin = value["checkpoint"]?["origin"]?.text,
            let size = value["checkpoint"]?["size"]?.text.flatMap({ UInt64($0) }),
            let root = value["checkpoint"]?["root"]?.text.flatMap(hexBytes).flatMap({ Digest($0) })
        else { return nil }
        self.init(
            hold: HoldID(rawValue: hold), digest: digest, decision: decision, reason: reason,
            checkpoint: SeenCheckpoint(origin: origin, size: size, root: root))
        guard self.bytes == bytes else { return nil }
    }
}
