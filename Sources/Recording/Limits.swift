/// Every bound of the recorder. Bytes unless the name says otherwise.
public enum Limits {
    /// A session's identity, which names its file.
    static let sessionBytesMax = 64
    /// One event: above the largest text that a protocol module lets through.
    static let eventBytesMax = 48 << 20
    /// What programs wrote at once is one event up to this, and several above.
    static let outputBytesMax = 64 << 10
    /// Output waits while more than this is to be filed.
    static let outputBacklogBytesMax: Int64 = 128 << 20
    /// What one loop may gather between two commits, and so the largest batch that a spool is read with.
    static let batchBytesMax = 96 << 20
    /// A buffer that grew larger than this is given back after its commit.
    static let bufferKeptBytesMax = 1 << 20
    /// A spool that is larger is followed by a new one, so that the disk gets its space back.
    static let spoolBytesMax: Int64 = 64 << 20
    /// A bound value that is longer is recorded as its beginning, its length and its SHA-256.
    static let valueBytesMax = 1 << 20
    static let valueBeginningBytes = 64 << 10
    /// A cell of a recorded row that is longer is cut to this.
    static let cellBytesMax = 64 << 10
    /// Error texts, notices, reasons and names, each.
    static let textBytesMax = 64 << 10
    /// Texts that one session remembers to have recorded: the table starts anew at more, and texts are stored again.
    static let statementsMax = 128
    static let statementTableBytesMax = 2 << 20
    /// Rulings (rules and policy version) that one session remembers to have recorded.
    static let rulingsMax = 16
    /// A session's events are put into chunks of about so much; one chunk may hold one large event.
    static let chunkBytes = 256 << 10
    static let chunkBytesMax = chunkBytes + eventBytesMax + 64
    /// Read from a spool at once.
    static let readBytes = 1 << 20
    /// Events that wait in memory for their session files; the spools are not read on at more.
    static let unfiledBytesMax = 64 << 20
    /// Bytes in spools that could not be filed; at more no command is recorded any more.
    static let backlogBytesMax: Int64 = 512 << 20
    /// Texts and session rows that wait for the store; the spools are not read on at more.
    static let unindexedMax = 20_000
    /// Statements of one session that the index keeps together, and what it looks through at once.
    static let passageStatementsMax = 64
    static let passagesReadMax = 64
    /// Those that one search looks through. One has up to 64 statements, or texts of some 64 KiB.
    public static let passagesSearchedMax = 1_024
    /// Of each text so much can be searched.
    public static let indexedTextBytesMax = 64 << 10
    /// Of the output of each session so much is in the index; what stands behind is found where one session is searched.
    public static let indexedOutputBytesMax = 1 << 20
    /// Texts that wait for the store.
    static let unindexedBytesMax = 16 << 20
    /// A line of output that is longer is searched as several.
    static let lineBytesMax = 4 << 10
    /// What one part of a search through one session reads of its recording, and the lines that it looks at closely.
    public static let scannedBytesMax: Int64 = 1 << 30
    static let scannedLinesMax = 10_000
    /// A terminal's control sequence that is longer is passed over.
    static let sequenceBytesMax = 256
    /// Of a text that was found so many characters are shown.
    public static let hitCharactersMax = 4_096
    /// A search's text, and its words.
    static let searchBytesMax = 1_024
    static let searchWordsMax = 32
    /// What one who follows a session is given at once: it ends with the event that reaches one of these.
    static let followedBytesMax = 256 << 10
    static let followedEventsMax = 1_000
    /// Lines of one list or search.
    public static let listedMax = 1_000
    /// Distinct holds that are counted for one session.
    static let holdsCountedMax = 10_000
}
