import Vocabulary

extension PolicyScope {
    /// What the policies say of a message whose text does nothing but `effects`: a Parse, of which only what
    /// runs while the server analyses it counts, or an empty text. Without any effect it is allowed to everyone
    /// to whom some policy applies.
    public func decideAnalysis(_ effects: [Effect], inTransaction: Bool) -> Decision {
        guard effects.isEmpty else { return decide(effects, inTransaction: inTransaction) }
        return Decision(
            verdict: policies.isEmpty ? .deny : .allow, matches: [], uncovered: [],
            requirements: [], holdMilliseconds: 0, risk: nil, policyVersion: policyVersion)
    }
}
