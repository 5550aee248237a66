/// What a call may do: the union over every built-in signature that it may mean.
public struct FunctionJudgement: Hashable, Sendable {
    /// Without duplicates, in the order of the signatures. Empty: harmless.
    public var deeds: [FunctionDeed]
    /// False when no built-in signature fits the call: then `deeds` is `executes`, and the
    /// function (if there is one) is the catalogue's.
    public var isBuiltin: Bool
    /// The result's type when all signatures that fit agree on one that is not polymorphic.
    public var resultType: UInt32?

    public var isHarmless: Bool { deeds.isEmpty }

    /// Not a built-in.
    public static let unlisted = FunctionJudgement(
        deeds: [.executes], isBuiltin: false, resultType: nil)
}
