import Foundation
import Identity
import TLS
import Vocabulary

/// The CA that the gateway issues to its runners with. Its one file holds certificate and key, and is made once.
enum RunnerAuthority {
    static func file(in stateDirectory: String) -> String { stateDirectory + "/runner-ca.pem" }

    /// Reads the CA, or makes it when there is none. Throws `GatewayError.configuration`.
    static func open(stateDirectory: String) throws -> CertificateAuthority {
        let path = file(in: stateDirectory)
        do {
            if !FileManager.default.fileExists(atPath: path) { try make(path) }
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & 0o077 == 0 else {
                throw GatewayError.configuration("it is open to others: run `chmod 600` on it")
            }
            return try CertificateAuthority(pem: String(contentsOfFile: path, encoding: .utf8))
        } catch {
            throw GatewayError.configuration("the CA of the runners, `\(path)`: \(error)")
        }
    }

    private static func make(_ path: String) throws {
        let pem = try CertificateAuthority.make(
            commonName: "Sallyport runners", now: Clock.system.wall())
        try writePrivately(pem, to: path)
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
