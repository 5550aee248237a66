import Vocabulary

/// When a text is inspected.
public enum InspectionStage: Hashable, Sendable {
    /// A Parse: no values yet, names may still change.
    case parse
    /// A Bind: with values.
    case bind
    /// A simple query.
    case query
}

/// What a text does in a session, at worst.
public struct Inspection: Sendable {
    /// Without duplicates; in the order of the text, a statement's own verbs before what it reads.
    public var effects: [Effect] = []
    /// Those that can happen while the server only analyses the text (POSTGRES.md "Parse is an action of its
    /// own"): literals that are cast to, compared with or written into types that bring code.
    public var parseStageEffects: [Effect] = []
    /// What the text leaves open: functions with the hash of their definition, sub-selects, temporary objects.
    public var leavesOpen: [String] = []
    /// For each statement, what the session's tables become when it succeeds.
    public var changes: [[TableChange]] = []
    /// A bound value decided which objects are touched: inspect again for other values.
    public var dependsOnValues = false
    /// A constant of the text decided which objects are touched, or what is.
    public var readsConstants = false
    /// Prepared statements or cursors were looked up: inspect again whenever it runs.
    public var dependsOnTables = false
    /// A relation is in neither the snapshot nor what this session made: either it does not exist, or it was made since.
    public var namesUnknownRelation = false
    /// What the relations' names meant, in the order of the text.
    public var resolved: [ObjectReference] = []
    /// Prepared statements that SQL's EXECUTE runs: what their names then mean.
    public var executed: [Executed] = []
    /// A prepared statement or cursor that the session is not known to have: what the server says when it has none.
    public var missing: SQLRefusal?
    /// The gateway itself refuses this, whatever policies say (`client_encoding`, `standard_conforming_strings`).
    public var refusal: SQLRefusal?
    public var statementCount = 0

    public init() {}

    public struct Executed: Sendable {
        public let name: String
        public let resolved: [ObjectReference]
        public let names: SessionNames
    }
}

extension ParsedText {
    /// What this text does in that session. `values` are the bound ones, in order; none but at `bind`.
    ///
    /// For a text whose inspection neither `dependsOnValues` nor `dependsOnTables`, the result may be kept for
    /// as long as `view.key` stays equal.
    public func inspect(
        in view: SessionView, values: [BoundValue] = [], types: [UInt32] = [],
        stage: InspectionStage
    ) -> Inspection {
        let inspector = Inspector(view: view, values: values, types: types, stage: stage)
        inspector.inspect(self)
        return inspector.result
    }
}
