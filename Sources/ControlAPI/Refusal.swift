/// The body of every answer that is not 2xx.
public struct Refusal: Codable, Sendable, Hashable {
    /// What rule broke, for people: lower case, no full stop.
    public var error: String
    /// What to do next.
    public var hint: String?

    public init(error: String, hint: String? = nil) {
        self.error = error
        self.hint = hint
    }
}
