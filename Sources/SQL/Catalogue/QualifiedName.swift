/// A name with its schema, as a dictionary's key.
struct QualifiedName: Hashable, Sendable {
    let schema: String
    let name: String

    init(_ schema: String, _ name: String) {
        self.schema = schema
        self.name = name
    }
}
