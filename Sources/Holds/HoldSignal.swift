import Vocabulary

/// What the waiting session is told of its hold. After `ended` nothing follows.
public enum HoldSignal: Hashable, Sendable {
    /// Decide the action again and call `HoldDesk.release`.
    case approved
    /// It will not run: denied, expired or abandoned, by whom if by a person, and why.
    case ended(HoldState, by: PrincipalName?, why: String)
}
