/// What may happen to a hold.
public enum HoldStep: String, Hashable, Sendable, CaseIterable {
    /// The consents satisfy what the decision asks for.
    case approve
    /// A person of the named groups said no, or the policy refused it at release.
    case deny
    /// Its time is over.
    case expire
    /// The client or the gateway went away, or it was withdrawn.
    case abandon
    /// It was decided again, and its bytes may leave.
    case release
    /// It was decided again, and needs more than it has.
    case reopen
    case succeed
    case fail
    /// Its end was not seen.
    case lose
}
