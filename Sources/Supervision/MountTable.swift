import Glibc

/// A line of /proc/self/mountinfo (proc(5)).
struct Mount: Equatable {
    /// Of the file system, as text.
    var device: [UInt8]
    /// Which directory of the file system is seen at `path`.
    var root: [UInt8]
    var path: [UInt8]
    var type: [UInt8]

    /// `nil` for a line that is none.
    init?(line: some Collection<UInt8>) {
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count > 6 else { return nil }
        // Optional fields end with a single `-`.
        guard
            let dash = words[6...].firstIndex(where: { $0.elementsEqual([UInt8(ascii: "-")]) }),
            dash + 1 < words.count
        else { return nil }
        device = Array(words[2])
        root = Self.unescaped(words[3])
        path = Self.unescaped(words[4])
        type = Array(words[dash + 1])
    }

    /// Space, tab, newline and backslash are written as three octal digits.
    private static func unescaped(_ text: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var rest = Array(text)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                result.append(value)
                rest = rest.dropFirst(3)
            } else {
                result.append(byte)
            }
        }
        return result
    }
}

enum MountTable {
    /// The mounts of this process's namespace, all of them.
    static func current() throws(SupervisionError) -> [Mount] {
        let file = openFile([UInt8]("/proc/self/mountinfo"), O_RDONLY)
        guard file >= 0 else { throw SupervisionError(.prepare, code: errno) }
        defer { close(file) }
        var text: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(file, &part, part.count)
            guard count >= 0 else { throw SupervisionError(.prepare, code: errno) }
            if count == 0 { break }
            text.append(contentsOf: part[..<count])
        }
        return text.split(separator: UInt8(ascii: "\n")).compactMap { Mount(line: $0) }
    }
}

extension [Mount] {
    /// Where else the directory at `path`, or a part of it, is seen: mounts of the same file system.
    func otherPlaces(of path: [UInt8]) -> [[UInt8]] {
        var holder: (mount: Mount, rest: [UInt8])?
        for mount in self {
            // The innermost, and of those at one place the last.
            guard let rest = rest(of: path, in: mount.path) else { continue }
            if rest.count <= holder?.rest.count ?? .max { holder = (mount, rest) }
        }
        guard let holder else { return [] }
        let place = beginning(holder.mount.root) + holder.rest
        let places = compactMap { mount -> [UInt8]? in
            guard mount.device == holder.mount.device else { return nil }
            if let rest = rest(of: place, in: mount.root) { return beginning(mount.path) + rest }
            return rest(of: mount.root, in: place) == nil ? nil : mount.path
        }
        return places.filter { !$0.isEmpty && $0 != path && $0 != [UInt8]("/") }
    }
}

/// A directory's path as that of something in it begins.
private func beginning(_ directory: [UInt8]) -> [UInt8] {
    directory == [UInt8]("/") ? [] : directory
}

/// What stands behind a directory's path, with its slash; `nil` for what is not in it.
private func rest(of path: [UInt8], in directory: [UInt8]) -> [UInt8]? {
    let prefix = beginning(directory)
    guard path.starts(with: prefix) else { return nil }
    let rest = path[prefix.count...]
    return rest.isEmpty || rest.first == UInt8(ascii: "/") ? Array(rest) : nil
}
