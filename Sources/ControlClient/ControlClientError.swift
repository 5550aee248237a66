/// Why a call to the gateway came to nothing.
public enum ControlClientError: Error, CustomStringConvertible {
    /// No connection, or TLS failed.
    case unreachable(String)
    /// The gateway answered with a status that is not 2xx, and why.
    case refused(status: Int, reason: String, hint: String?, code: String?)
    /// The answer is not what the protocol says.
    case nonsense(String)

    public var description: String {
        switch self {
        case .unreachable(let reason): "the gateway cannot be reached: \(reason)"
        case .refused(_, let reason, let hint, _): hint.map { "\(reason)\n\($0)" } ?? reason
        case .nonsense(let reason): "the gateway sent \(reason)"
        }
    }
}
