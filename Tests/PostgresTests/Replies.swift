import Postgres
import Wire

/// A server's messages, for scripts.
enum Replies {
    static let parseComplete = frame("1")
    static let bindComplete = frame("2")
    static let closeComplete = frame("3")
    static let noData = frame("n")
    static let suspended = frame("s")
    static let empty = frame("I")
    static let copyDone = frame("c")
    static let copyIn = frame("G") { $0.copy([0, 0, 0]) }
    static let copyOut = frame("H") { $0.copy([0, 0, 0]) }
    static let copyBoth = frame("W") { $0.copy([0, 0, 0]) }
    static let rowDescription = frame("T") { $0.uint16(0) }
    static let parameterDescription = frame("t") { $0.uint16(0) }
    static let call = frame("V") { $0.int32(-1) }

    static func complete(_ tag: String) -> [UInt8] { frame("C") { $0.terminated(tag) } }
    static func ready(_ status: TransactionStatus = .idle) -> [UInt8] {
        frame("Z") { $0.uint8(status.rawValue) }
    }
    static func error(_ code: String = "22012", _ severity: ErrorFields.Severity = .error)
        -> [UInt8]
    {
        ErrorFields(severity, code: code, "division by zero").errorResponse
    }
    static func row(_ text: String = "x") -> [UInt8] {
        frame("D") { body in
            body.uint16(1)
            body.uint32(UInt32(text.utf8.count))
            body.copy(text.utf8)
        }
    }
    static func status(_ name: String, _ value: String) -> [UInt8] {
        frame("S") { body in
            body.terminated(name)
            body.terminated(value)
        }
    }
    static func authentication(_ code: UInt32, _ data: [UInt8] = []) -> [UInt8] {
        frame("R") { body in
            body.uint32(code)
            body.copy(data)
        }
    }
    static func key(_ process: UInt32, _ secret: UInt32) -> [UInt8] {
        frame("K") { body in
            body.uint32(process)
            body.uint32(secret)
        }
    }

    static func frame(_ type: Unicode.Scalar, _ body: (inout ByteWriter) -> Void = { _ in })
        -> [UInt8]
    {
        var writer = ByteWriter()
        writer.frame(UInt8(ascii: type), body)
        return writer.bytes
    }
}
