/// Asks a server for TLS. Send `request`, then give the server's bytes to `answer`.
public enum UpstreamEncryption: Equatable, Sendable {
    case needMore
    /// Use up the one byte and start TLS.
    case startTLS
    /// The server has no TLS. Where the target requires it this is the end; never plaintext in silence.
    case unavailable
    case fail(MachineFailure)

    public static let request = ClientMessages.sslRequest

    /// Only one byte may have come: plaintext behind it could be somebody else's.
    public static func answer(_ bytes: UnsafeRawBufferPointer) -> UpstreamEncryption {
        guard let first = bytes.first else { return .needMore }
        switch first {
        case UInt8(ascii: "S") where bytes.count == 1: return .startTLS
        case UInt8(ascii: "S"):
            return .fail(MachineFailure(.upstream, "the target sent unencrypted data before TLS"))
        case UInt8(ascii: "N"): return .unavailable
        default:
            return .fail(
                MachineFailure(.upstream, "the target does not answer the request for TLS"))
        }
    }
}
