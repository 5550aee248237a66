import HTTP

extension FuzzTarget {
    /// A connection's bytes behind one that says what they are: a client's requests (bit 0 is 0) or a target's
    /// responses, to HEAD (bit 1), to a request that asked for another protocol (bit 2).
    static let http = FuzzTarget("http") { bytes in
        var input = Input(bytes)
        let side = HTTPSide(input.byte())
        let received = Array(input.rest)
        let whole = try HTTPRun([received], side)
        let middle = received.isEmpty ? 0 : Int(fnv(received) % UInt64(received.count))
        for pieces in [
            received.map { [$0] }, [Array(received[..<middle]), Array(received[middle...])],
        ] {
            try requireSame(whole, try HTTPRun(pieces, side), "in pieces")
        }
        // Threat 28: whoever is sent what we write reads what was judged.
        let again = try HTTPRun([whole.written], side)
        try require(
            again.refusal == nil, "what is written is refused: \(again.refusal?.message ?? "")")
        try require(again.messages == whole.messages, "what is written is another message")
        return whole.refusal == nil && !whole.messages.isEmpty
    }
}

private func requireSame(_ whole: HTTPRun, _ run: HTTPRun, _ how: String) throws(PropertyBroken) {
    try require(run.messages == whole.messages, "other messages \(how)")
    try require(run.refusal == whole.refusal, "another refusal \(how)")
    try require(
        run.refusal != nil || run.pending == whole.pending, "other bytes are left over \(how)")
}

private struct HTTPSide {
    let readsResponses: Bool
    let method: String
    let upgrade: String?

    init(_ byte: UInt8) {
        readsResponses = byte & 1 != 0
        method = byte & 2 != 0 ? "HEAD" : "POST"
        upgrade = byte & 4 != 0 ? "tcp" : nil
    }
}

private struct HTTPMessage: Equatable {
    let head: [UInt8]
    let framing: BodyFraming
    var body: [UInt8] = []
    var isWhole = false
}

private struct HTTPRun {
    private(set) var messages: [HTTPMessage] = []
    private(set) var refusal: HTTPRefusal?
    private var buffer: [UInt8] = []
    private var scanner = HeadScanner()
    private var decoder: BodyDecoder?
    private let side: HTTPSide

    /// Bytes of what has not come to its end.
    var pending: Int { buffer.count }

    init(_ pieces: [[UInt8]], _ side: HTTPSide) throws {
        self.side = side
        for piece in pieces {
            buffer += piece
            while refusal == nil, try step() {}
        }
    }

    /// As we send them; one that is not whole is not there to its end either.
    var written: [UInt8] {
        messages.flatMap { message in
            guard message.framing == .chunked else { return message.head + message.body }
            let chunk = Chunk(byteCount: message.body.count)
            return message.head + chunk.before + message.body
                + (message.isWhole ? chunk.after + Chunk.last : [])
        }
    }

    private mutating func step() throws -> Bool {
        guard decoder == nil else { return try readBody() }
        var scanner = scanner
        defer { self.scanner = scanner }
        guard side.readsResponses else {
            let step = buffer.withUnsafeBytes { RequestHead.read($0, &scanner) }
            return try take(step) {
                try check($0)
                return ($0.bytes, $0.body)
            }
        }
        let (method, upgrade) = (side.method, side.upgrade)
        let step = buffer.withUnsafeBytes {
            ResponseHead.read($0, &scanner, to: method, upgrade: upgrade)
        }
        return try take(step) {
            try require($0.body != .upgraded || upgrade != nil, "an upgrade out of nowhere")
            return ($0.bytes, $0.body)
        }
    }

    private mutating func take<Head>(
        _ step: HeadStep<Head>, _ parts: (Head) throws -> ([UInt8], BodyFraming)
    ) throws -> Bool {
        switch step {
        case .needMore: return false
        case .refused(let refusal): self.refusal = refusal
        case .head(let head, let count):
            try require(count > 0 && count <= buffer.count, "\(count) bytes of a head")
            let (bytes, framing) = try parts(head)
            try require(isOneHead(bytes), "what is written is not one head")
            messages.append(HTTPMessage(head: bytes, framing: framing))
            decoder = BodyDecoder(framing)
            buffer.removeFirst(count)
        }
        return true
    }

    private mutating func readBody() throws -> Bool {
        guard var decoder else { return false }
        let last = messages.count - 1
        let step = buffer.withUnsafeBytes { decoder.next(in: $0) }
        self.decoder = decoder
        switch step {
        case .needMore: return false
        case .refused(let refusal): self.refusal = refusal
        case .data(let range):
            try require(
                !range.isEmpty && range.upperBound <= buffer.count, "data that is not there")
            messages[last].body += buffer[range]
            buffer.removeFirst(range.upperBound)
        case .end(let count):
            try require(count <= buffer.count, "an end that is not there")
            messages[last].isWhole = true
            buffer.removeFirst(count)
            self.decoder = nil
        }
        return true
    }
}

/// Threat 28: nothing of it means anything else to who decodes a path or a query again.
private func check(_ head: RequestHead) throws(PropertyBroken) {
    for segment in head.path {
        try require(
            !["", ".", ".."].contains(segment)
                && segment.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x2F && $0 != 0x5C && $0 != 0x7F },
            "the segment `\(segment)` is let through")
    }
    try require(head.query.allSatisfy { !$0.name.isEmpty }, "a parameter without a name")
    try require(!head.host.isEmpty, "a request to nobody")
    let framed = [BodyFraming.untilClose, .upgraded].contains(head.body)
    try require(!framed, "a request without an end")
}

/// Ends with the only empty line, and has no CR or LF besides those of its lines.
private func isOneHead(_ bytes: [UInt8]) -> Bool {
    let lines = String(decoding: bytes, as: UTF8.self).unicodeScalars
        .split(separator: "\r", omittingEmptySubsequences: false)
    return bytes.suffix(4) == [13, 10, 13, 10]
        && lines.dropFirst().allSatisfy { $0.first == "\n" && !$0.dropFirst().contains("\n") }
        && lines.dropFirst().dropLast(2).allSatisfy { $0.count > 1 }
}
