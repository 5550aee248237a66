/// The body of every answer that is not 2xx.
public struct Refusal: Codable, Sendable, Hashable {
    /// What rule broke, for people: lower case, no full stop.
    public var error: String
    /// What to do next.
    public var hint: String?
    /// For programs, where a refusal has a word: `not-fresh`, `requester`, `not-in-group`, ...
    public var code: String?

    public init(error: String, hint: String? = nil, code: String? = nil) {
        self.error = error
        self.hint = hint
        self.code = code
    }
}
