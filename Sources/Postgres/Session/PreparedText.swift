/// A statement's text under a name: what a prepared statement or a cursor of this session runs.
public final class PreparedText: Sendable {
    /// Byte for byte as the client sent it.
    public let text: [UInt8]
    /// The parameters' type OIDs: as the server described them, else as Parse declared them. 0, or missing at the end, was
    /// left to the server and not asked for.
    public let parameterTypes: [UInt32]
    /// What the caller made of the text (its parse). The machine keeps it and never looks inside.
    public let meaning: (any AnyObject & Sendable)?

    public init(
        text: [UInt8], parameterTypes: [UInt32] = [], meaning: (any AnyObject & Sendable)? = nil
    ) {
        self.text = text
        self.parameterTypes = parameterTypes
        self.meaning = meaning
    }
}
