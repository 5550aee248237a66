import ControlClient
import Glibc
import Shell
import TLS
import Vocabulary

/// What makes this host a runner of a gateway on another one: a directory of its own with the gateway's address and CA, and
/// the runner's certificate with its key, which never leaves the host.
public struct Enrolment {
    private static let addressFile = "gateway"
    private static let authorityFile = "ca.pem"
    private static let identityFile = "runner.pem"

    let address: GatewayAddress
    private(set) var context: TLSContext
    private(set) var expires: WallTime
    private let directory: String

    /// Reads the directory. Throws `RunnerError` or `TLSError`.
    public init(directory: String) throws {
        self.directory = directory
        try Self.check(directory, isDirectory: true)
        for file in [Self.addressFile, Self.authorityFile] {
            try Self.check(directory + "/" + file)
        }
        let text = try Self.read(directory + "/" + Self.addressFile)
        guard let address = GatewayAddress(text) else {
            throw RunnerError.configuration("`\(directory)/\(Self.addressFile)` has no address")
        }
        self.address = address
        let file = directory + "/" + Self.identityFile
        try Self.check(file, isSecret: true)
        expires = try PeerCertificate(pem: Self.read(file)).notAfter
        context = try Self.context(directory, identity: file)
    }

    /// Whether there is one already.
    public static func exists(in directory: String) -> Bool {
        access(directory + "/" + identityFile, F_OK) == 0
    }

    /// Writes the directory, which must be there, anew; the certificate last, so that nothing half done is one.
    public static func write(
        to directory: String, address: GatewayAddress, authority: String, certificate: String,
        key: CertificateKey
    ) throws {
        try check(directory, isDirectory: true)
        try save(address.description, directory + "/" + addressFile)
        try save(authority, directory + "/" + authorityFile)
        let file = directory + "/" + identityFile
        let draft = file + ".new"
        try save(certificate + key.pem(), draft)
        // Certificate and key fit, or it is not kept.
        _ = try context(directory, identity: draft)
        guard rename(draft, file) == 0 else { throw RunnerError.system("`\(file)`", errno) }
    }

    /// The next certificate takes the place of the one before, with its key, at once or not at all.
    mutating func renew(certificate: String, key: CertificateKey) throws {
        let file = directory + "/" + Self.identityFile
        let draft = file + ".new"
        try Self.save(certificate + key.pem(), draft)
        let ends = try PeerCertificate(pem: certificate).notAfter
        let next = try Self.context(directory, identity: draft)
        guard rename(draft, file) == 0 else { throw RunnerError.system("`\(file)`", errno) }
        context = next
        expires = ends
    }

    /// A connection to the gateway on its way: the runner proves the gateway's name, and itself.
    func link(to place: ResolvedAddress) throws -> FrameLink {
        let tls = try TLSConnection(context, serverName: address.host)
        return FrameLink(
            descriptor: try place.connect(), tls: tls, frameBytesMax: ShellLimits.frameBytesMax)
    }

    private static func context(_ directory: String, identity file: String) throws -> TLSContext {
        try TLSContext.client(
            trust: .verifyFull(caFile: directory + "/" + authorityFile),
            applicationProtocols: [ShellLimits.runnerProtocol],
            identity: TLSIdentity(certificateFile: file, keyFile: file))
    }

    /// Whoever may change what is here says which gateway this host obeys: nobody but root, or who runs this.
    private static func check(
        _ path: String, isDirectory: Bool = false, isSecret: Bool = false
    ) throws {
        var status = stat()
        // A link to a directory is whoever's that made it; in the directory itself, nobody makes one.
        let found = isDirectory ? stat(path, &status) : lstat(path, &status)
        guard found == 0 else { throw RunnerError.system("`\(path)`", errno) }
        guard status.st_mode & S_IFMT == (isDirectory ? S_IFDIR : S_IFREG) else {
            throw RunnerError.configuration(
                "`\(path)` is no \(isDirectory ? "directory" : "plain file")")
        }
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw RunnerError.configuration(
                "`\(path)` is another account's: run `chown root` on it")
        }
        guard status.st_mode & (isSecret ? 0o077 : 0o022) == 0 else {
            let mode = isDirectory ? "700" : "600"
            throw RunnerError.configuration(
                "`\(path)` is open to others: run `chmod \(mode)` on it")
        }
    }

    private static func read(_ path: String) throws -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw RunnerError.system("`\(path)`", errno) }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: ShellLimits.runnerFrameBytesMax)
        let count = Glibc.read(file, &bytes, bytes.count)
        guard count >= 0 else { throw RunnerError.system("`\(path)`", errno) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    private static func save(_ text: String, _ path: String) throws {
        let temporary = path + ".tmp"
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw RunnerError.system("`\(temporary)`", errno) }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard Glibc.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0,
            rename(temporary, path) == 0
        else { throw RunnerError.system("`\(path)`", errno) }
    }
}
