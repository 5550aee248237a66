/// Every limit of this module: its name, its unit, and why it is what it is.
public enum Limits {
    /// Pending holds of one requester: a flood of questions is how approvers are worn down.
    public static let pendingPerPrincipalMax = 16
    /// Pending holds on one target, from all requesters.
    public static let pendingPerTargetMax = 64
    /// A reason that a person writes, bytes.
    public static let reasonBytesMax = 1_024
    /// A consent's document, bytes: a digest, a checkpoint, a reason whose escapes may take sixfold.
    public static let documentBytesMax = 16_384
    /// A held statement, bytes.
    public static let statementBytesMax = 1 << 20
    /// All bound values of a held action together, bytes.
    public static let valuesBytesMax = 1 << 20
    /// Values of one action: PostgreSQL's Bind counts them in 16 bits.
    public static let valuesMax = 65_535
    /// People whom one decision may ask for; more is a mistake in a policy, and is never satisfied.
    public static let slotsMax = 64
    /// Decisions on one hold in one round: everyone of large groups may say no once.
    public static let consentsMax = 256
    /// How often a hold may go back to pending before it is refused.
    public static let roundsMax = 16
    /// The longest a hold may wait, milliseconds: a week.
    public static let holdMillisecondsMax: Int64 = 7 * 86_400_000
    /// Rows in one list.
    public static let listRowsMax = 1_000
    /// Events that wait for one watcher: one who falls behind further must ask anew.
    public static let watcherEventsMax = 256
    /// People's inboxes that are watched at once.
    public static let watchersMax = 256
    /// Inboxes of agents that are watched at once: counted apart, so that no agent blocks a person's.
    public static let agentWatchersMax = 64
    /// Inboxes that one principal watches at once: a few terminals.
    public static let watchersPerPrincipalMax = 8
    /// Refused decisions of the same person on the same hold for the same reason are entered once in this time.
    static let refusalsMilliseconds: Int64 = 3_600_000
    /// After so long an end that store or ledger did not take is tried again.
    static let retryMilliseconds: Int64 = 1_000
    /// A field's random salt, bytes.
    static let saltBytes = 32
    /// A hold's nonce, bytes.
    static let nonceBytes = 32
}
