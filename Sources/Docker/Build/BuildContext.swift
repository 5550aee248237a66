/// Reads the archive of a build as it comes, of which it keeps the Dockerfile and every name, and refuses what could be
/// read in two ways: compressed ones, names that are there twice, that climb or that lead through links, whatever is
/// neither file, directory nor link, bytes behind the end.
///
/// Give it the bytes in pieces of any size, and send the engine the very same bytes afterwards.
public struct BuildContext: Sendable {
    private enum State {
        /// A block of 512 bytes begins or goes on.
        case block
        case body(left: Int, padding: Int)
        case padding(left: Int)
        /// Behind the end: zero bytes.
        case ended
        case refused(DockerRefusal)
    }

    /// What an entry's bytes are for.
    private enum Use {
        case none, dockerfile([UInt8])
        case records, longName, longLink, archiveRecords
    }

    private let settings: BuildSettings
    /// Names that the Dockerfile may have: the engine looks for a `dockerfile` too when nothing else was asked for.
    private let candidates: [[UInt8]]
    private var state = State.block
    private var held: [UInt8] = []
    private var use = Use.none
    private var records: TarRecords?
    private var longName: [UInt8]?
    private var longLink: [UInt8]?
    private var tree = ArchiveTree()
    private var dockerfiles: [[UInt8]: [UInt8]] = [:]
    private var sawEntry = false
    private var sawZeroBlock = false
    /// Bytes that have come.
    public private(set) var byteCount = 0

    public init(_ settings: BuildSettings) {
        self.settings = settings
        candidates = settings.dockerfileNames.map { Array($0.utf8) }
    }

    public mutating func take(_ bytes: UnsafeRawBufferPointer) throws(DockerRefusal) {
        do throws(DockerRefusal) {
            byteCount += bytes.count
            guard byteCount <= BuildLimits.contextBytesMax else {
                throw DockerRefusal(413, "the build context is too large")
            }
            var rest = bytes[...]
            while !rest.isEmpty { try step(&rest) }
        } catch {
            state = .refused(error)
            throw error
        }
    }

    /// The archive is over: what its Dockerfile does.
    public mutating func finish() throws(DockerRefusal) -> BuildPlan {
        switch state {
        case .refused(let refusal): throw refusal
        case .ended: break
        // Docker's command line does not write the end when it puts a Dockerfile into an archive.
        case .block where sawEntry && held.isEmpty && !sawZeroBlock, .padding:
            try checkNothingBegun()
        case .block, .body:
            if !sawEntry { try Self.checkCompression(held) }
            throw .context("the archive ends before its end")
        }
        for name in candidates {
            switch try tree.node(name) {
            case .file:
                return try BuildPlan(
                    dockerfile: dockerfiles[name] ?? [], named: shown(name), settings)
            case .hardLink, .symbolicLink:
                throw .context("its Dockerfile `\(shown(name))` is a link: send the file itself")
            case .directory:
                throw .context("its Dockerfile `\(shown(name))` is a directory")
            case nil: continue
            }
        }
        throw DockerRefusal(
            400, "Cannot locate specified Dockerfile: \(shown(candidates.first ?? []))")
    }

    private mutating func step(_ rest: inout Slice<UnsafeRawBufferPointer>) throws(DockerRefusal) {
        switch state {
        case .block:
            let count = min(TarHeader.byteCount - held.count, rest.count)
            held += rest.prefix(count)
            rest = rest.dropFirst(count)
            guard held.count == TarHeader.byteCount else { return }
            let block = held
            held = []
            try read(block)
        case .body(let left, let padding):
            let count = min(left, rest.count)
            if case .none = use {} else { held += rest.prefix(count) }
            rest = rest.dropFirst(count)
            state = .body(left: left - count, padding: padding)
            if left == count { try endBody(padding) }
        case .padding(let left):
            let count = min(left, rest.count)
            rest = rest.dropFirst(count)
            state = left == count ? .block : .padding(left: left - count)
        case .ended:
            guard rest.allSatisfy({ $0 == 0 }) else {
                throw .context("something stands behind the archive's end")
            }
            rest = rest.dropFirst(rest.count)
        case .refused(let refusal): throw refusal
        }
    }

    private mutating func read(_ block: [UInt8]) throws(DockerRefusal) {
        guard block.contains(where: { $0 != 0 }) else {
            try checkNothingBegun()
            if sawZeroBlock { state = .ended }
            sawZeroBlock = true
            return
        }
        guard !sawZeroBlock else { throw .context("an entry stands behind the archive's end") }
        if !sawEntry { try Self.checkCompression(block) }
        let header = try TarHeader(block)
        use =
            switch header.kind {
            case .records: .records
            case .longName: .longName
            case .longLink: .longLink
            case .archiveRecords: .archiveRecords
            case .file, .hardLink, .symbolicLink, .directory: try enter(header)
            }
        state = .body(left: header.size, padding: -header.size & (TarHeader.byteCount - 1))
        if header.size == 0 { try endBody(0) }
    }

    private func checkNothingBegun() throws(DockerRefusal) {
        guard records == nil, longName == nil, longLink == nil else {
            throw .context("the archive ends before an entry that it began")
        }
    }

    /// What stands before an entry is about the next one, and only once.
    private mutating func endBody(_ padding: Int) throws(DockerRefusal) {
        state = padding == 0 ? .block : .padding(left: padding)
        let bytes = held
        held = []
        switch use {
        case .none: break
        case .dockerfile(let name): dockerfiles[name] = bytes
        case .records:
            guard records == nil, longName == nil, longLink == nil else { throw Self.twice }
            records = try TarRecords(bytes)
        case .longName:
            guard records == nil, longName == nil else { throw Self.twice }
            longName = try Self.text(bytes)
        case .longLink:
            guard records == nil, longLink == nil else { throw Self.twice }
            longLink = try Self.text(bytes)
        case .archiveRecords:
            guard records == nil, longName == nil, longLink == nil, !sawEntry else {
                throw .context("records of the whole archive stand amid it")
            }
            try TarRecords.checkArchive(bytes)
        }
    }

    private mutating func enter(_ header: TarHeader) throws(DockerRefusal) -> Use {
        defer { (records, longName, longLink) = (nil, nil, nil) }
        if let size = records?.size, !size.elementsEqual(String(header.size).utf8) {
            throw .context("an entry has two sizes")
        }
        let isDirectory = header.kind == .directory
        let path = try ArchiveTree.path(
            records?.path ?? longName ?? header.name, isDirectory: isDirectory)
        if !sawEntry { try Self.checkFirst(path) }
        sawEntry = true
        switch header.kind {
        case .directory: try tree.add(path, .directory(isNamed: true))
        case .symbolicLink: try tree.add(path, .symbolicLink)
        case .hardLink:
            let goal = try ArchiveTree.path(
                records?.link ?? longLink ?? header.link, isDirectory: false)
            guard let node = try tree.node(goal), node == .file || node == .hardLink else {
                throw .context("`\(shown(path))` is a link to a file that is not before it")
            }
            try tree.add(path, .hardLink)
        default:
            try tree.add(path, .file)
            if candidates.contains(path) {
                guard header.size <= BuildLimits.dockerfileBytesMax else {
                    throw DockerRefusal(413, "the Dockerfile is too large")
                }
                return .dockerfile(path)
            }
        }
        return .none
    }

    private static let twice = DockerRefusal.context("an entry has its records twice")

    /// A name or a link's goal of GNU's: up to the zero byte at its end.
    private static func text(_ bytes: [UInt8]) throws(DockerRefusal) -> [UInt8] {
        let text = bytes.prefix { $0 != 0 }
        guard !text.isEmpty, bytes[text.endIndex...].allSatisfy({ $0 == 0 }) else {
            throw .context("the long name of an entry is none")
        }
        return Array(text)
    }

    private static let compressions: [(name: String, magic: [UInt8])] = [
        ("gzip", [0x1F, 0x8B, 0x08]), ("bzip2", Array("BZh".utf8)),
        ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
    ]

    /// By the first bytes, as the engine tells it.
    private static func checkCompression(_ bytes: [UInt8]) throws(DockerRefusal) {
        for (name, magic) in compressions where bytes.starts(with: magic) {
            throw .context(
                "it is compressed (\(name)): send the tar itself, `docker build` without `--compress`"
            )
        }
    }

    /// The engine writes the archive anew and then looks at its first bytes again, which may be those of a part of its
    /// first name.
    private static func checkFirst(_ path: [UInt8]) throws(DockerRefusal) {
        for part in path.split(separator: UInt8(ascii: "/")) {
            for (_, magic) in compressions where part.starts(with: magic.prefix { $0 != 0 }) {
                throw .context("its first name `\(shown(path))` begins like a compressed file")
            }
        }
    }
}
