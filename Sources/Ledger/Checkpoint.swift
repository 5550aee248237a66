import Cryptography
import Vocabulary

/// A signed statement of the ledger's size and root, in the C2SP tlog-checkpoint format.
public struct Checkpoint: Hashable, Sendable {
    /// The ledger's name, which the key bears too.
    public let origin: String
    /// How many entries it covers.
    public let size: UInt64
    /// The root of the Merkle tree over them.
    public let root: Digest
    private let note: SignedNote

    /// The whole note, as it stands in the file `checkpoint`.
    public var text: String { note.description }

    /// Reads a note; `nil` when it is malformed. Its signature is not checked: see `isSigned`.
    public init?(_ bytes: [UInt8]) {
        guard let note = SignedNote(bytes) else { return nil }
        let lines = note.text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.count >= 4, !lines[0].isEmpty, let size = Self.size(lines[1]),
            let rootBytes = Base64.decode(String(Substring(lines[2]))), let root = Digest(rootBytes)
        else { return nil }
        self.init(origin: String(Substring(lines[0])), size: size, root: root, note: note)
    }

    /// Signs the state of a ledger.
    init(size: UInt64, root: Digest, key: LedgerKey) throws {
        let origin = key.verifier.name
        let text = "\(origin)\n\(size)\n\(Base64.encode(root.bytes))\n"
        self.init(
            origin: origin, size: size, root: root, note: try SignedNote(text: text, signedBy: key))
    }

    private init(origin: String, size: UInt64, root: Digest, note: SignedNote) {
        self.origin = origin
        self.size = size
        self.root = root
        self.note = note
    }

    /// True when `key` signed it and bears its origin's name.
    public func isSigned(by key: NoteVerifierKey) -> Bool {
        key.name == origin && note.isSigned(by: key)
    }

    /// Decimal without leading zeroes.
    private static func size(_ line: Substring.UTF8View) -> UInt64? {
        let text = String(Substring(line))
        guard let size = UInt64(text), String(size) == text else { return nil }
        return size
    }
}
