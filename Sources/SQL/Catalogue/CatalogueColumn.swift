/// A column of a relation (`pg_attribute`).
public struct CatalogueColumn: Hashable, Sendable {
    public let name: String
    /// The type's oid; 0 where it is not known.
    public let type: UInt32
    /// `attnum`, from 1.
    public let number: Int

    public init(name: String, type: UInt32, number: Int) {
        self.name = name
        self.type = type
        self.number = number
    }
}
