/// What a session of programs runs in: recorded once, right behind its opening.
public struct ShellStart: Hashable, Sendable {
    /// The terminal's size at the beginning; `nil` when there are three streams instead of a terminal.
    public var size: TerminalSize?
    /// The variable `TERM`; empty when it is not set.
    public var term: String
    /// The words of what was asked for; empty: the account's login shell.
    public var command: [[UInt8]]

    public init(size: TerminalSize?, term: String, command: [[UInt8]]) {
        self.size = size
        self.term = term
        self.command = command
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

/// Where recorded output came from. The number is its code in the file.
public enum RecordedStream: UInt8, Hashable, Sendable {
    /// A terminal: both streams, and whatever it echoed.
    case terminal = 1
    case output = 2
    case error = 3
}
