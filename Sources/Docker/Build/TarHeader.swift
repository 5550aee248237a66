/// A block of 512 bytes that begins an entry of a tar archive (POSIX ustar, or GNU's).
///
/// Only what every reader takes for the same: what the engine's reader would guess at is refused.
struct TarHeader {
    static let byteCount = 512

    enum Kind {
        case file, hardLink, symbolicLink, directory
        /// About the entry behind it: records, a name or a link's goal that is too long for the block.
        case records, longName, longLink
        /// Records about the whole archive.
        case archiveRecords
    }

    let kind: Kind
    let name: [UInt8]
    /// What a link leads to.
    let link: [UInt8]
    /// Bytes behind the block.
    let size: Int

    /// - Parameter block: 512 bytes, not all of them zero.
    init(_ block: [UInt8]) throws(DockerRefusal) {
        let magic = block[257..<265]
        let isGNU = magic.elementsEqual("ustar  \0".utf8)
        guard isGNU || magic.elementsEqual("ustar\u{0}00".utf8) else {
            throw .context("it is no tar archive of a known kind (ustar, PAX, GNU)")
        }
        guard Self.octal(block[148..<156]) == Self.checksum(block) else {
            throw .context("the checksum of an entry is wrong")
        }
        // Times of GNU's would be taken for a name here, and the other way round.
        guard block[(isGNU ? 345 : 500)...].allSatisfy({ $0 == 0 }) else {
            throw .context("an entry has fields of another kind of archive")
        }
        kind = try Self.kind(block[156])
        guard let size = Self.octal(block[124..<136]) else {
            throw .context("the size of an entry is no number of octal digits")
        }
        for field in [100..<108, 108..<116, 116..<124, 136..<148]
        where !Self.isNumber(block[field]) {
            throw .context("a number of an entry is none")
        }
        self.size = size
        let (name, prefix) = (try Self.text(block[0..<100]), try Self.text(block[345..<500]))
        self.name = prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
        link = try Self.text(block[157..<257])
        switch kind {
        case .directory, .hardLink, .symbolicLink:
            guard size == 0 else { throw .context("an entry has bytes that is no file") }
        case .records, .longName, .longLink, .archiveRecords:
            guard size <= BuildLimits.recordBytesMax else {
                throw .context("the records of an entry are too long")
            }
        case .file: break
        }
    }

    private static func kind(_ flag: UInt8) throws(DockerRefusal) -> Kind {
        switch flag {
        case UInt8(ascii: "0"), 0: return .file
        case UInt8(ascii: "1"): return .hardLink
        case UInt8(ascii: "2"): return .symbolicLink
        case UInt8(ascii: "5"): return .directory
        case UInt8(ascii: "x"): return .records
        case UInt8(ascii: "g"): return .archiveRecords
        case UInt8(ascii: "L"): return .longName
        case UInt8(ascii: "K"): return .longLink
        case UInt8(ascii: "3"), UInt8(ascii: "4"): throw .context("an entry is a device")
        case UInt8(ascii: "6"): throw .context("an entry is a pipe")
        case UInt8(ascii: "S"): throw .context("an entry is a sparse file")
        default: throw .context("an entry is of an unknown kind")
        }
    }

    /// The sum of the block's bytes, its own field counted as blanks.
    private static func checksum(_ block: [UInt8]) -> Int {
        block.indices.reduce(0) { $0 + (148..<156 ~= $1 ? 0x20 : Int(block[$1])) }
    }

    /// Octal digits between blanks and zero bytes; `nil` for anything else.
    private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.drop { $0 == 0x20 }.prefix {
            UInt8(ascii: "0")...UInt8(ascii: "7") ~= $0
        }
        guard !digits.isEmpty, field[digits.endIndex...].allSatisfy({ $0 == 0 || $0 == 0x20 })
        else { return nil }
        return digits.reduce(0) { $0 << 3 | Int($1 - UInt8(ascii: "0")) }
    }

    /// An owner, a mode or a time: nothing, octal digits, or bytes of a number (GNU) that 64 bits hold.
    private static func isNumber(_ field: ArraySlice<UInt8>) -> Bool {
        if field.allSatisfy({ $0 == 0 || $0 == 0x20 }) { return true }
        guard let first = field.first, first & 0x80 != 0 else { return octal(field) != nil }
        let filler: UInt8 = first & 0x40 == 0 ? 0 : 0xFF
        return first & 0x7F == filler & 0x7F
            && field.dropFirst().dropLast(8).allSatisfy { $0 == filler }
            && (field.count <= 8 || field[field.endIndex - 8] & 0x80 == filler & 0x80)
    }

    private static func text(_ field: ArraySlice<UInt8>) throws(DockerRefusal) -> [UInt8] {
        let text = field.prefix { $0 != 0 }
        guard field[text.endIndex...].allSatisfy({ $0 == 0 }) else {
            throw .context("a name of an entry goes on behind its end")
        }
        return Array(text)
    }
}

extension DockerRefusal {
    static func context(_ problem: String) -> DockerRefusal {
        DockerRefusal(400, "the build context: \(problem)")
    }
}
