extension RequestHead {
    /// What a client's bytes are. The scanner is the connection's.
    public static func read(
        _ bytes: UnsafeRawBufferPointer, _ scanner: inout HeadScanner
    ) -> HeadStep<RequestHead> {
        do throws(HTTPRefusal) {
            guard let end = try scanner.end(in: bytes) else { return .needMore }
            var lines = HeadLines(bytes[..<end])
            return .head(try RequestHead(&lines), byteCount: end)
        } catch { return .refused(error) }
    }

    private init(_ lines: inout HeadLines) throws(HTTPRefusal) {
        let line = try RequestLine(&lines)
        let target = try RequestTarget(line.target)
        let section = try FieldSection(&lines)
        let options = try section.options()
        let head = RequestHead(
            method: line.method, path: target.path, query: target.query,
            host: try section.host(), headers: section.fields, body: try section.framing(),
            wantsClose: options.hasClose, upgrade: try section.upgrade(options),
            expectsContinue: try section.expectsContinue())
        // What is left of what the fields can be and a head cannot.
        guard let head else { throw .bad("`Expect` without a body") }
        self = head
    }
}

/// RFC 9112 section 3: three words, one space between two of them.
private struct RequestLine {
    let method: String
    let target: UnsafeRawBufferPointer

    init(_ lines: inout HeadLines) throws(HTTPRefusal) {
        let words =
            lines.next()?
            .split(separator: .space, maxSplits: 3, omittingEmptySubsequences: false) ?? []
        guard words.count == 3 else { throw .bad("the first line is no request's") }
        let version = String(decoding: words[2], as: UTF8.self)
        guard version == "HTTP/1.1" else {
            guard version.hasPrefix("HTTP/") else { throw .bad("the first line is no request's") }
            throw HTTPRefusal(505, "a version other than HTTP/1.1")
        }
        method = String(decoding: words[0], as: UTF8.self)
        guard method != "CONNECT" else { throw HTTPRefusal(501, "CONNECT is not served") }
        guard RequestHead.isMethod(method) else { throw .bad("the method is none") }
        target = UnsafeRawBufferPointer(rebasing: words[1])
    }
}

/// A path and a query (RFC 9112 section 3.2.1), each decoded once.
private struct RequestTarget {
    private(set) var path: [String] = []
    private(set) var query: [QueryParameter] = []

    init(_ target: UnsafeRawBufferPointer) throws(HTTPRefusal) {
        guard target.count <= HTTPLimits.targetBytesMax else {
            throw HTTPRefusal(
                414, "path and query have more than \(HTTPLimits.targetBytesMax) bytes")
        }
        guard target.first == .slash else { throw .bad("the target is no path") }
        let end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.count
        if end > 1 { path = try Self.path(target[1..<end]) }
        if end + 1 < target.count { query = try Self.query(target[(end + 1)...]) }
    }

    private static func path(_ bytes: Slice<UnsafeRawBufferPointer>) throws(HTTPRefusal) -> [String]
    {
        var segments: [String] = []
        for part in bytes.split(separator: .slash, omittingEmptySubsequences: false) {
            guard let segment = decoded(part, { $0.isPathByte ? $0 : nil }) else {
                throw .bad("the path is not percent-encoded UTF-8")
            }
            guard RequestHead.isSegment(segment) else {
                throw .bad("the path has an empty or ambiguous segment")
            }
            segments.append(segment)
        }
        return segments
    }

    private static func query(
        _ bytes: Slice<UnsafeRawBufferPointer>
    ) throws(HTTPRefusal) -> [QueryParameter] {
        var parameters: [QueryParameter] = []
        for part in bytes.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false) {
            let end = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            guard end > part.startIndex else { throw .bad("a query parameter without a name") }
            guard let name = formDecoded(part[..<end]),
                let value = formDecoded(part[end...].dropFirst())
            else { throw .bad("the query is not percent-encoded UTF-8") }
            parameters.append(QueryParameter(name, value))
        }
        return parameters
    }

    /// As `application/x-www-form-urlencoded`.
    private static func formDecoded(_ bytes: Slice<UnsafeRawBufferPointer>) -> String? {
        let text = decoded(bytes) { byte in
            guard byte.isQueryByte else { return nil }
            return byte == UInt8(ascii: "+") ? .space : byte
        }
        guard let text, !text.utf8.contains(0) else { return nil }
        return text
    }

    /// `plain` says what a byte is that is not percent-encoded; `nil` for one that should have been.
    private static func decoded(
        _ bytes: Slice<UnsafeRawBufferPointer>, _ plain: (UInt8) -> UInt8?
    ) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == .percent {
                guard let high = rest.popFirst()?.hexValue, let low = rest.popFirst()?.hexValue
                else { return nil }
                decoded.append(high << 4 | low)
            } else {
                guard let byte = plain(byte) else { return nil }
                decoded.append(byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}
