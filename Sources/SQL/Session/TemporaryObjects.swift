/// What a session made in its temporary schema, by name. Temporary objects come before all others.
public struct TemporaryObjects: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// A table or sequence that holds nothing but what the session put there.
        case table
        /// The same, made `ON COMMIT DROP`.
        case tableUntilCommit
        /// A view: reading it reads what its definition reads. The text of its SELECT.
        case view(definition: [UInt8])
        /// A type, a function, or a table with rules or triggers: not surely the session's own data.
        case other
    }

    /// Tables, views, sequences and types share one namespace (a table has a row type).
    public var objects: [String: Kind] = [:]
    /// Names that may or may not be temporary now: made or dropped in a transaction that was rolled back.
    public private(set) var unsureNames: Set<String> = []
    private var dropped: Set<String> = []

    public init() {}

    /// Surely none at all.
    var isEmpty: Bool { objects.isEmpty && unsureNames.isEmpty }

    /// What surely has this name.
    public subscript(name: String) -> Kind? { unsureNames.contains(name) ? nil : objects[name] }

    /// Not surely there, and when it is, it is more than a table: what it reads is not known.
    func mayBeView(_ name: String) -> Bool {
        guard unsureNames.contains(name), let kind = objects[name] else { return false }
        return kind != .table && kind != .tableUntilCommit
    }

    /// An object of this kind and name may be there, and may not.
    public mutating func possible(_ name: String, _ kind: Kind) {
        objects[name] = kind
        unsureNames.insert(name)
    }

    mutating func make(_ name: String, _ kind: Kind) {
        objects[name] = kind
        unsureNames.remove(name)
    }

    mutating func drop(_ name: String) {
        objects[name] = nil
        unsureNames.remove(name)
        dropped.insert(name)
    }

    mutating func doubt() { unsureNames.formUnion(objects.keys) }

    mutating func endTransaction(isRollback: Bool) {
        if isRollback {
            unsureNames.formUnion(objects.keys)
            unsureNames.formUnion(dropped)
        } else {
            objects = objects.filter { $0.value != .tableUntilCommit }
            dropped = dropped.filter { unsureNames.contains($0) }
        }
    }
}
