/// The messages that the gateway itself sends on a session's upstream connection: no other ever leaves.
public enum GatewayMessage: Hashable, Sendable {
    /// Brings out the replies to extended messages before a hold or a refusal.
    case flush
    /// A Parse that cannot succeed. It fails the server's transaction as a refused command must; the client gets
    /// our error in place of the server's.
    case failingParse
    /// Ends a refused Query or FunctionCall as the server would: with its own ReadyForQuery.
    case sync
    /// Ends a COPY amid which the client sent another command.
    case copyFail

    /// The message's bytes, always the same.
    public var bytes: [UInt8] {
        switch self {
        case .flush: Self.flushBytes
        case .failingParse: Self.failingParseBytes
        case .sync: Self.syncBytes
        case .copyFail: Self.copyFailBytes
        }
    }

    private static let flushBytes = ClientMessages.flush
    private static let syncBytes = ClientMessages.sync
    /// Named, because even a Parse that fails drops the unnamed statement. The text is a syntax error under every
    /// setting and in a failed transaction too.
    private static let failingParseBytes = ClientMessages.parse(
        name: "sallyport_refused", text: "sallyport refused this command")
    private static let copyFailBytes = ClientMessages.copyFail(
        "the client sent another command amid COPY data")
}
