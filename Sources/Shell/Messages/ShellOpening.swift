/// What a client asks for: its first frame.
public struct ShellOpening: Hashable, Sendable {
    /// A token (`spt_...`).
    public var token: String
    public var target: String
    /// The words of the command; empty for the account's own shell.
    public var command: [[UInt8]]
    /// `command` is one line that the account's shell reads: `SHELL -c LINE`.
    public var isLine: Bool
    /// The session gets a terminal; `nil`: three standard streams.
    public var terminal: TerminalSize?
    /// `TERM`, `LANG` and the like, `NAME=VALUE`: those that are not on the allow-list are left out.
    public var environment: [[UInt8]]
    /// `nil`: the account's home.
    public var directory: [UInt8]?
    /// How long the client waits for a held program, milliseconds; `nil`: as long as the hold does; 0: it does not, and
    /// comes again.
    public var waitMilliseconds: UInt64?
    /// The program that asks, for the record.
    public var application: String

    public init(
        token: String, target: String, command: [[UInt8]], isLine: Bool = false,
        terminal: TerminalSize? = nil, environment: [[UInt8]] = [], directory: [UInt8]? = nil,
        waitMilliseconds: UInt64? = nil,
        application: String
    ) {
        self.token = token
        self.target = target
        self.command = command
        self.isLine = isLine
        self.terminal = terminal
        self.environment = environment
        self.directory = directory
        self.waitMilliseconds = waitMilliseconds
        self.application = application
    }
}

/// A terminal's size in characters.
public struct TerminalSize: Hashable, Sendable {
    public var columns: UInt16
    public var rows: UInt16

    public init(columns: UInt16, rows: UInt16) {
        self.columns = columns
        self.rows = rows
    }
}

extension ShellOpening: FrameBody {
    public static var type: FrameType { .open }

    public func write(to writer: inout BodyWriter) {
        writer.text(token)
        writer.text(target)
        writer.words(command)
        writer.flag(isLine)
        writer.optional(terminal) { $1.write(to: &$0) }
        writer.words(environment)
        writer.optional(directory) { $0.bytes($1) }
        writer.optional(waitMilliseconds) { $0.uint64($1) }
        writer.text(application)
    }

    public init(from reader: inout BodyReader) throws(BodyError) {
        let most = ShellLimits.openingBytesMax
        token = try reader.text(most: most)
        target = try reader.text(most: most)
        command = try reader.words(bytesMax: most)
        isLine = try reader.flag()
        guard !isLine || command.count == 1 else {
            throw BodyError("a line for a shell that is not one word")
        }
        terminal = try reader.optional { r throws(BodyError) in try TerminalSize(from: &r) }
        environment = try reader.words(bytesMax: most)
        directory = try reader.optional { r throws(BodyError) in
            try r.bytes(most: ShellLimits.pathBytesMax)
        }
        waitMilliseconds = try reader.optional { r throws(BodyError) in try r.uint64() }
        application = try reader.text(most: most)
    }
}

extension TerminalSize: FrameBody {
    public static var type: FrameType { .resize }

    public func write(to writer: inout BodyWriter) {
        writer.uint16(columns)
        writer.uint16(rows)
    }

    public init(from reader: inout BodyReader) throws(BodyError) {
        columns = try reader.uint16()
        rows = try reader.uint16()
        let most = UInt16(ShellLimits.terminalSideMax)
        guard columns <= most, rows <= most else {
            throw BodyError("a terminal that is larger than \(most) characters")
        }
    }
}
