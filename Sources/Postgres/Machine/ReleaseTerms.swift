/// What the caller's inspection tells the machine with a release.
public struct ReleaseTerms: Sendable {
    /// Kept with the prepared statement that a Parse makes (`PreparedText.meaning`).
    public var meaning: (any AnyObject & Sendable)?
    let consequences: Consequences?

    /// - Parameters:
    ///   - changes: For each statement of the text, what its success changes. Given with Query and Bind; for an
    ///     Execute only when it is a new action.
    ///   - copiesIn: A statement of the text is COPY FROM STDIN. A CopyInResponse that no release announced ends
    ///     the session.
    ///   - mayChangeSettings: The action may change `client_encoding` or `standard_conforming_strings` by a road
    ///     that the text does not show (it runs code that is not built in).
    public init(
        meaning: (any AnyObject & Sendable)? = nil, changes: [[SessionChange]] = [],
        copiesIn: Bool = false, mayChangeSettings: Bool = true
    ) {
        self.meaning = meaning
        consequences = Consequences(
            changes: changes, copiesIn: copiesIn, mayChangeSettings: mayChangeSettings)
    }
}
