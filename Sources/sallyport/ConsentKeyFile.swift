import ControlAPI
import Foundation

/// The SSH key that signs consents: where it lies, and how it is kept.
struct ConsentKeyFile {
    /// The private key, or the `.pub` of one that an agent or a token holds.
    let path: String
    let offer: KeyOffer

    /// The key at `path`; the one that was made before; or a new one with a passphrase, which ssh-keygen asks for.
    static func find(_ path: String?, home: Home) throws -> ConsentKeyFile {
        let path = path ?? home.defaultKeyFile
        let isPublic = path.hasSuffix(".pub")
        if !FileManager.default.fileExists(atPath: path), path == home.defaultKeyFile {
            try make(path)
        }
        let publicPath = isPublic ? path : path + ".pub"
        guard let text = try? String(contentsOfFile: publicPath, encoding: .utf8) else {
            throw Complaint(
                ExitStatus.usage,
                "the public key `\(visible(publicPath))` cannot be read: name a key made by ssh-keygen"
            )
        }
        let line = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return ConsentKeyFile(
            path: path,
            offer: KeyOffer(publicKey: line, protection: protection(path, line, isPublic)))
    }

    private static func make(_ path: String) throws {
        guard Terminal.isInput else {
            throw Complaint(
                ExitStatus.usage, "there is no consent key yet: name one with --key FILE")
        }
        print("You have no key for consents yet. ssh-keygen makes one: choose a passphrase.")
        let made = try ssh(["-t", "ed25519", "-C", "sallyport consent", "-f", path])
        guard made.status == 0 else {
            throw Complaint(ExitStatus.refused, "ssh-keygen made no key")
        }
    }

    /// A private key that opens without a passphrase protects nothing.
    private static func protection(_ path: String, _ line: String, _ isPublic: Bool)
        -> KeyOffer.Protection
    {
        if line.hasPrefix("sk-") { return .hardware }
        if isPublic { return .agent }
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
        let signed = try ssh(
            ["-Y", "sign", "-n", "consent@sallyport", "-f", path, file], quiet: true)
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
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/ssh-keygen")
    process.arguments = arguments
    let said = Pipe()
    if quiet {
        process.standardOutput = FileHandle.nullDevice
        process.standardError = said
    }
    do {
        try process.run()
    } catch {
        throw Complaint(ExitStatus.refused, "ssh-keygen is missing: install openssh-client")
    }
    let text = quiet ? (try said.fileHandleForReading.readToEnd() ?? Data()) : Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
}
