import Wire

/// The fields of an ErrorResponse or NoticeResponse (protocol 3.0, "Error and Notice Message Fields").
public struct ErrorFields: Hashable, Sendable, Error {
    public enum Severity: String, Hashable, Sendable {
        case error = "ERROR"
        case fatal = "FATAL"
        case panic = "PANIC"
        case warning = "WARNING"
        case notice = "NOTICE"
        case debug = "DEBUG"
        case info = "INFO"
        case log = "LOG"

        /// The server closes the connection after it.
        public var endsSession: Bool { self == .fatal || self == .panic }
    }

    public var severity: Severity
    /// SQLSTATE: five characters.
    public var code: String
    public var message: String
    public var detail: String?
    public var hint: String?
    /// The character of the statement's text where the error is, from 1.
    public var position: Int?

    public init(
        _ severity: Severity = .error, code: String, _ message: String, detail: String? = nil,
        hint: String? = nil, position: Int? = nil
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.detail = detail
        self.hint = hint
        self.position = position
    }

    /// `ERROR` 42501 (insufficient_privilege): how a policy's no looks to the client.
    public static func refused(_ message: String, detail: String?, hint: String?) -> ErrorFields {
        ErrorFields(code: "42501", message, detail: detail, hint: hint)
    }

    /// `ERROR` 57014 (query_canceled): the client gave up a held command.
    public static let canceled = ErrorFields(
        code: "57014", "canceling statement due to user request")

    /// As an ErrorResponse.
    public var errorResponse: [UInt8] { encoded(ServerMessageType.errorResponse) }

    /// As a NoticeResponse.
    public var noticeResponse: [UInt8] { encoded(ServerMessageType.noticeResponse) }

    private func encoded(_ type: UInt8) -> [UInt8] {
        var writer = ByteWriter(reserving: 128)
        writer.frame(type) { body in
            body.field("S", severity.rawValue)
            body.field("V", severity.rawValue)
            body.field("C", code)
            body.field("M", message)
            body.field("D", detail)
            body.field("H", hint)
            body.field("P", position.map(String.init))
            body.uint8(0)
        }
        return writer.bytes
    }

    /// Reads the body of an ErrorResponse or NoticeResponse (behind its length); `nil` when it is not one.
    public init?(body: UnsafeRawBufferPointer) {
        var fields = ErrorFields(.error, code: "XX000", "")
        var localSeverity: String?
        var severity: Severity?
        var reader = ByteReader(body)
        while let type = reader.uint8(), type != 0 {
            guard let range = reader.terminatedRange() else { return nil }
            let text = String(decoding: body[range], as: UTF8.self)
            switch type {
            case UInt8(ascii: "S"): localSeverity = text
            case UInt8(ascii: "V"): severity = Severity(rawValue: text)
            case UInt8(ascii: "C"): fields.code = text
            case UInt8(ascii: "M"): fields.message = text
            case UInt8(ascii: "D"): fields.detail = text
            case UInt8(ascii: "H"): fields.hint = text
            case UInt8(ascii: "P"): fields.position = Int(text)
            default: break
            }
        }
        guard reader.isAtEnd, body.last == 0 else { return nil }
        fields.severity = severity ?? localSeverity.flatMap(Severity.init(rawValue:)) ?? .error
        self = fields
    }
}

extension ByteWriter {
    fileprivate mutating func field(_ type: Unicode.Scalar, _ text: String?) {
        guard let text else { return }
        uint8(UInt8(ascii: type))
        terminated(text)
    }
}
