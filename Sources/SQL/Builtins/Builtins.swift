/// The closed list of PostgreSQL 15's own functions, operators and types, reviewed by hand. What is
/// not listed is not harmless. `docs/builtins.md` says which category holds what, and why.
///
/// The list knows nothing of a particular server: whether a user's function or operator beats the
/// built-in one is asked of the `Catalogue`.
public enum Builtins {
    /// Every signature with this name (exact spelling, as the server folds it), in oid order.
    /// `schema` narrows to `pg_catalog` or `information_schema`; `nil` is `pg_catalog`.
    public static func functions(named name: String, schema: String? = nil) -> [BuiltinFunction] {
        FunctionTable.shared.functions(named: name, schema: schema ?? "pg_catalog")
    }

    /// The function with this `pg_proc.oid` (protocol message FunctionCall).
    public static func function(oid: UInt32) -> BuiltinFunction? {
        FunctionTable.shared.function(oid: oid)
    }

    /// What a call may do. `argumentTypes` holds a type oid for each argument, `nil` where the
    /// caller does not know it, `unknownType` for a bare literal, NULL or a parameter without
    /// declared type; it may be shorter than the call. Types count as the server counts them: a
    /// call that fits one signature exactly is that one, otherwise all are meant that it could be
    /// coerced to. An aggregate's ordered arguments (`WITHIN GROUP`) follow its direct ones.
    public static func judge(
        name: String, schema: String? = nil, argumentCount: Int, argumentTypes: [UInt32?] = []
    ) -> FunctionJudgement {
        FunctionTable.shared.judge(
            Call(name: name, count: argumentCount, types: argumentTypes),
            schema: schema ?? "pg_catalog")
    }

    /// What using an operator may do: nothing, over harmless types. A prefix operator has
    /// `isPrefix` and no `left`. Types as for `judge`. `isBuiltin` is false for a name or a pair
    /// of types that no built-in operator fits.
    public static func judgeOperator(
        named name: String, left: UInt32? = nil, right: UInt32? = nil, isPrefix: Bool = false
    ) -> FunctionJudgement {
        OperatorTable.shared.judge(named: name, left: left, right: right, isPrefix: isPrefix)
    }

    /// Every signature of the operator, empty when no built-in one has this name.
    public static func operators(named name: String) -> [BuiltinOperator] {
        OperatorTable.shared.operators(named: name)
    }

    /// A type of `pg_catalog` by the name that the grammar emits (`int4`, `bpchar`, `_text` for an
    /// array) or that people write without the grammar's help (`regclass`, `jsonb`, `pg_lsn`).
    public static func type(named name: String) -> BuiltinType? {
        TypeTable.shared.type(named: name)
    }

    public static func type(oid: UInt32) -> BuiltinType? { TypeTable.shared.type(oid: oid) }

    /// True when values of this type can be read, written, cast and compared without running
    /// anyone's code: listed base types and their arrays, and the row types of system relations.
    /// False for what is not built in (see `Catalogue.isHarmless(_:)`) and for pseudo-types.
    public static func isHarmlessType(_ name: String) -> Bool {
        TypeTable.shared.type(named: name)?.isHarmless
            ?? (SystemRelations.relation(schema: "pg_catalog", name: name) != nil)
    }

    public static func isHarmlessType(oid: UInt32) -> Bool {
        TypeTable.shared.type(oid: oid)?.isHarmless ?? false
    }

    /// The methods of TABLESAMPLE that run nobody's code.
    public static func isHarmlessSampleMethod(_ name: String) -> Bool {
        name == "bernoulli" || name == "system"
    }

    /// The server's type `unknown`: a bare literal before it has become anything.
    public static let unknownType = TypeFit.unknown
}
