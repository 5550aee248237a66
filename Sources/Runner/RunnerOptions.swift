import Glibc

/// What a runner is told at its start.
public struct RunnerOptions: Sendable {
    /// The unix socket that a gateway on this machine connects to; `nil`: none does.
    public var socket: String?
    /// Where the enrolment with a gateway of another machine is kept; `nil`: there is none.
    public var enrolment: String?
    /// How long before its certificate ends the runner asks for the next one, milliseconds.
    public var renewMilliseconds = RunnerLimits.renewMilliseconds
    /// The accounts that sessions may become. No other, whatever a gateway asks for.
    public var accounts: Set<String>
    /// Who may connect besides root: the gateway's own account.
    public var gatewayUser: uid_t

    public init(socket: String?, enrolment: String?, accounts: Set<String>, gatewayUser: uid_t) {
        self.socket = socket
        self.enrolment = enrolment
        self.accounts = accounts
        self.gatewayUser = gatewayUser
    }
}
