import Vocabulary

/// Which object a built-in function touches. Argument indexes count from 0, in the order of the
/// signature: a call in named notation has to be put into that order first
/// (`BuiltinFunction.argumentNames`).
public enum FunctionObject: Hashable, Sendable {
    /// No object, `-`.
    case none
    /// The function itself: `pg_catalog.<name>`.
    case function
    /// One fixed object, such as `pg_catalog.pg_largeobject`.
    case named(ObjectName)
    /// The relation that the argument names: a `regclass`, an oid, or a text that spells its name.
    case relation(argument: Int)
    /// All relations of the schema that the argument names.
    case relationsOfSchema(argument: Int)
    /// An object of one component, spelled by the argument's text (a channel).
    case text(argument: Int)
    /// Could be any object.
    case anything
}
