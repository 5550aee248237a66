import Glibc

/// One SSH connection's files, where only the gateway's account can go; removed with the value.
final class SSHDirectory: Sendable {
    enum File: String, CaseIterable {
        case configuration
        case authorizedKeys = "authorized_keys"
        /// Where the session comes back to the gateway, once.
        case socket
    }

    private static let prefix = "connection-"

    let path: String

    /// Throws `GatewayError`.
    init(in parent: String) throws(GatewayError) {
        var template = Array("\(parent)/\(Self.prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .upstream("`\(parent)`: \(String(cString: strerror(errno)))")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    func file(_ file: File) -> String { path + "/" + file.rawValue }

    func write(_ text: String, to file: File) throws(GatewayError) {
        let descriptor = Glibc.open(self.file(file), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        defer { if descriptor >= 0 { close(descriptor) } }
        let bytes = Array(text.utf8)
        guard descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw .upstream("`\(self.file(file))`: \(String(cString: strerror(errno)))")
        }
    }

    /// A path of it that is short enough for a socket's address, while the result is open; -1 when it cannot be opened.
    func open() -> Int32 { Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }

    /// Those of connections that no gateway has any more.
    static func removeLeft(in parent: String) {
        guard let entries = opendir(parent) else { return }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(prefix) { remove(parent + "/" + name) }
        }
    }

    private static func remove(_ path: String) {
        for file in File.allCases { unlink(path + "/" + file.rawValue) }
        rmdir(path)
    }
}
