/// The limits of module SQL, each with its unit and where it comes from.
public struct SQLLimits: Hashable, Sendable {
    /// Bytes of one text. The stack that parsing needs grows with it (`ParsedText.stackBytesNeeded`).
    public var textBytesMax = 1 << 20
    /// Statements of one text: each makes a list of effects that people have to read.
    public var statementsMax = 1_000
    /// Levels of nested nodes: `1+1+1` has two. PostgreSQL's own `max_stack_depth` of 2 MB ends at a few thousand.
    public var nestingMax = 500
    /// Elements of `IN (...)` that still count as bounded.
    public var boundedElementsMax = 100
    /// Views within views, statements within `EXECUTE`, texts within `query_to_xml`.
    public var expansionDepthMax = 16
    /// Bytes of a text within a text (a view, a query that a function is given): parsed where the inspection runs.
    public var nestedTextBytesMax = 32 << 10
    /// Effects of one action; more become one `unknown` effect.
    public var effectsMax = 2_000
    /// Steps of looking up names in one text (FROM items and columns that are compared): some 10 ms.
    public var lookupsMax = 5_000_000
    /// Texts (views, prepared statements) that one inspection opens.
    public var textsMax = 1_000
    /// Types with code of their own that one effect names; more are any object.
    static let namedTypesMax = 64
    /// What PostgreSQL keeps of a name (`NAMEDATALEN` - 1), bytes.
    static let nameBytesMax = 63
    /// Different things that the names of a prepared statement have meant since it was prepared.
    static let meaningsMax = 8

    public init() {}
}
