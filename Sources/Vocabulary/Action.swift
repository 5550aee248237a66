/// One command as inspected: its effects, its exact bytes and bound values, and a digest of what leaves.
public struct Action: Hashable, Sendable {
    /// What the client asked for.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// One simple-protocol batch.
        case query
        /// The text of a prepared statement, which may run user code while it is parsed.
        case parse
        /// A prepared statement with its bound values, and its first Execute.
        case execute
        /// A fast-path function call.
        case functionCall = "function-call"
        /// A program that is about to run: its words are the values.
        case exec
        /// A session on a shell target that is about to begin.
        case login
        /// A request to a container engine: its JSON body is the value.
        case call
    }

    public var kind: Kind
    /// The statement's text, byte for byte as the client sent it.
    public var statement: [UInt8]
    public var values: [BoundValue]
    public var effects: [Effect]
    /// The server was, or may have been, inside a transaction.
    public var inTransaction: Bool
    /// What the text leaves open, for the approver's eyes: functions that run, sub-selects, temporary objects.
    public var leavesOpen: [String]
    /// SHA-256 over the bytes that leave for the target.
    public var digest: Digest

    public init(
        kind: Kind, statement: [UInt8], values: [BoundValue], effects: [Effect],
        inTransaction: Bool, leavesOpen: [String] = [], digest: Digest
    ) {
        self.kind = kind
        self.statement = statement
        self.values = values
        self.effects = effects
        self.inTransaction = inTransaction
        self.leavesOpen = leavesOpen
        self.digest = digest
    }
}

/// One parameter's value as the client bound it.
public struct BoundValue: Hashable, Sendable {
    public enum Format: String, Hashable, Sendable, Codable {
        case text, binary
    }

    /// `nil` is SQL's NULL.
    public var bytes: [UInt8]?
    public var format: Format
    /// The type's OID as the statement declared it; 0 when it was left to the server.
    public var type: UInt32

    public init(bytes: [UInt8]?, format: Format, type: UInt32) {
        self.bytes = bytes
        self.format = format
        self.type = type
    }
}
