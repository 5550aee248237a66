/// How a session ended.
public enum ShellEnd: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
    /// Not by its own program: why.
    case cut(String)

    /// As shells tell it: a signal is 128 and its number; what was cut is 255.
    public var exitStatus: Int32 {
        switch self {
        case .exited(let status): status
        case .signalled(let number): 128 + number
        case .cut: 255
        }
    }
}

/// Something that a client is told besides the session's own output.
public struct ShellNotice: Hashable, Sendable {
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// A program waits for consent.
        case held = 1
        /// It was consented to, and runs.
        case released = 2
        /// A program does not run: refused by a rule, or its hold came to nothing.
        case refused = 3
        /// Anything else.
        case information = 4
        /// A program waits for consent and does not run, since its client does not wait: the same may come again.
        case comeAgain = 5
    }

    public var kind: Kind
    /// The hold, where there is one.
    public var hold: String?
    /// The program as it is shown to people.
    public var program: String
    public var message: String
    public var hint: String?

    /// What is longer than a client takes is cut, and says so.
    public init(
        _ kind: Kind, hold: String? = nil, program: String = "", message: String,
        hint: String? = nil
    ) {
        self.kind = kind
        self.hold = hold
        self.program = shortened(program)
        self.message = shortened(message)
        self.hint = hint.map(shortened)
    }
}

extension ShellNotice {
    /// The same as one line for people.
    public var line: String {
        let what =
            switch kind {
            case .held: "held\(hold.map { " as \($0)" } ?? "")"
            case .released: "released\(hold.map { " (\($0))" } ?? "")"
            case .comeAgain: "come again\(hold.map { " for \($0)" } ?? "")"
            case .refused: "refused"
            case .information: ""
            }
        return [what, program.isEmpty ? "" : "`\(program)`", message].filter { !$0.isEmpty }
            .joined(separator: ": ")
    }
}

/// Why there is no session.
public struct ShellRefusal: Error, Hashable, Sendable {
    public enum Kind: UInt8, Sendable, CaseIterable {
        case notAuthenticated = 1
        case noTarget = 2
        case unavailable = 4
        case malformed = 5
    }

    public let kind: Kind
    public let message: String
    public let hint: String?

    /// What is longer than a client takes is cut, and says so.
    public init(_ kind: Kind, _ message: String, hint: String? = nil) {
        self.kind = kind
        self.message = shortened(message)
        self.hint = hint.map(shortened)
    }
}

/// The session stands.
public struct ShellOpened: Hashable, Sendable {
    public var session: String

    public init(session: String) { self.session = session }
}

extension BodyReader {
    /// What a process ends with: one byte of it is told (wait(2)).
    mutating func exitStatus() throws(BodyError) -> Int32 {
        let status = try int32()
        guard 0...255 ~= status else { throw BodyError("an exit status that is none") }
        return status
    }

    mutating func signalNumber() throws(BodyError) -> Int32 {
        let number = try int32()
        guard 1...64 ~= number else { throw BodyError("a signal that is none") }
        return number
    }
}

extension ShellEnd: FrameBody {
    public static var type: FrameType { .ended }

    public func write(to writer: inout BodyWriter) {
        switch self {
        case .exited(let status):
            writer.uint8(1)
            writer.int32(status)
        case .signalled(let number):
            writer.uint8(2)
            writer.int32(number)
        case .cut(let why):
            writer.uint8(3)
            writer.text(shortened(why))
        }
    }

    public init(from reader: inout BodyReader) throws(BodyError) {
        switch try reader.uint8() {
        case 1: self = .exited(try reader.exitStatus())
        case 2: self = .signalled(try reader.signalNumber())
        case 3: self = .cut(try reader.text(most: messageBytesMax))
        default: throw BodyError("an unknown end")
        }
    }
}

extension ShellNotice: FrameBody {
    public static var type: FrameType { .notice }

    public func write(to writer: inout BodyWriter) {
        writer.uint8(kind.rawValue)
        writer.optional(hold) { $0.text($1) }
        writer.text(program)
        writer.text(message)
        writer.optional(hint) { $0.text($1) }
    }

    public init(from reader: inout BodyReader) throws(BodyError) {
        guard let kind = Kind(rawValue: try reader.uint8()) else {
            throw BodyError("an unknown kind of notice")
        }
        self.kind = kind
        hold = try reader.optional { r throws(BodyError) in try r.text(most: messageBytesMax) }
        program = try reader.text(most: ShellLimits.frameBytesMax)
        message = try reader.text(most: messageBytesMax)
        hint = try reader.optional { r throws(BodyError) in try r.text(most: messageBytesMax) }
    }
}

extension ShellRefusal: FrameBody {
    public static var type: FrameType { .refused }

    public func write(to writer: inout BodyWriter) {
        writer.uint8(kind.rawValue)
        writer.text(message)
        writer.optional(hint) { $0.text($1) }
    }

    public init(from reader: inout BodyReader) throws(BodyError) {
        guard let kind = Kind(rawValue: try reader.uint8()) else {
            throw BodyError("an unknown kind of refusal")
        }
        self.kind = kind
        message = try reader.text(most: messageBytesMax)
        hint = try reader.optional { r throws(BodyError) in try r.text(most: messageBytesMax) }
    }
}

extension ShellOpened: FrameBody {
    public static var type: FrameType { .opened }

    public func write(to writer: inout BodyWriter) { writer.text(session) }

    public init(from reader: inout BodyReader) throws(BodyError) {
        session = try reader.text(most: messageBytesMax)
    }
}

/// A message for people.
let messageBytesMax = 16 << 10

private func shortened(_ text: String) -> String {
    let count = text.utf8.count
    guard count > messageBytesMax else { return text }
    let mark = "... (cut: \(count) bytes in all)"
    var end = text.utf8.index(text.startIndex, offsetBy: messageBytesMax - mark.utf8.count)
    while String(text.utf8[..<end]) == nil { end = text.utf8.index(before: end) }
    return text[..<end] + mark
}
