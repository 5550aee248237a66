/// One thing that a command does: a verb on an object, with attributes.
///
/// `docs/effects.md` is the table of which statement has which effects.
public struct Effect: Hashable, Sendable {
    public var verb: Verb
    public var object: ObjectReference
    /// Sorted by name wherever they are shown or encoded.
    public var attributes: [String: AttributeValue]
    /// True for objects that hold other people's data (`pg_authid`, `pg_stats`, ...): for allow and
    /// review a `*` does not cover them, a pattern must spell every component of the relation.
    public var mustBeNamed: Bool
    /// A program's words behind its name, byte for byte, for rules to match one by one; `nil` for what has none. They stand
    /// in the action's values, so neither tables nor consents show them here again.
    public var arguments: [[UInt8]]?
    /// What the rest of its action needs is enough for it: no rule has to allow it, and every rule that matches counts.
    /// A script's interpreter is one.
    public var needsNoPermit: Bool

    public init(
        _ verb: Verb, _ object: ObjectReference, attributes: [String: AttributeValue] = [:],
        mustBeNamed: Bool = false, arguments: [[UInt8]]? = nil, needsNoPermit: Bool = false
    ) {
        self.verb = verb
        self.object = object
        self.attributes = attributes
        self.mustBeNamed = mustBeNamed
        self.arguments = arguments
        self.needsNoPermit = needsNoPermit
    }
}

/// What an effect does. The raw value is the word in policies, tables and records.
public enum Verb: String, Hashable, Sendable, CaseIterable, Codable {
    case read, write, schema, privilege, execute, session, transaction
    case copyIn = "copy-in"
    case copyOut = "copy-out"
    case serverIO = "server-io"
    case replication, maintenance
    /// A program is about to run.
    case shellExec = "shell.exec"
    /// A session on a shell target begins.
    case shellLogin = "shell.login"
    /// Files below a directory may be changed.
    case shellFileWrite = "shell.file-write"
    /// Files go in or out besides a terminal's bytes.
    case shellTransfer = "shell.transfer"
    /// Text that does not parse, or a construct that has no mapping.
    case unknown
}

/// Which object an effect touches, and how surely that is known.
///
/// Deny, hold and `except` match whatever the object *may* be; allow and review cover only what
/// it *must* be.
public enum ObjectReference: Hashable, Sendable {
    case exactly(ObjectName)
    /// One of these, not known which: each has to be allowed, and any may be denied or held.
    case oneOf([ObjectName])
    /// All of these are names of it: any of them may be allowed, and any may be denied or held. Never empty.
    case known(as: [ObjectName])
    /// Could be any object.
    case anything

    /// An effect without an object, shown and matched as `-`.
    public static let none = ObjectReference.exactly(.none)
}

/// A value that a rule can compare: `bounded: true`, `rows_estimated: 12`.
public enum AttributeValue: Hashable, Sendable {
    case flag(Bool)
    case number(Int64)
    case text(String)
}

extension AttributeValue: CustomStringConvertible {
    public var description: String {
        switch self {
        case .flag(let value): value ? "true" : "false"
        case .number(let value): String(value)
        case .text(let value): value
        }
    }
}
