/// What peers may send at most. Each bound has its reason.
public enum ShellLimits {
    /// What clients name in ALPN (RFC 7301).
    public static let applicationProtocol = "sallyport-shell"
    /// What runners on other hosts name there.
    public static let runnerProtocol = "sallyport-runner"
    /// One frame with its header: a program's words and environment take at most 2 MiB each, and some facts beside them.
    public static let frameBytesMax = 5 << 20
    /// The frame that opens a session, before anyone is authenticated. Words of a command line are in it.
    public static let openingBytesMax = 256 << 10
    /// Bytes of input or output in one frame: larger reads make larger buffers, not faster sessions.
    public static let dataBytesMax = 64 << 10
    /// Bytes of input that may be on the way to a program that does not read. What ends it or answers for it is never
    /// behind them.
    public static let inputWindowBytes = 256 << 10
    /// Words of a command, and variables of an environment: with its pointer each takes 9 bytes of what the kernel takes at
    /// least.
    public static let wordsMax = 262_144
    /// Bytes of a program's words, and as many of its environment: what the kernel takes with a usual stack.
    public static let wordBytesMax = 2 << 20
    /// Words and values of an interpreter's that are looked at for code: of more it counts as given code.
    public static let readFilesMax = 1_000
    /// Bytes of an interpreter's options, without their values, that are read: of more it counts as given code that nobody
    /// sees, and flags that make hands on as a makefile.
    public static let optionBytesMax = 4_096
    /// Further paths of one file that rules spell.
    public static let namesMax = 4_096
    /// Bytes of memory that the programs of one session take which wait for their answers, and what each of their words takes
    /// besides its bytes. One more than that is refused.
    public static let undecidedBytesMax = 32 << 20
    public static let wordMemoryBytes = 64
    /// Variables of a held program that people are told of; of more it is said how many. Nobody reads a hundred.
    public static let shownVariablesMax = 64
    /// Bytes of one of them, its name and value: the beginning of what is longer is shown, with its length.
    public static let shownVariableBytesMax = 512
    /// Columns or rows of a terminal.
    public static let terminalSideMax = 10_000
    /// A file's or directory's path: the kernel's PATH_MAX.
    public static let pathBytesMax = 4_096
    /// Programs that have ended, and bytes of their paths, of which a session knows what they were.
    public static let endedProgramsMax = 16_384
    public static let endedPathBytesMax = 1 << 20
    /// A frame of a runner's lasting connection, and the first one of a session's: a certificate is the largest.
    public static let runnerFrameBytesMax = 16 << 10
    /// Bytes of the number by which a runner brings the connection that was asked for, and no other.
    public static let sessionNumberBytes = 16
    /// Between two pings of either side, milliseconds.
    public static let pingMilliseconds: Int64 = 3_000
    /// Without a byte of the other side for so long, milliseconds, the link is cut.
    public static let silenceMillisecondsMax: Int64 = 10_000
}
