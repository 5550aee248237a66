/// What came of trying to release an approved hold.
public enum ReleaseOutcome: ~Copyable {
    /// The bytes may leave, once. The consents that it took are those that the ledger's entry names.
    case released(Release, consents: [ConsentView])
    /// The policy now asks for more, or a consent no longer counts: new signatures are needed on new terms.
    case pendingAgain(Hold, why: String)
    /// It will not run.
    case refused(why: String)
}
