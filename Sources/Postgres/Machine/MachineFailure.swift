/// Why a session cannot go on.
public struct MachineFailure: Error, Hashable, Sendable {
    public enum Blame: String, Hashable, Sendable {
        case client, upstream, gateway
    }

    public let blame: Blame
    /// What the client is told: FATAL.
    public let error: ErrorFields

    init(_ blame: Blame, code: String = "08P01", _ message: String, hint: String? = nil) {
        self.blame = blame
        error = ErrorFields(.fatal, code: code, message, hint: hint)
    }
}

extension MachineFailure: CustomStringConvertible {
    public var description: String { "\(blame.rawValue): \(error.message)" }
}
