import Glibc

/// A directory that only this user can enter, removed with the value.
final class PrivateDirectory {
    private let path: String
    private var files: [String] = []

    /// Throws `IdentityError.unavailable`.
    init(in parent: String) throws {
        var template = Array((parent + "/sallyport-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw IdentityError.unavailable(
                "no directory can be made in `\(parent)`: \(errorText(errno))")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for file in files { unlink(file) }
        rmdir(path)
    }

    /// Writes a new file and returns its path.
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = path + "/" + name
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(file) }
        defer { close(descriptor) }
        files.append(file)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(file) }
            rest = rest.dropFirst(count)
        }
        return file
    }

    private func failure(_ file: String) -> IdentityError {
        .unavailable("`\(file)` cannot be written: \(errorText(errno))")
    }
}
