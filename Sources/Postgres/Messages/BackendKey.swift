/// What a client needs to cancel a session's command: a process id and a secret (BackendKeyData).
///
/// The gateway gives each client a key of its own, both parts random, and keeps the server's to itself.
public struct BackendKey: Hashable, Sendable {
    public var processID: UInt32
    public var secret: UInt32

    public init(processID: UInt32, secret: UInt32) {
        self.processID = processID
        self.secret = secret
    }
}
