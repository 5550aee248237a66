/// One statement of a parsed text.
public struct ParsedStatement: Sendable {
    /// PostgreSQL's name of the node: `SelectStmt`, `DeleteStmt`, `TransactionStmt`, ...
    public let kind: String
    /// The bytes of the text that hold it, without the semicolon.
    public let span: Range<Int>
    /// How the server's CommandComplete begins for it (`SELECT`, `CREATE TABLE`); `nil` where it depends.
    public let commandTag: String?
    /// `nil` for an unknown kind of statement.
    let node: Node?
}
