import Vocabulary

/// What the gateway asks a runner to start: the first frame of a session's connection.
public struct RunnerStart: Hashable, Sendable {
    public var session: String
    /// Whose processes they become.
    public var account: String
    /// The words of the command; empty for the account's login shell.
    public var command: [[UInt8]]
    /// `command` is one line that the account's shell reads: `SHELL -c LINE`.
    public var isLine: Bool
    public var terminal: TerminalSize?
    /// The client's, of which the runner takes what may pass.
    public var environment: [[UInt8]]
    public var directory: [UInt8]?
    /// Directories below which files may be changed; `nil`: wherever the account may.
    public var writable: [[UInt8]]?
    /// Setuid programs get their owner's rights.
    public var allowsSetuid: Bool
    /// Processes and threads of the session at once.
    public var processesMax: UInt32
    /// Names of variables that the target lets pass besides the usual ones.
    public var allowedVariables: [String]
    /// The rules' paths, for `ProgramFile.names` and `.links`.
    public var watched: [[UInt8]]

    public init(
        session: String, account: String, command: [[UInt8]], isLine: Bool = false,
        terminal: TerminalSize?, environment: [[UInt8]], directory: [UInt8]?,
        writable: [[UInt8]]?, allowsSetuid: Bool, processesMax: UInt32,
        allowedVariables: [String], watched: [[UInt8]]
    ) {
        self.session = session
        self.account = account
        self.command = command
        self.isLine = isLine
        self.terminal = terminal
        self.environment = environment
        self.directory = directory
        self.writable = writable
        self.allowsSetuid = allowsSetuid
        self.processesMax = processesMax
        self.allowedVariables = allowedVariables
        self.watched = watched
    }
}

/// Whether a program may run.
public struct ProgramAnswer: Hashable, Sendable {
    public var program: UInt64
    public var mayRun: Bool

    public init(program: UInt64, mayRun: Bool) {
        self.program = program
        self.mayRun = mayRun
    }
}

/// How a program ended.
public struct ProgramEnded: Hashable, Sendable {
    public enum End: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32)
        /// Its process runs another program from then on.
        case replaced
    }

    public var program: UInt64
    public var end: End

    public init(program: UInt64, end: End) {
        self.program = program
        self.end = end
    }
}

/// A program that waited for its answer is gone, or was told to go.
public struct ProgramGone: Hashable, Sendable {
    public var program: UInt64

    public init(program: UInt64) { self.program = program }
}

extension RunnerStart: FrameBody {
    public static var type: FrameType { .start }

    public func write(to writer: inout BodyWriter) {
        writer.text(session)
        writer.text(account)
        writer.words(command)
        writer.flag(isLine)
        writer.optional(terminal) { $1.write(to: &$0) }
        writer.words(environment)
        writer.optional(directory) { $0.bytes($1) }
        writer.optional(writable) { $0.words($1) }
        writer.flag(allowsSetuid)
        writer.uint32(processesMax)
        writer.list(allowedVariables) { $0.text($1) }
        writer.words(watched)
    }

    public init(from reader: inout BodyReader) throws(BodyError) {
        let most = ShellLimits.openingBytesMax
        session = try reader.text(most: most)
        account = try reader.text(most: most)
        command = try reader.words(bytesMax: most)
        isLine = try reader.flag()
        terminal = try reader.optional { r throws(BodyError) in try TerminalSize(from: &r) }
        environment = try reader.words(bytesMax: most)
        directory = try reader.optional { r throws(BodyError) in
            try r.bytes(most: ShellLimits.pathBytesMax)
        }
        writable = try reader.optional { r throws(BodyError) in try r.words(bytesMax: most) }
        allowsSetuid = try reader.flag()
        processesMax = try reader.uint32()
        allowedVariables = try reader.list(most: ShellLimits.wordsMax) { r throws(BodyError) in
            try r.text(most: ShellLimits.pathBytesMax)
        }
        watched = try reader.words(bytesMax: ShellLimits.frameBytesMax)
    }
}

extension ProgramAnswer: FrameBody {
    public static var type: FrameType { .answer }

    public func write(to writer: inout BodyWriter) {
        writer.uint64(program)
        writer.flag(mayRun)
    }

    public init(from reader: inout BodyReader) throws(BodyError) {
        program = try reader.uint64()
        mayRun = try reader.flag()
    }
}

extension ProgramEnded: FrameBody {
    public static var type: FrameType { .programEnded }

    public func write(to writer: inout BodyWriter) {
        writer.uint64(program)
        switch end {
        case .exited(let status):
            writer.uint8(1)
            writer.int32(status)
        case .signalled(let number):
            writer.uint8(2)
            writer.int32(number)
        case .replaced:
            writer.uint8(3)
        }
    }

    public init(from reader: inout BodyReader) throws(BodyError) {
        program = try reader.uint64()
        switch try reader.uint8() {
        case 1: end = .exited(try reader.exitStatus())
        case 2: end = .signalled(try reader.signalNumber())
        case 3: end = .replaced
        default: throw BodyError("an unknown end of a program")
        }
    }
}

extension ProgramGone: FrameBody {
    public static var type: FrameType { .programGone }

    public func write(to writer: inout BodyWriter) { writer.uint64(program) }

    public init(from reader: inout BodyReader) throws(BodyError) {
        program = try reader.uint64()
    }
}

extension ProgramStart: FrameBody {
    public static var type: FrameType { .starting }

    public func write(to writer: inout BodyWriter) {
        writer.uint64(number)
        writer.uint64(parent)
        writer.flag(isMain)
        executable.write(to: &writer)
        writer.optional(script) { $1.write(to: &$0) }
        writer.bytes(executedAs)
        writer.words(arguments)
        writer.words(environment)
        writer.bytes(directory)
        writer.uint32(userID)
        writer.uint32(effectiveUserID)
        writer.uint32(groupID)
        writer.flag(isOnTerminal)
    }

    public init(from reader: inout BodyReader) throws(BodyError) {
        number = try reader.uint64()
        parent = try reader.uint64()
        isMain = try reader.flag()
        executable = try ProgramFile(from: &reader)
        script = try reader.optional { r throws(BodyError) in try ProgramFile(from: &r) }
        executedAs = try reader.bytes(most: ShellLimits.pathBytesMax)
        arguments = try reader.words(bytesMax: ShellLimits.wordBytesMax)
        environment = try reader.words(bytesMax: ShellLimits.wordBytesMax)
        directory = try reader.bytes(most: ShellLimits.pathBytesMax)
        userID = try reader.uint32()
        effectiveUserID = try reader.uint32()
        groupID = try reader.uint32()
        isOnTerminal = try reader.flag()
    }
}

extension ProgramFile {
    func write(to writer: inout BodyWriter) {
        writer.bytes(path)
        writer.flag(isVerified)
        writer.words(names)
        writer.words(links)
        writer.uint32(mode)
        writer.flag(isReplaceable)
        writer.flag(hasCapabilities)
        writer.optional(digest) { $0.bytes($1.bytes) }
    }

    init(from reader: inout BodyReader) throws(BodyError) {
        path = try reader.bytes(most: ShellLimits.pathBytesMax)
        isVerified = try reader.flag()
        names = try reader.words(bytesMax: ShellLimits.frameBytesMax)
        links = try reader.words(bytesMax: ShellLimits.frameBytesMax)
        guard names.count + links.count <= ShellLimits.namesMax else {
            throw BodyError("a file of more than \(ShellLimits.namesMax) names")
        }
        mode = try reader.uint32()
        isReplaceable = try reader.flag()
        hasCapabilities = try reader.flag()
        digest = try reader.optional { r throws(BodyError) in
            guard let digest = Digest(try r.bytes(most: Digest.byteCount)) else {
                throw BodyError("a digest that is not one")
            }
            return digest
        }
    }
}
