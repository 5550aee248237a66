import Glibc

/// A line of /proc/self/mountinfo (proc(5)).
struct Mount: Equatable {
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
