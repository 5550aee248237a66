extension ResponseHead {
    /// What a target's bytes are, when they answer a request with this method which asked for this protocol.
    public static func read(
        _ bytes: UnsafeRawBufferPointer, _ scanner: inout HeadScanner, to method: String,
        upgrade: String? = nil
    ) -> HeadStep<ResponseHead> {
        do throws(HTTPRefusal) {
            guard let end = try scanner.end(in: bytes) else { return .needMore }
            var lines = HeadLines(bytes[..<end])
            let head = try ResponseHead(&lines, to: method)
            guard head.upgrade == nil || head.upgrade == upgrade?.lowercased() else {
                throw .bad("it changes to a protocol that nobody asked for")
            }
            return .head(head, byteCount: end)
        } catch { return .refused(error.ofTarget) }
    }

    private init(_ lines: inout HeadLines, to method: String) throws(HTTPRefusal) {
        let status = try Self.status(lines.next())
        let section = try FieldSection(&lines)
        let options = try section.options()
        // Elsewhere `Upgrade` only says what could be asked for.
        let upgrade = status == 101 ? try section.upgrade(options) : nil
        let head = ResponseHead(
            status: status, headers: section.fields,
            body: try Self.framing(status, method, try section.framing()),
            wantsClose: options.hasClose, upgrade: upgrade)
        guard let head else { throw .bad("it changes to no protocol") }
        self = head
    }

    private static func status(_ line: UnsafeRawBufferPointer?) throws(HTTPRefusal) -> Int {
        let line = line.map { String(decoding: $0, as: UTF8.self) } ?? ""
        let prefix = "HTTP/1.1 "
        let digits = line.utf8.dropFirst(prefix.utf8.count).prefix(3)
        guard line.utf8.starts(with: prefix.utf8), digits.count == 3,
            digits.allSatisfy(\.isDigit),
            line.utf8.dropFirst(prefix.utf8.count + 3).first == .space,
            let status = Int(String(decoding: digits, as: UTF8.self)), (100...599).contains(status)
        else { throw .bad("the first line is no response's") }
        return status
    }

    /// RFC 9112 section 6.3; `said` is what the fields say.
    private static func framing(
        _ status: Int, _ method: String, _ said: BodyFraming
    ) throws(HTTPRefusal) -> BodyFraming {
        if status < 200 || status == 204 {
            guard said == .empty else { throw .bad("a body with status \(status)") }
            return status == 101 ? .upgraded : .empty
        }
        guard method != "HEAD", status != 304 else { return .empty }
        return said == .empty ? .untilClose : said
    }
}
