import Vocabulary

/// What a JSON body may be, or a parameter in JSON: every member that there is, and nothing else. The engine itself takes
/// members by any spelling that is alike, and the last of two.
public indirect enum BodySchema: Hashable, Sendable {
    case flag
    case integer
    /// Any text.
    case text
    /// A text that is judged by its parts: printable ASCII, in which what looks alike is the same.
    case ascii
    /// This, or `null`, which says something of its own.
    case optional(BodySchema)
    case list(BodySchema)
    /// One text, or several; one is the same as a list of it.
    case words(BodySchema)
    /// Names in printable ASCII, each with a value of this kind.
    case map(BodySchema)
    /// Any names, each with any text.
    case labels
    /// Members by their names; `*` is every other.
    case object([String: BodySchema])
    /// What only later or older engines read: nothing, however it is written, and not sent.
    case empty
    /// A text that the engine does not read (any more), though clients send it: not sent.
    case unread

    static let texts = BodySchema.list(.text)
    static let asciiTexts = BodySchema.list(.ascii)
    static let asciiMap = BodySchema.map(.ascii)

    /// The body as it is judged and sent: without members that are null, which say nothing. Throws for anything that is not
    /// in the schema, with its place.
    ///
    /// - Parameter place: `HostConfig.Binds[0]`; empty for the body itself.
    func read(_ value: JSONValue, at place: String = "") throws(DockerRefusal) -> JSONValue {
        switch (self, value) {
        case (.flag, .bool), (.integer, .integer): return value
        case (.text, .text(let text)):
            guard !text.utf8.contains(0) else { throw Self.wrong(place, "it has a zero byte") }
            return value
        case (.ascii, .text(let text)):
            guard text.isPrintableASCII else { throw Self.wrong(place, Self.notASCII) }
            return value
        case (.optional, .null): return value
        case (.optional(let kind), _): return try kind.read(value, at: place)
        case (.words(let kind), .text): return .array([try kind.read(value, at: place)])
        case (.words(let kind), .array):
            return try BodySchema.list(kind).read(value, at: place)
        case (.list(let kind), .array(let elements)):
            guard elements.count <= kind.countMax else { throw Self.wrong(place, Self.tooMany) }
            var read: [JSONValue] = []
            for (index, element) in elements.enumerated() {
                read.append(try kind.read(element, at: "\(place)[\(index)]"))
            }
            return .array(read)
        case (.labels, .object(let members)):
            guard members.count <= DockerLimits.labelsMax else {
                throw Self.wrong(place, Self.tooMany)
            }
            for (name, member) in members {
                guard !name.utf8.contains(0) else { throw Self.wrong(place, "it has a zero byte") }
                guard name.utf8.count <= DockerLimits.objectNameBytesMax else {
                    throw Self.wrong(Self.join(place, shown(name)), "its name is too long")
                }
                _ = try BodySchema.text.read(member, at: Self.join(place, shown(name)))
            }
            return value
        case (.map(let kind), .object(let members)):
            guard members.count <= DockerLimits.elementsMax else {
                throw Self.wrong(place, Self.tooMany)
            }
            var read: [String: JSONValue] = [:]
            for (name, member) in members {
                guard name.isPrintableASCII else {
                    throw Self.wrong(Self.join(place, shown(name)), Self.notASCII)
                }
                // A port without a place for it.
                if case .list = kind, member == .null { continue }
                read[name] = try kind.read(member, at: Self.join(place, shown(name)))
            }
            return .object(read)
        case (.object(let known), .object(let members)):
            var read: [String: JSONValue] = [:]
            for (name, member) in members {
                // Texts are equal here that only look alike: K, and the kelvin sign.
                guard let kind = known[name] ?? known["*"], name.utf8.allSatisfy({ $0 < 0x80 })
                else {
                    throw Self.wrong(Self.join(place, shown(name)), "no such member is known")
                }
                let inner = Self.join(place, name)
                switch kind {
                case .empty where member.isEmpty, .unread where member.text != nil: continue
                case .empty:
                    throw Self.wrong(
                        inner, "it is of another version than those that are known")
                default: if member != .null { read[name] = try kind.read(member, at: inner) }
                }
            }
            return .object(read)
        default: throw Self.wrong(place, "it is not \(self.name)")
        }
    }

    private var name: String {
        switch self {
        case .flag: "true or false"
        case .integer: "a whole number"
        case .text, .ascii: "a text"
        case .optional(let kind): kind.name
        case .list: "a list"
        case .words: "a text or a list of texts"
        case .map, .labels, .object: "an object"
        case .empty: "empty"
        case .unread: "a text"
        }
    }

    private static let notASCII =
        "it has a character other than printable ASCII, which the gateway does not take here"
    private static let tooMany = "it has more elements than the gateway takes"

    /// Of a list of it. The words of a command are looked at once, all else for each object that a call depends on.
    private var countMax: Int { self == .text ? .max : DockerLimits.elementsMax }

    private static func join(_ place: String, _ name: String) -> String {
        place.isEmpty ? name : "\(place).\(name)"
    }

    private static func wrong(_ place: String, _ why: String) -> DockerRefusal {
        DockerRefusal(400, "\(place.isEmpty ? "the body" : "`\(place)`"): \(why)")
    }
}

extension JSONValue {
    /// Says nothing: null, no, zero, and what is made of such.
    var isEmpty: Bool {
        switch self {
        case .null, .bool(false), .integer(0): true
        case .bool, .integer: false
        case .text(let text): text.isEmpty
        case .array(let elements): elements.allSatisfy(\.isEmpty)
        case .object(let members): members.values.allSatisfy(\.isEmpty)
        }
    }

    var flag: Bool { self == .bool(true) }

    /// The texts of a list; none for anything else.
    var texts: [String] { array?.compactMap(\.text) ?? [] }

    var members: [String: JSONValue] {
        if case .object(let members) = self { members } else { [:] }
    }

    /// Puts a value in a member's place, or takes the member out.
    mutating func set(_ key: String, _ value: JSONValue?) {
        var members = members
        members[key] = value
        self = .object(members)
    }
}
