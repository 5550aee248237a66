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
    /// A hold as it is shown, bytes of its JSON when it is opened. A value costs some 150 bytes besides its own, so that
    /// of small values about 27,000 can be held: more than anyone looks at.
    public static let viewBytesMax = 4 << 20
    /// How much of a hold's text stands in lists and events, bytes.
    public static let beginningBytesMax = 240
    /// Digits of a number that is shown in decimal however few its bytes are; a longer one is shown in hexadecimal.
    static let numberDigitsMax = 256
    /// People whom one decision may ask for; more is a mistake in a policy, and is never satisfied.
    public static let slotsMax = 64
    /// Decisions on one hold in one round: everyone of large groups may say no once.
    public static let consentsMax = 256
    /// How often a hold may go back to pending before it is refused.
    public static let roundsMax = 16
    /// The longest a hold may wait, milliseconds: a week.
    public static let holdMillisecondsMax: Int64 = 7 * 86_400_000
    /// Holds in one page of a list.
    public static let listRowsMax = 500
    /// How long an ended hold stays in the store, milliseconds: 30 days. The ledger keeps it.
    public static let endedMillisecondsMax: Int64 = 30 * 86_400_000
    /// Ended holds of one requester in the store, bytes: beyond that the oldest go earlier, so that nobody fills it.
    public static let endedBytesMax = 64 << 20
    /// The store is tidied when so many bytes of holds have ended, or so many milliseconds have gone by.
    static let tidyingBytes = 16 << 20
    static let tidyingMilliseconds: Int64 = 3_600_000
    /// Holds that are removed in one transaction: others wait for it.
    static let removedAtOnceMax = 500
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
    /// Tries to find or open a retry hold while others open and end the same one.
    static let retryAttemptsMax = 8
    /// A field's random salt, bytes.
    static let saltBytes = 32
    /// A hold's nonce, bytes.
    static let nonceBytes = 32
}
