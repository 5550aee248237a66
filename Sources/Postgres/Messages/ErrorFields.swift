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

    /// One reference: errors are rare, and travel inside of values that are moved for every message.
    private let fields: Fields

    private final class Fields: Hashable, Sendable {
        let severity: Severity
        let code: String
        let message: String
        let detail: String?
        let hint: String?
        let position: Int?

        init(
            _ severity: Severity, _ code: String, _ message: String, _ detail: String?,
            _ hint: String?, _ position: Int?
        ) {
            self.severity = severity
            self.code = code
            self.message = message
            self.detail = detail
            self.hint = hint
            self.position = position
        }

        static func == (left: Fields, right: Fields) -> Bool {
            left.severity == right.severity && left.code == right.code
                && left.message == right.message && left.detail == right.detail
                && left.hint == right.hint && left.position == right.position
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(severity)
            hasher.combine(code)
            hasher.combine(message)
        }
    }

    public var severity: Severity { fields.severity }
    /// SQLSTATE: five characters.
    public var code: String { fields.code }
    public var message: String { fields.message }
    public var detail: String? { fields.detail }
    public var hint: String? { fields.hint }
    /// The character of the statement's text where the error is, from 1.
    public var position: Int? { fields.position }

    public init(
        _ severity: Severity = .error, code: String, _ message: String, detail: String? = nil,
        hint: String? = nil, position: Int? = nil
    ) {
        fields = Fields(severity, code, message, detail, hint, position)
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
        var (code, message) = ("XX000", "")
        var (detail, hint): (String?, String?) = (nil, nil)
        var position: Int?
        var localSeverity: String?
        var severity: Severity?
        var reader = ByteReader(body)
        while let type = reader.uint8(), type != 0 {
            guard let range = reader.terminatedRange() else { return nil }
            let text = String(decoding: body[range], as: UTF8.self)
            switch type {
            case UInt8(ascii: "S"): localSeverity = text
            case UInt8(ascii: "V"): severity = Severity(rawValue: text)
            case UInt8(ascii: "C"): code = text
            case UInt8(ascii: "M"): message = text
            case UInt8(ascii: "D"): detail = text
            case UInt8(ascii: "H"): hint = text
            case UInt8(ascii: "P"): position = Int(text)
            default: break
            }
        }
        guard reader.isAtEnd, body.last == 0 else { return nil }
        self.init(
            severity ?? localSeverity.flatMap(Severity.init(rawValue:)) ?? .error, code: code,
            message, detail: detail, hint: hint, position: position)
    }
}

extension ByteWriter {
    fileprivate mutating func field(_ type: Unicode.Scalar, _ text: String?) {
        guard let text else { return }
        uint8(UInt8(ascii: type))
        terminated(text)
    }
}
