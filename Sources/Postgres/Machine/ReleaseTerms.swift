/// What the caller's inspection tells the machine with a release.
public struct ReleaseTerms: Sendable {
    /// Kept with the prepared statement that a Parse makes (`PreparedText.meaning`).
    public var meaning: (any AnyObject & Sendable)?
    /// For each statement of the text, what its success changes. Given with Query and Bind; for an Execute only
    /// when it is a new action.
    public var changes: [[SessionChange]]
    /// A statement of the text is COPY FROM STDIN. A CopyInResponse that no release announced ends the session.
    public var copiesIn: Bool
    /// The action may change `client_encoding` or `standard_conforming_strings` by a road that the text does not
    /// show (it runs code that is not built in).
    public var mayChangeSettings: Bool

    public init(
        meaning: (any AnyObject & Sendable)? = nil, changes: [[SessionChange]] = [],
        copiesIn: Bool = false, mayChangeSettings: Bool = true
    ) {
        self.meaning = meaning
        self.changes = changes
        self.copiesIn = copiesIn
        self.mayChangeSettings = mayChangeSettings
    }
}
