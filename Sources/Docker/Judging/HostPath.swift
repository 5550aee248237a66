import Vocabulary

/// A path of the engine's host: as the engine cleans it, and what it may be.
///
/// Symbolic links on the host are not known. What leads through a process's own links may be anything; the directories
/// that Debian has two names for are known by both.
func hostPath(_ text: String) throws(Halt) -> (path: String, reference: ObjectReference) {
    let bytes = Array(text.utf8)
    guard bytes.first == UInt8(ascii: "/"), !bytes.contains(0) else {
        throw .refused(400, "`\(shown(text))` is no absolute path")
    }
    let path = cleanPath(text)
    guard let name = ObjectName(path: path.utf8) else {
        throw .refused(400, "`\(shown(text))` is no path")
    }
    if throughLinks.contains(where: { isBelow(path, $0) }) { return (path, .anything) }
    for (one, other) in twins {
        for (from, to) in [(one, other), (other, one)] where isBelow(path, from) {
            let rest = path.utf8.dropFirst(from.utf8.count)
            if let second = ObjectName(path: Array(to.utf8) + Array(rest)) {
                return (path, .known(as: [name, second]))
            }
        }
    }
    return (path, .exactly(name))
}

/// From the root, without steps that lead nowhere or back.
func cleanPath(_ text: String) -> String {
    var parts: [String] = []
    for part in text.parts("/") {
        switch part {
        case "", ".": continue
        case "..": _ = parts.popLast()
        default: parts.append(part)
        }
    }
    return "/" + parts.joined(separator: "/")
}

/// A path in a container, clean, and as it goes out: the engine tells apart a link, what it leads to (`/a/`) and what is in
/// that (`/a/.`). Links in the container are not known.
func archivePath(_ text: String) -> (path: String, sent: String) {
    let path = cleanPath(text)
    let base = path == "/" ? "" : path
    if text.isEmpty { return (path, "") }
    if text.parts("/").last(where: { !$0.isEmpty }) == "." { return (path, base + "/.") }
    return (path, text.utf8.last == UInt8(ascii: "/") ? base + "/" : path)
}

private let throughLinks = ["/proc", "/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr"]

private let twins = [
    ("/var/run", "/run"), ("/var/lock", "/run/lock"), ("/bin", "/usr/bin"),
    ("/sbin", "/usr/sbin"), ("/lib", "/usr/lib"), ("/lib64", "/usr/lib64"),
]

private func isBelow(_ path: String, _ directory: String) -> Bool {
    let path = path.utf8
    return path.starts(with: directory.utf8)
        && (path.count == directory.utf8.count
            || path.dropFirst(directory.utf8.count).first == UInt8(ascii: "/"))
}
