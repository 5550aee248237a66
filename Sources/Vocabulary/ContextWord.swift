/// What a caller may say of an action for those who are asked: a claim of theirs, believed by nobody and matched by no rule.
public enum ContextWord: String, CaseIterable, Sendable {
    case reason, ticket, rollback

    /// The header of a request that says it.
    public var header: String { "X-Sallyport-\(rawValue)" }

    /// The label that says it, of what a request makes.
    public var label: String { "sallyport.\(rawValue)" }
}
