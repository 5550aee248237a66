import Glibc

extension PolicySet {
    /// Reads every `*.yaml` of the directory but the `*.cases.yaml`. Hidden files are passed over;
    /// a directory without a policy is refused, and so is a `*.yml`, which nobody would miss else.
    public static func load(directory: String) throws(PolicyErrors) -> PolicySet {
        let log = ProblemLog()
        let files = readFiles(of: directory, log) { !$0.hasSuffix(".cases.yaml") }
        if log.isEmpty, files.isEmpty {
            log.report(Place(path: directory, line: 0, column: 0), "expected a policy, `NAME.yaml`")
        }
        do {
            let set = try load(files)
            if log.isEmpty { return set }
        } catch {
            for problem in error.problems { log.report(problem.place, problem.message) }
        }
        throw log.errors
    }
}

/// The directory's YAML files that `isWanted`, sorted by name.
func readFiles(
    of directory: String, _ log: ProblemLog, where isWanted: (String) -> Bool
) -> [PolicyFile] {
    guard let names = yamlNames(of: directory, log) else { return [] }
    return names.filter(isWanted).compactMap { readFile(directory + "/" + $0, log) }
}

private func yamlNames(of directory: String, _ log: ProblemLog) -> [String]? {
    let place = Place(path: directory, line: 0, column: 0)
    guard let stream = opendir(directory) else {
        log.report(place, "cannot be read: \(lastError()), expected a directory of policies")
        return nil
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name.hasPrefix(".") { continue }
        if name.hasSuffix(".yml") {
            log.report(
                Place(path: directory + "/" + name, line: 0, column: 0),
                "expected a name that ends in `.yaml`")
        }
        if name.hasSuffix(".yaml") { names.append(name) }
    }
    guard names.count <= Limits.filesMax else {
        log.report(place, "expected at most \(Limits.filesMax) files, found \(names.count)")
        return nil
    }
    return names.sorted()
}

/// One file's text; problems go to the log.
package func readFile(_ path: String, _ log: ProblemLog) -> PolicyFile? {
    let place = Place(path: path, line: 0, column: 0)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
        log.report(place, "cannot be read: \(lastError())")
        return nil
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        log.report(place, "expected a regular file")
        return nil
    }
    guard let bytes = readBytes(descriptor) else {
        log.report(place, "cannot be read: \(lastError())")
        return nil
    }
    guard bytes.count <= Limits.fileBytesMax else {
        log.report(place, "expected at most \(Limits.fileBytesMax) bytes")
        return nil
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
        log.report(place, "expected UTF-8 text")
        return nil
    }
    return PolicyFile(path: path, text: text)
}

/// All bytes, or one more than the limit; `nil` with `errno` set when reading fails.
private func readBytes(_ descriptor: Int32) -> [UInt8]? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count <= Limits.fileBytesMax {
        let count = read(descriptor, &chunk, chunk.count)
        if count == 0 { return bytes }
        if count < 0 {
            if errno == EINTR { continue }
            return nil
        }
        bytes += chunk[..<count]
    }
    return bytes
}

private func lastError() -> String { String(cString: strerror(errno)).lowercased() }
