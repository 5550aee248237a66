import Vocabulary

/// One entry as it was kept.
public struct LedgerRecord: Hashable, Sendable {
    public let index: UInt64
    public let time: WallTime
    public let kind: String
    public let body: JSONValue
    public let action: Digest?
    /// The line itself without its newline: the leaf of the tree.
    public let line: [UInt8]

    /// Reads a line; `nil` when it is not an entry in canonical form.
    public init?(line: [UInt8]) {
        guard let value = try? JSONValue(parsing: line), value.canonical == line,
            case .object(let members) = value, let body = members["body"],
            let index = members["index"]?.integer, index >= 0,
            let time = members["time"]?.integer, let kind = members["kind"]?.text
        else { return nil }
        let hex = members["action"]?.text
        action = hex.flatMap(hexBytes).flatMap { Digest($0) }
        guard (action != nil) == (members["action"] != nil),
            members.count == (action == nil ? 4 : 5)
        else { return nil }
        self.index = UInt64(index)
        self.time = WallTime(milliseconds: time)
        self.kind = kind
        self.body = body
        self.line = line
    }
}
