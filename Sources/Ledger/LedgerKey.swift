import Cryptography
import Foundation
import Vocabulary

/// The ledger's signing key, kept in two files of the C2SP signed-note spelling: `ledger.sec` (0600) and
/// `ledger.vkey`, which auditors pin.
public struct LedgerKey: Sendable {
    let privateKey: Ed25519PrivateKey
    /// The public half, whose `description` is the line to pin.
    public let verifier: NoteVerifierKey
    /// Where the private file lies; `nil` for a key that is only in memory.
    let path: String?
    /// True until a ledger has been created with it. A key that is not new never begins a ledger again.
    var isNew: Bool { path.map { $0.hasSuffix(Self.newSuffix) && fileExists($0) } ?? true }

    static let secretFile = "ledger.sec"
    static let publicFile = "ledger.vkey"
    private static let newSuffix = ".new"
    private static let prefix = "PRIVATE+KEY+"

    /// Reads the key pair in `directory`, or makes one named `name` when there is none. The private file bears
    /// the suffix `.new` until `Ledger.open` has created the ledger. Throws `LedgerError.key`.
    public static func open(directory: String, name: String) throws(LedgerError) -> LedgerKey {
        if let key = try existing(directory: directory, name: name) { return key }
        return try create(directory: directory, name: name)
    }

    /// Reads the key pair in `directory`; `nil` when there is none. Throws `LedgerError.key`.
    static func existing(directory: String, name: String) throws(LedgerError) -> LedgerKey? {
        guard NoteKey.isName(name) else {
            throw .key(
                reason: "`\(name.prefix(64))` is no name: it needs letters without spaces and `+`")
        }
        let path = directory + "/" + secretFile
        if fileExists(path) { return try read(path, name: name) }
        if fileExists(path + newSuffix) { return try read(path + newSuffix, name: name) }
        return nil
    }

    /// A key that is in no file, for tests and tools: a ledger opened with it may begin anew.
    public init(name: String, privateKey: Ed25519PrivateKey) {
        self.init(name: name, privateKey: privateKey, path: nil)
    }

    private init(name: String, privateKey: Ed25519PrivateKey, path: String?) {
        self.privateKey = privateKey
        self.verifier = NoteVerifierKey(name: name, publicKey: privateKey.publicKey)
        self.path = path
    }

    private static func create(directory: String, name: String) throws(LedgerError) -> LedgerKey {
        do {
            let key = LedgerKey(
                name: name, privateKey: try .generate(),
                path: directory + "/" + secretFile + newSuffix)
            let disk = Disk()
            for (file, text) in [
                (secretFile + newSuffix, key.secretText), (publicFile, key.verifier.description),
            ] {
                let temporary = directory + "/" + file + ".tmp"
                let isSecret = file != publicFile
                let handle = try disk.open(
                    temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: isSecret ? 0o600 : 0o644)
                try disk.append(Array((text + "\n").utf8), to: handle)
                try disk.synchronize(handle)
                try disk.rename(temporary, to: directory + "/" + file)
            }
            try disk.synchronizeDirectory(directory)
            return key
        } catch {
            throw .key(reason: "it cannot be made: \(error)")
        }
    }

    private static func read(
        _ path: String, name: String
    ) throws(LedgerError) -> LedgerKey {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .key(reason: "`\(path)` cannot be read") }
        guard status.st_mode & 0o077 == 0 else {
            throw .key(reason: "`\(path)` is open to others: run `chmod 600` on it")
        }
        guard let bytes = try? Disk().open(path, O_RDONLY).read(1024, at: 0),
            let text = String(validating: bytes, as: UTF8.self), text.hasPrefix(prefix),
            let parts = NoteKey.parts(String(text.dropFirst(prefix.count))), parts.count == 3,
            let seed = NoteKey.material(parts[2]),
            let privateKey = try? Ed25519PrivateKey(seed: seed)
        else { throw .key(reason: "`\(path)` is malformed: restore it from a backup") }
        let key = LedgerKey(name: parts[0], privateKey: privateKey, path: path)
        guard hexText(key.verifier.identifier) == parts[1] else {
            throw .key(reason: "`\(path)` is malformed: restore it from a backup")
        }
        guard parts[0] == name else {
            throw .key(reason: "`\(path)` belongs to `\(parts[0])`, the ledger is named `\(name)`")
        }
        return key
    }

    private var secretText: String {
        Self.prefix + verifier.name + "+" + hexText(verifier.identifier) + "+"
            + Base64.encode([NoteKey.ed25519] + privateKey.seed)
    }

    /// From now on the key never begins a ledger again.
    func settle(_ disk: Disk) throws(DiskError) {
        guard isNew, let path else { return }
        try disk.rename(path, to: String(path.dropLast(Self.newSuffix.count)))
    }
}
