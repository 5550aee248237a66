/// The heading under which a built-in function stands in the reviewed list (docs/builtins.md).
/// What a call *does* is in its deeds; the category is for people and for tables.
public enum FunctionCategory: String, Hashable, Sendable, CaseIterable {
    /// Computes, or reads catalogues and counters that hold no one's data.
    case harmless
    /// Harmless exactly when the types of certain arguments are.
    case polymorphic
    /// Reads relations that an argument names, or others' data in a fixed system relation.
    case reads
    /// Runs an argument as SQL text, or fetches from a cursor.
    case executesText = "executes-text"
    /// `set_config`.
    case sets
    /// `current_setting`.
    case readsSetting = "reads-setting"
    /// Files and processes of the server.
    case serverIO = "server-io"
    /// Locks, snapshots, sleeps and notifications of the session.
    case session
    /// Large objects.
    case largeObject = "large-object"
    /// Sequences.
    case sequence
    /// Slots, origins, logical messages.
    case replication
    /// Signals, counters, WAL, backup, index upkeep.
    case maintenance
    /// Everything else: not surely harmless.
    case execute
}
