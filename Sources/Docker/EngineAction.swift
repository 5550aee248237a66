import HTTP
import Vocabulary

/// A call as it was judged: what it does, and the very bytes that go out for it.
public struct EngineAction: Sendable {
    /// What a call makes whose answer has an `Id`.
    public enum Creates: Hashable, Sendable {
        case nothing
        case container
        case exec(JudgedExec)
    }

    /// How the bytes of an answer that goes on are cut.
    public enum StreamKind: Hashable, Sendable {
        /// Output and errors, each piece behind eight bytes (`StreamFrames`).
        case frames
        /// A terminal's own bytes.
        case terminal
        /// Not looked into: archives, lines of JSON.
        case opaque
    }

    /// The size of a terminal.
    public struct Resize: Hashable, Sendable {
        /// The container's, or the command's.
        public let id: String
        public let columns: UInt16
        public let rows: UInt16
    }

    public var effects: [Effect]
    /// As people read it, line by line: what it does, what is dangerous in it, what it may touch of the host, the rest.
    /// Without what looks like a secret.
    public var shown: String
    /// With ids in place of names, and only the fields that the engine reads.
    public let head: RequestHead
    /// The JSON that goes out; empty for none, and for what is sent as it comes.
    public let body: [UInt8]
    /// The same without what looks like a secret.
    public let maskedBody: [UInt8]
    /// Those who are asked do not see the exact body: it has secrets, and nothing in it may run them.
    public let withholdsBody: Bool
    public let reply: Endpoint.Reply
    public let creates: Creates
    public let stream: StreamKind
    /// The id of the container or the command whose stream it is.
    public let streamOf: String?
    public let resizes: Resize?
}
