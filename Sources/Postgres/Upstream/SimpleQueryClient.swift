import Wire

/// One simple Query at a time on a connection of the gateway's own, for its catalogue: bounded rows of text columns.
public struct SimpleQueryClient {
    public enum Step {
        case needMore(atLeast: Int)
        /// Use up these bytes and ask again.
        case consumed(Int)
        /// The whole result. Use up `consuming` bytes; another query may be sent.
        case rows([[String?]], consuming: Int)
        /// The server refused the query; the connection can go on. Use up `consuming` bytes.
        case refused(ErrorFields, consuming: Int)
        case fail(MachineFailure)
    }

    private var rows: [[String?]] = []
    private var error: ErrorFields?
    private var columns = 0
    private var bytesSeen = 0
    private let limits: Limits

    public init(limits: Limits = Limits()) { self.limits = limits }

    /// The bytes that ask; one statement that returns rows.
    public static func query(_ text: String) -> [UInt8] { ClientMessages.query(text) }

    public mutating func nextStep(_ bytes: UnsafeRawBufferPointer) -> Step {
        switch FrameHeader.read(bytes, at: 0, bytesMax: limits.resultBytesMax) {
        case .needMore: return .needMore(atLeast: FrameHeader.byteCount)
        case .badLength(let type, let length): return .fail(.badLength(.upstream, type, length))
        case .header(let header):
            guard bytes.count >= header.frameBytes else {
                return .needMore(atLeast: header.frameBytes)
            }
            let body = UnsafeRawBufferPointer(
                rebasing: bytes[FrameHeader.byteCount..<header.frameBytes])
            return take(header, body)
        }
    }

    private mutating func take(_ header: FrameHeader, _ body: UnsafeRawBufferPointer) -> Step {
        switch header.type {
        case ServerMessageType.rowDescription:
            var reader = ByteReader(body)
            guard let count = reader.uint16() else {
                return .fail(.malformed("RowDescription", .upstream))
            }
            columns = Int(count)
        case ServerMessageType.dataRow:
            guard let row = row(body) else { return .fail(.malformed("DataRow", .upstream)) }
            bytesSeen += header.frameBytes
            guard rows.count < limits.resultRowsMax, bytesSeen <= limits.resultBytesMax else {
                return .fail(
                    MachineFailure(
                        .upstream, code: "54000",
                        "a catalogue query's result is larger than the gateway takes"))
            }
            rows.append(row)
        case ServerMessageType.errorResponse:
            guard let fields = ErrorFields(body: body) else {
                return .fail(.malformed("ErrorResponse", .upstream))
            }
            error = fields
            if fields.severity.endsSession {
                return .fail(
                    MachineFailure(.upstream, code: fields.code, "the target ended the connection"))
            }
        case ServerMessageType.commandComplete, ServerMessageType.noticeResponse,
            ServerMessageType.parameterStatus, ServerMessageType.notificationResponse,
            ServerMessageType.emptyQueryResponse:
            break
        case ServerMessageType.readyForQuery: return finish(header.frameBytes)
        default: return .fail(.unexpected(header.type))
        }
        return .consumed(header.frameBytes)
    }

    private func row(_ body: UnsafeRawBufferPointer) -> [String?]? {
        var reader = ByteReader(body)
        guard let count = reader.uint16(), Int(count) == columns else { return nil }
        var row: [String?] = []
        row.reserveCapacity(columns)
        for _ in 0..<columns {
            guard let length = reader.int32() else { return nil }
            if length == -1 {
                row.append(nil)
                continue
            }
            guard let range = reader.range(Int(length)) else { return nil }
            row.append(String(decoding: body[range], as: UTF8.self))
        }
        return reader.isAtEnd ? row : nil
    }

    private mutating func finish(_ count: Int) -> Step {
        defer { (rows, error, columns, bytesSeen) = ([], nil, 0, 0) }
        if let error { return .refused(error, consuming: count) }
        return .rows(rows, consuming: count)
    }
}
