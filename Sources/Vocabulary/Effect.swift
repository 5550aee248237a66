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
    case containerCreate = "container.create"
    /// Also again, and out of a pause.
    case containerStart = "container.start"
    /// A pause too.
    case containerStop = "container.stop"
    case containerKill = "container.kill"
    case containerRemove = "container.remove"
    /// Limits, restart policy, name.
    case containerUpdate = "container.update"
    /// A command in a container is made; its words are the effect's arguments.
    case containerExec = "container.exec"
    /// A command that was judged when it was made starts.
    case containerExecStart = "container.exec-start"
    case containerAttach = "container.attach"
    case containerLogs = "container.logs"
    case containerInspect = "container.inspect"
    case containerArchiveRead = "container.archive-read"
    case containerArchiveWrite = "container.archive-write"
    case containerCommit = "container.commit"
    /// What takes a container's walls down, each by its name: `capability.sys_admin`.
    case containerPrivilege = "container.privilege"
    /// A device of the host.
    case containerDevice = "container.device"
    /// A path of the host.
    case containerMount = "container.mount"
    /// A named volume is used.
    case containerVolume = "container.volume"
    case imageInspect = "image.inspect"
    case imageSearch = "image.search"
    case imagePull = "image.pull"
    case imagePush = "image.push"
    case imageLoad = "image.load"
    case imageSave = "image.save"
    case imageTag = "image.tag"
    case imageRemove = "image.remove"
    case networkInspect = "network.inspect"
    case networkCreate = "network.create"
    /// A container joins or leaves.
    case networkConnect = "network.connect"
    /// A port of the host leads into a container.
    case networkPublish = "network.publish"
    case networkRemove = "network.remove"
    case volumeInspect = "volume.inspect"
    case volumeCreate = "volume.create"
    case volumeRemove = "volume.remove"
    case build
    /// A build that nobody can look into.
    case buildOpaque = "build.opaque"
    /// The engine fetches what a build names.
    case buildFetch = "build.fetch"
    case systemInspect = "system.inspect"
    case systemEvents = "system.events"
    /// Credentials are shown to a registry.
    case systemLogin = "system.login"
    case pluginInspect = "plugin.inspect"
    case swarmInspect = "swarm.inspect"
    case secretInspect = "secret.inspect"
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
