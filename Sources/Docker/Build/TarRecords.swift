/// The records before an entry (POSIX pax: `27 path=some/long/name\n`), of which the name and a link's goal count here.
struct TarRecords {
    private(set) var path: [UInt8]?
    private(set) var link: [UInt8]?
    /// The entry's size, which its block says too.
    private(set) var size: [UInt8]?

    init(_ bytes: [UInt8]) throws(DockerRefusal) {
        var seen: Set<String> = []
        for (key, value) in try Self.split(bytes) {
            guard seen.insert(key).inserted else {
                throw .context("an entry has the record `\(shown(key))` twice")
            }
            switch key {
            case "path": path = try Self.name(value)
            case "linkpath": link = try Self.name(value)
            case "size": size = value
            case _ where Self.isHarmless(key): break
            default: throw .context("the record `\(shown(key))` of an entry is not known")
            }
        }
    }

    /// Those of the whole archive: a comment of git's.
    static func checkArchive(_ bytes: [UInt8]) throws(DockerRefusal) {
        for (key, _) in try split(bytes) where key != "comment" {
            throw .context("the record `\(shown(key))` of the archive is not known")
        }
    }

    /// Owners, times and attributes, none of which says what a name stands for.
    private static func isHarmless(_ key: String) -> Bool {
        switch key {
        case "mtime", "atime", "ctime", "uid", "gid", "uname", "gname", "comment",
            "SCHILY.dev", "SCHILY.ino", "SCHILY.nlink", "SCHILY.fflags",
            "LIBARCHIVE.creationtime", "SCHILY.xattr.security.capability":
            true
        default:
            ["SCHILY.xattr.user.", "SCHILY.xattr.com.apple.", "LIBARCHIVE.xattr.", "MSWINDOWS."]
                .contains { key.utf8.starts(with: $0.utf8) }
        }
    }

    private static func name(_ value: [UInt8]) throws(DockerRefusal) -> [UInt8] {
        guard !value.isEmpty, !value.contains(0) else {
            throw .context("a name in an entry's records is none")
        }
        return value
    }

    private static func split(
        _ bytes: [UInt8]
    ) throws(DockerRefusal) -> [(key: String, value: [UInt8])] {
        var records: [(key: String, value: [UInt8])] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let digits = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            guard 1...6 ~= digits.count, digits.first != UInt8(ascii: "0"),
                case let count = digits.reduce(0, { $0 * 10 + Int($1 - UInt8(ascii: "0")) }),
                count <= rest.count, case let record = rest.prefix(count).dropFirst(digits.count),
                record.count > 2, record.first == 0x20, record.last == 0x0A,
                case let text = record.dropFirst().dropLast(),
                let equals = text.firstIndex(of: UInt8(ascii: "=")), equals > text.startIndex,
                text[..<equals].allSatisfy({ 0x20...0x7E ~= $0 })
            else { throw .context("the records of an entry are none") }
            records.append(
                (String(decoding: text[..<equals], as: UTF8.self), Array(text[(equals + 1)...])))
            rest = rest.dropFirst(count)
        }
        return records
    }
}
