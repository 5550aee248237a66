import Glibc

/// What a runner is told at its start.
public struct RunnerOptions: Sendable {
    /// The unix socket that a gateway on this machine connects to.
    public var socket: String
    /// The accounts that sessions may become. No other, whatever a gateway asks for.
    public var accounts: Set<String>
    /// Who may connect besides root: the gateway's own account.
    public var gatewayUser: uid_t

    public init(socket: String, accounts: Set<String>, gatewayUser: uid_t) {
        self.socket = socket
        self.accounts = accounts
        self.gatewayUser = gatewayUser
    }
}
