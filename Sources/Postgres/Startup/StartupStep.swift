/// What to do next with a new connection's bytes.
public enum StartupStep: Equatable {
    /// Nothing can be said before the client has sent so many bytes in all.
    case needMore(atLeast: Int)
    /// Use up `consuming` bytes, send the reply in plaintext, start TLS, then call `secured()`.
    case startTLS(reply: [UInt8], consuming: Int)
    /// Use up `consuming` bytes, send the reply and ask again.
    case reply([UInt8], consuming: Int)
    /// The client's CancelRequest, the only thing taken without TLS. Close without an answer, whatever the key.
    case cancel(BackendKey)
    /// Everything that a login needs. The client waits for its answer.
    case authenticate(StartupRequest, consuming: Int)
    /// Send the ErrorResponse (empty: nothing) and close.
    case refuse([UInt8], ErrorFields)
}

/// A client's whole start-up. The password is a claim that nobody has checked yet.
public struct StartupRequest: Equatable, Sendable {
    /// As the client wrote it.
    public var principal: String
    public var target: String
    public var password: [UInt8]
    /// Allowed start-up parameters, for `UpstreamLogin`.
    public var parameters: [UpstreamSession.Parameter]
}
