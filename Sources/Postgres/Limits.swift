/// Every bound of the PostgreSQL machines. Bytes unless the name says otherwise.
public struct Limits: Sendable {
    /// The largest frame that PostgreSQL itself reads or sends (`MaxAllocSize`); only rows and COPY data, which
    /// stream, may come near it.
    public var frameBytesMax = 1 << 30
    /// The text of a Query or Parse.
    public var textBytesMax = 1 << 20
    /// A whole Bind or FunctionCall, which is buffered with its values.
    public var bindBytesMax = 16 << 20
    /// A whole Describe, Close, Execute, Sync, Flush, CopyDone or CopyFail
    /// (`PQ_SMALL_MESSAGE_LIMIT`).
    public var smallFrameBytesMax = 10_000
    /// An ErrorResponse: it may quote the whole text, twice. Buffered, because the machine reads it.
    public var errorBytesMax = 16 << 20
    /// A ParameterStatus, CommandComplete or ReadyForQuery: buffered.
    public var replyBytesMax = 1 << 20
    /// Messages that may be on their way unanswered; the client waits at more.
    public var pendingRepliesMax = 4096
    /// Prepared statements of one session, counting those on their way.
    public var statementsMax = 10_000
    /// All prepared statements' texts of one session together.
    public var statementTextBytesMax = 2 << 20
    /// Portals of one session.
    public var portalsMax = 1000
    /// The texts of all of them together, each counted for itself.
    public var portalTextBytesMax = 16 << 20
    /// A start-up packet (`MAX_STARTUP_PACKET_LENGTH`).
    public var startupBytesMax = 10_000
    /// A PasswordMessage, as its length counts it.
    public var passwordBytesMax = 2048
    /// SSLRequest and GSSENCRequest that one connection may send before its StartupMessage, together.
    public var negotiationsMax = 2
    /// A message of the server before ReadyForQuery.
    public var loginReplyBytesMax = 64 << 10
    /// All messages of the server before ReadyForQuery together.
    public var loginBytesMax = 1 << 20
    /// A SCRAM message from the server.
    public var scramBytesMax = 4096
    /// PBKDF2 iterations that a server may ask for: above it is an attack on our time.
    public var scramIterationsMax = 1_000_000
    /// Below it a server's answer could be guessed; PostgreSQL's own least is 1, its default 4096.
    public var scramIterationsMin = 1
    /// Rows and bytes of one catalogue query's result.
    public var resultRowsMax = 500_000
    public var resultBytesMax = 64 << 20

    public init() {}

    /// A name of a statement or portal. The server compares no more (`NAMEDATALEN` - 1), so that two longer
    /// names could be one there and two here: they are refused.
    public static let nameBytesMax = 63
}
