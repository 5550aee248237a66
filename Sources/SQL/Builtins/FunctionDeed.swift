import Vocabulary

/// One thing that a call of a built-in function does beside computing its result from its
/// arguments. Argument indexes count from 0.
public enum FunctionDeed: Hashable, Sendable {
    /// An effect that the signature alone tells.
    case effect(Verb, FunctionObject)
    /// The argument is SQL text that the server parses and runs.
    case runsText(argument: Int)
    /// Fetches from the cursor that the argument names: has the effects of its query.
    case fetches(cursorArgument: Int)
    /// Changes the setting that one argument names to the text of another.
    case sets(nameArgument: Int, valueArgument: Int)
    /// Reads the setting that the argument names.
    case readsSetting(argument: Int)
    /// Runs the input, output, cast or comparison functions of the argument's type (of its
    /// elements' and columns' types too): harmless exactly when that type is. Stands in a
    /// judgement only when the type was not given or is not built in; the caller who learns it
    /// asks `Catalogue.isHarmless(_:)`.
    case runsTypeOf(argument: Int)
    /// As `runsTypeOf` for this argument and each one behind it (`VARIADIC "any"`).
    case runsTypesFrom(argument: Int)

    /// Calls something that nobody judged, or that was judged and is not surely harmless.
    public static let executes = FunctionDeed.effect(.execute, .function)
}
