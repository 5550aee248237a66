import Docker
import HTTP

extension FuzzTarget {
    /// A build. Bits 0 and 1 of the first byte say what the rest is: 0 a Dockerfile, 1 an archive as it is, 2 entries
    /// from which one is made: a byte for the kind, the name and the content or goal with their lengths. Bits 2 and 3
    /// choose the query.
    static let builds = FuzzTarget("builds", bytesMax: 1024) { bytes in
        var input = Input(bytes)
        let first = input.byte()
        let query = BuildRun.queries[Int(first >> 2) % BuildRun.queries.count]
        switch first & 3 {
        case 0: return try checkDockerfile(Array(input.rest), query)
        case 1: return try checkArchive(Array(input.rest), query) != nil
        default: return try checkEntries(&input, query)
        }
    }
}

private func checkDockerfile(_ text: [UInt8], _ query: String) throws -> Bool {
    guard let plan = try checkArchive(TarScript.archive(dockerfile: text), query) else {
        return false
    }
    let lines = plan.shown
    // A comment at the end says nothing, and a line that goes on ends there.
    for other in [[0xEF, 0xBB, 0xBF] + text, text + Array("\n# RUN x".utf8)]
    where !text.starts(with: [0xEF, 0xBB, 0xBF]) {
        let again = BuildRun([TarScript.archive(dockerfile: other)], query)
        guard let refusal = again.refusal else {
            try require(again.plan?.effects == plan.effects, "a mark or a comment changes a build")
            try require(again.plan?.shown == lines, "a mark or a comment is shown")
            continue
        }
        // Only what makes it too long.
        try require(
            refusal.message.contains("too l") || refusal.message.contains("twice"),
            "a mark or a comment is refused: \(refusal)")
    }
    return true
}

/// Threat 28: in whatever pieces it comes it is one build, of what it says.
private func checkArchive(_ bytes: [UInt8], _ query: String) throws -> BuildPlan? {
    let whole = BuildRun([bytes], query)
    let middle = bytes.isEmpty ? 0 : Int(fnv(bytes) % UInt64(bytes.count))
    // Byte by byte, or around a block's length when there are many.
    let size = bytes.count <= 2560 ? 1 : 509
    let small = stride(from: 0, to: bytes.count, by: size).map {
        Array(bytes[$0..<min($0 + size, bytes.count)])
    }
    for pieces in [small, [Array(bytes[..<middle]), Array(bytes[middle...])]] {
        let run = BuildRun(pieces, query)
        try require(run.plan == whole.plan, "another build in pieces")
        try require(run.refusal == whole.refusal, "another refusal in pieces")
    }
    guard let plan = whole.plan else { return nil }
    try require(
        plan.shown.allSatisfy { $0.utf8.allSatisfy { 0x20...0x7E ~= $0 } },
        "a character is shown that is not seen")
    try require(
        plan.effects.filter { $0.verb == .imagePull }.count == plan.images.count,
        "an image without an effect")
    try require(
        plan.effects.filter { $0.verb == .buildFetch }.count == plan.fetches.count,
        "an address without an effect")
    return plan
}

/// Threat 29: what is taken is what an unpacker makes of it that takes everything, and the last of two.
private func checkEntries(_ input: inout Input, _ query: String) throws -> Bool {
    var script = TarScript()
    while !input.isAtEnd { script.add(input.byte(), input.counted(), input.counted()) }
    guard let plan = try checkArchive(script.archive, query) else { return false }
    let places = query.contains("dockerfile=sub") ? ["sub/D"] : ["Dockerfile", "dockerfile"]
    let found = places.lazy.compactMap { script.files[Array($0.utf8)] }.first
    guard case .file(let text) = found else {
        throw PropertyBroken(description: "a Dockerfile is built that nobody unpacks")
    }
    let alone = BuildRun(
        [TarScript.archive(dockerfile: text, named: places[0])], query)
    try require(alone.plan?.effects == plan.effects, "another Dockerfile is built")
    return true
}

private struct BuildRun {
    private(set) var plan: BuildPlan?
    private(set) var refusal: DockerRefusal?

    static let queries = [
        "", "t=a%2Fb&target=s", "dockerfile=sub%2FD", "buildargs=%7B%22A%22%3A%22x%22%7D",
    ]

    init(_ pieces: [[UInt8]], _ query: String) {
        do throws(DockerRefusal) {
            var context = try Self.context(query)
            for piece in pieces { try Self.take(piece, &context) }
            plan = try context.finish()
        } catch {
            refusal = error
        }
    }

    private static func take(
        _ piece: [UInt8], _ context: inout BuildContext
    ) throws(DockerRefusal) {
        let problem = piece.withUnsafeBytes { bytes -> DockerRefusal? in
            do throws(DockerRefusal) {
                try context.take(bytes)
                return nil
            } catch { return error }
        }
        if let problem { throw problem }
    }

    private static func context(_ query: String) throws(DockerRefusal) -> BuildContext {
        let head = Array(
            "POST /build?\(query) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
        var scanner = HeadScanner()
        let step = head.withUnsafeBytes { RequestHead.read($0, &scanner) }
        guard case .head(let request, _) = step else { throw DockerRefusal(400, "no head") }
        let call = try EngineCall(
            request, path: request.path[...], engine: EngineVersion.known.upperBound)
        return try call.buildContext()
    }
}

/// An archive that is written entry by entry, and what comes of it on a disk.
private struct TarScript {
    enum Node: Equatable {
        case file([UInt8])
        case directory, link
    }

    private var bytes: [UInt8] = []
    /// By names without `.`, `..` and slashes that repeat.
    private(set) var files: [[UInt8]: Node] = [:]
    private var longName: [UInt8]?
    private var record: [UInt8]?

    var archive: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

    static func archive(dockerfile text: [UInt8], named name: String = "Dockerfile") -> [UInt8] {
        var script = TarScript()
        script.write("0", Array(name.utf8), text)
        return script.archive
    }

    mutating func add(_ kind: UInt8, _ name: [UInt8], _ content: [UInt8]) {
        switch kind % 8 {
        case 1:
            write("5", name)
            put(name, .directory)
        case 2:
            write("2", name, link: content)
            put(name, .link)
        case 3:
            write("1", name, link: content)
            put(name, files[Self.clean(content)] ?? .link)
        case 4:
            write("L", Array("././@LongLink".utf8), content + [0], magic: "ustar  \0")
            longName = Array(content.prefix { $0 != 0 })
        case 5:
            let rest = Array(" path=".utf8) + content + [10]
            var count = rest.count + 1
            while String(count).utf8.count + rest.count != count { count += 1 }
            write("x", Array("x".utf8), Array(String(count).utf8) + rest)
            record = content
        case 6: write("g", Array("g".utf8), Array("13 comment=x\n".utf8))
        default:
            write("0", name, content)
            put(name, .file(content))
        }
    }

    private mutating func put(_ name: [UInt8], _ node: Node) {
        let inBlock = Array(name.prefix(100).prefix { $0 != 0 })
        let path = Self.clean(longName ?? record ?? inBlock)
        (longName, record) = (nil, nil)
        if node != .directory || files[path] != .directory {
            let below = path + [UInt8(ascii: "/")]
            files = files.filter { $0.key != path && !$0.key.starts(with: below) }
        }
        files[path] = node
    }

    private static func clean(_ name: [UInt8]) -> [UInt8] {
        var parts: [ArraySlice<UInt8>] = []
        for part in name.split(separator: UInt8(ascii: "/")) {
            if part.elementsEqual("..".utf8) {
                _ = parts.popLast()
            } else if !part.elementsEqual(".".utf8) {
                parts.append(part)
            }
        }
        return Array(parts.joined(separator: [UInt8(ascii: "/")]))
    }

    private mutating func write(
        _ type: String, _ name: [UInt8], _ content: [UInt8] = [], link: [UInt8] = [],
        magic: String = "ustar\u{0}00"
    ) {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: some Collection<UInt8>, at place: Int) {
            block.replaceSubrange(place..<place + bytes.count, with: bytes)
        }
        put(name.prefix(100), at: 0)
        put(Self.octal(content.count, 11), at: 124)
        put(type.utf8, at: 156)
        put(link.prefix(100), at: 157)
        put(magic.utf8, at: 257)
        let sum = block.reduce(8 * 0x20) { $0 + Int($1) }
        put(Self.octal(sum, 7), at: 148)
        bytes += block + content + [UInt8](repeating: 0, count: -content.count & 511)
    }

    private static func octal(_ number: Int, _ digits: Int) -> [UInt8] {
        let text = String(number, radix: 8)
        return Array((String(repeating: "0", count: digits - text.count) + text).utf8)
    }
}
