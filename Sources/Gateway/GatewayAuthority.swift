import Foundation
import Identity
import TLS
import Vocabulary

/// A CA of the gateway's own. Its one file holds certificate and key, and is made once. What one has issued counts for
/// nothing where another one's is asked for.
enum GatewayAuthority: String, CaseIterable {
    /// Of runners on other hosts.
    case runner
    /// Of people and agents.
    case client

    func file(in stateDirectory: String) -> String { "\(stateDirectory)/\(rawValue)-ca.pem" }

    /// Reads the CA, or makes it when there is none. Throws `GatewayError.configuration`.
    func open(stateDirectory: String) throws(GatewayError) -> CertificateAuthority {
        let path = file(in: stateDirectory)
        do {
            if !FileManager.default.fileExists(atPath: path) {
                let pem = try CertificateAuthority.make(
                    commonName: "Sallyport \(rawValue)s", now: Clock.system.wall())
                try writePrivately(pem, to: path)
            }
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & 0o077 == 0 else {
                throw GatewayError.configuration("it is open to others: run `chmod 600` on it")
            }
            return try CertificateAuthority(pem: String(contentsOfFile: path, encoding: .utf8))
        } catch {
            throw .configuration("the CA of the \(rawValue)s, `\(path)`: \(error)")
        }
    }

    /// Throws what `open` would throw of one that is there.
    func check(in stateDirectory: String) throws(GatewayError) {
        guard FileManager.default.fileExists(atPath: file(in: stateDirectory)) else { return }
        _ = try open(stateDirectory: stateDirectory)
    }
}

/// Writes a file for this account alone, whole or not at all, and returns when the disk has it.
func writePrivately(_ text: String, to path: String) throws {
    let temporary = path + ".tmp"
    unlink(temporary)
    let file = Foundation.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    try handle.write(contentsOf: Data(text.utf8))
    try handle.synchronize()
    guard rename(temporary, path) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
}
