import Cryptography

/// How the gateway logs in at a target.
public struct UpstreamCredentials: Sendable {
    public var user: String
    public var database: String
    /// `nil`: none is configured (trust, or a client certificate).
    public var password: [UInt8]?
    /// The connection is under TLS.
    public var isEncrypted: Bool
    /// `tls-server-end-point` (RFC 5929): the hash of the server's certificate; `nil` when it has none.
    public var channelBinding: [UInt8]?
    /// Refuse every login but SCRAM-SHA-256-PLUS.
    public var requiresChannelBinding = false
    /// Send the password itself over a connection without TLS when the server asks for it.
    public var allowsPlaintextPassword = false
    /// Settings for the session: the client's allowed ones, then the gateway's, which win.
    public var parameters: [UpstreamSession.Parameter]
    /// At least 18 unpredictable bytes, for SCRAM.
    public var nonce: [UInt8]

    /// SCRAM's `Hi` of the password, a salt and a count of iterations: someone may have kept it.
    public var saltedPassword: @Sendable ([UInt8], [UInt8], Int) -> [UInt8] = {
        PBKDF2SHA256.derive(password: $0, salt: $1, iterations: $2)
    }

    public init(
        user: String, database: String, password: [UInt8]?, isEncrypted: Bool,
        channelBinding: [UInt8]? = nil, parameters: [UpstreamSession.Parameter] = [], nonce: [UInt8]
    ) {
        self.user = user
        self.database = database
        self.password = password
        self.isEncrypted = isEncrypted
        self.channelBinding = channelBinding
        self.parameters = parameters
        self.nonce = nonce
    }
}
