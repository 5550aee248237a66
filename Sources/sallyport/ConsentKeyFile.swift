import ControlAPI
import Foundation

/// The SSH key that signs consents: where it lies, and how it is kept.
struct ConsentKeyFile {
    /// The private key, or the `.pub` of one that only an agent holds; absolute, since it is remembered.
    let path: String
    let offer: KeyOffer

    /// The key at `path`; the one that was made before; or a new one with a passphrase, which ssh-keygen asks for.
    static func find(_ path: String?, home: Home) throws -> ConsentKeyFile {
        let named = absolute(path ?? home.defaultKeyFile)
        let path = named.hasSuffix(".pub") ? String(named.dropLast(4)) : named
        if named == absolute(home.defaultKeyFile), !FileManager.default.fileExists(atPath: named) {
            try make(named)
        }
        let publicPath = path + ".pub"
        guard let text = try? String(contentsOfFile: publicPath, encoding: .utf8) else {
            throw Complaint(
                ExitStatus.usage,
                "the public key `\(visible(publicPath))` cannot be read: name a key made by ssh-keygen"
            )
        }
        let line = text.trimmingCharacters(in: .whitespacesAndNewlines)
        // Whatever was named, ssh-keygen signs with a private key that lies beside: so that is the one to judge.
        let isFile = FileManager.default.fileExists(atPath: path)
        if !isFile { try demandAgent(line, publicPath) }
        return ConsentKeyFile(
            path: isFile ? path : publicPath,
            offer: KeyOffer(publicKey: line, protection: protection(path, line, isFile: isFile)))
    }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// A public key alone is worth nothing: its private half must be with a running agent.
    private static func demandAgent(_ line: String, _ publicPath: String) throws {
        let key = line.split(separator: " ").prefix(2)
        let listed = try TerminalProgram(path: "/usr/bin/ssh-add", arguments: ["-L"])
            .run(keeping: .output)
        let keys = listed.said.split(separator: "\n").map { $0.split(separator: " ").prefix(2) }
        guard listed.status == 0, key.count == 2, keys.contains(key) else {
            throw Complaint(
                ExitStatus.usage,
                "no private key lies beside `\(visible(publicPath))`, and no ssh-agent has it: add it with ssh-add"
            )
        }
    }

    private static func make(_ path: String) throws {
        guard Terminal.isInput else {
            throw Complaint(
                ExitStatus.usage, "there is no consent key yet: name one with --key FILE")
        }
        print("You have no key for consents yet. ssh-keygen makes one: choose a passphrase.")
        try makeKey(path) { temporary in
            let made = try ssh(["-q", "-t", "ed25519", "-C", "sallyport consent", "-f", temporary])
            // A question that a closed terminal answered is no passphrase that a person chose.
            guard made.status == 0, isatty(STDIN_FILENO) == 1 else {
                throw Complaint(ExitStatus.refused, "ssh-keygen made no key")
            }
        }
    }

    /// A private key that opens without a passphrase protects nothing.
    private static func protection(_ path: String, _ line: String, isFile: Bool)
        -> KeyOffer.Protection
    {
        if line.hasPrefix("sk-") { return .hardware }
        guard isFile else { return .agent }
        let opened = try? ssh(["-y", "-P", "", "-f", path], quiet: true)
        return opened?.status == 0 ? .none : .passphrase
    }

    /// The armored SSHSIG of `document`. ssh-keygen asks for the passphrase itself, or lets an agent or askpass.
    func sign(_ document: [UInt8]) throws -> String {
        let directory = NSTemporaryDirectory() + "sallyport-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let file = directory + "/document"
        try Data(document).write(to: URL(fileURLWithPath: file))
        var key = path
        if path.hasSuffix(".pub") {
            // A copy where no private key can lie beside it: only the agent can sign.
            key = directory + "/key.pub"
            try Data((offer.publicKey + "\n").utf8).write(to: URL(fileURLWithPath: key))
        }
        let signed = try ssh(
            ["-Y", "sign", "-n", "consent@sallyport", "-f", key, file], quiet: true)
        guard signed.status == 0,
            let signature = try? String(contentsOfFile: file + ".sig", encoding: .utf8)
        else {
            throw Complaint(
                ExitStatus.refused,
                "ssh-keygen did not sign: \(visible(signed.said.trimmingCharacters(in: .whitespacesAndNewlines)))"
            )
        }
        return signature
    }
}

/// Runs ssh-keygen with our terminal and environment, so that agents and askpass programs keep working.
private func ssh(_ arguments: [String], quiet: Bool = false) throws -> (status: Int32, said: String)
{
    try TerminalProgram(path: "/usr/bin/ssh-keygen", arguments: arguments)
        .run(keeping: quiet ? .errors : .nothing)
}

/// Makes the key that stock SSH clients log in with. It protects nothing by itself, so it has no passphrase.
func makeSSHKey(_ path: String) throws {
    try makeKey(path) { temporary in
        let made = try ssh(
            ["-q", "-t", "ed25519", "-N", "", "-C", "sallyport", "-f", temporary], quiet: true)
        guard made.status == 0 else {
            throw Complaint(
                ExitStatus.refused,
                "ssh-keygen made no key: \(visible(made.said.trimmingCharacters(in: .whitespacesAndNewlines)))"
            )
        }
    }
}

/// Has a key and its `.pub` made in a directory beside `path`, and gives them their names when both are whole: nobody finds
/// one that is half made. Until then `^C`, or a terminal that closes, ends who makes the key, and not us, who clean up.
func makeKey(_ path: String, _ make: (String) throws -> Void) throws {
    // The key that it stands for is somewhere else, and not there now.
    var found = stat()
    guard lstat(path, &found) != 0 || found.st_mode & S_IFMT != S_IFLNK else {
        throw Complaint(
            ExitStatus.refused, "`\(visible(path))` is a link to a key that is not there")
    }
    let signals = [SIGINT, SIGQUIT, SIGHUP, SIGTERM]
    let before = signals.map { signal($0, SIG_IGN) }
    defer { for (number, action) in zip(signals, before) { signal(number, action) } }
    let directory = path + "." + UUID().uuidString
    try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let made = directory + "/key"
    try make(made)
    // The private key last: it is the one that is looked for.
    for end in [".pub", ""] {
        guard rename(made + end, path + end) == 0 else {
            throw Complaint(ExitStatus.refused, "`\(visible(path + end))` cannot be written")
        }
    }
}
