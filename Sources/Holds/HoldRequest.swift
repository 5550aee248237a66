import Identity
import Policy
import Vocabulary

/// An action that a policy wants held, with all that a consent to it will be bound to. For a retry hold the action's
/// digest stands for all that must be the same when it comes again, and for nothing else.
public struct HoldRequest: Sendable {
    public var requester: AuthenticatedPrincipal
    public var session: SessionID
    public var target: TargetName
    /// The true bytes: they go into the digest, and into the store only where nothing is masked.
    public var action: Action
    /// The statement with its secrets masked, where it has any: the field is then withheld from everyone, and
    /// only its commitment is kept.
    public var maskedStatement: String?
    /// Places of the values that are withheld likewise, from 0.
    public var withheldValues: Set<Int>
    /// A decision to hold.
    public var decision: Decision
    public var kind: HoldKind

    public init(
        requester: AuthenticatedPrincipal, session: SessionID, target: TargetName, action: Action,
        maskedStatement: String? = nil, withheldValues: Set<Int> = [], decision: Decision,
        kind: HoldKind = .session
    ) {
        self.requester = requester
        self.session = session
        self.target = target
        self.action = action
        self.maskedStatement = maskedStatement
        self.withheldValues = withheldValues
        self.decision = decision
        self.kind = kind
    }
}
