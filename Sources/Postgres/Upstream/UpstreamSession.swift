/// What a server said between its login and its first ReadyForQuery.
public struct UpstreamSession: Sendable, Equatable {
    /// One ParameterStatus.
    public struct Parameter: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public var parameters: [Parameter]
    /// The server's key: for the gateway's own CancelRequest, never for the client. `nil` when the server gave none.
    public var key: BackendKey?
    public var status: TransactionStatus

    public init(parameters: [Parameter], key: BackendKey?, status: TransactionStatus = .idle) {
        self.parameters = parameters
        self.key = key
        self.status = status
    }

    /// The last value reported under this name.
    public func parameter(_ name: String) -> String? {
        parameters.last { $0.name == name }?.value
    }
}
