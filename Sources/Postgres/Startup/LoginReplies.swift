import Wire

/// What the gateway answers a client while it logs in.
public enum LoginReplies {
    /// AuthenticationCleartextPassword; sent under TLS only.
    public static let cleartextPassword = authentication(3)

    /// After a good login: AuthenticationOk, the target's settings, our own key, ReadyForQuery.
    public static func welcome(_ session: UpstreamSession, key: BackendKey) -> [UInt8] {
        var writer = ByteWriter(reserving: 512)
        writer.copy(authentication(0))
        for parameter in session.parameters {
            writer.frame(ServerMessageType.parameterStatus) { body in
                body.terminated(parameter.name)
                body.terminated(parameter.value)
            }
        }
        writer.frame(ServerMessageType.backendKeyData) { body in
            body.uint32(key.processID)
            body.uint32(key.secret)
        }
        writer.frame(ServerMessageType.readyForQuery) { $0.uint8(session.status.rawValue) }
        return writer.bytes
    }

    /// FATAL 28P01: says nothing about which part was wrong.
    public static func denied(hint: String? = nil) -> [UInt8] {
        ErrorFields(.fatal, code: "28P01", "authentication failed", hint: hint).errorResponse
    }

    /// NegotiateProtocolVersion: 3.0 is the newest, and these options are not understood.
    static func negotiate(_ options: [String]) -> [UInt8] {
        frame(ServerMessageType.negotiateProtocolVersion) { body in
            body.uint32(3 << 16)
            body.uint32(UInt32(truncatingIfNeeded: options.count))
            options.forEach { body.terminated($0) }
        }
    }

    private static func authentication(_ code: UInt32) -> [UInt8] {
        frame(ServerMessageType.authentication) { $0.uint32(code) }
    }

    private static func frame(_ type: UInt8, _ body: (inout ByteWriter) -> Void) -> [UInt8] {
        var writer = ByteWriter()
        writer.frame(type, body)
        return writer.bytes
    }
}
