import HTTP
import Vocabulary

/// What a client asks of an engine: one request, well-formed, of an endpoint that is known.
public struct EngineCall: Sendable {
    /// What has to be read behind the head before the call can be judged.
    public enum BodyNeeded: Hashable, Sendable {
        case none
        case json(bytesMax: Int)
        /// It goes out as it comes, once the call may.
        case archive
        /// Of a build: read and judged as a whole.
        case context
    }

    public let endpoint: Endpoint
    /// That the client speaks, or else the engine.
    public let version: EngineVersion
    /// The names in the path.
    let names: [String]
    let query: EngineQuery
    /// Credentials for a registry, as they came.
    let credentials: HeaderField?
    /// What a builder's session is announced with.
    let announced: [HeaderField]
    let framing: BodyFraming
    let upgrade: String?
    private(set) var body = JSONValue.object([:])
    private(set) var plan: BuildPlan?
    /// There was a body, and it was `null`.
    private(set) var saysNothing = false

    /// Reads a request's head.
    ///
    /// - Parameters:
    ///   - path: behind the target's prefix; it may begin with a version.
    ///   - engine: the version that the engine speaks.
    public init(
        _ head: RequestHead, path: ArraySlice<String>, engine: EngineVersion
    ) throws(DockerRefusal) {
        guard path.allSatisfy({ isName($0) }) else {
            throw DockerRefusal(400, "the path has a character other than printable ASCII")
        }
        var path = path
        version = try Self.version(&path, engine)
        let found = Endpoint.all.lazy.compactMap { endpoint in
            endpoint.method == head.method ? endpoint.names(in: path).map { (endpoint, $0) } : nil
        }.first
        guard let (endpoint, names) = found, endpoint.versions.contains(version) else {
            throw DockerRefusal(
                404,
                "`\(head.method) /\(shown(path.joined(separator: "/")))` is not known to the gateway for version \(version) of the API"
            )
        }
        self.endpoint = endpoint
        self.names = names
        query = try EngineQuery(head.query, endpoint.query)
        credentials = try Self.credentials(head.headers, endpoint)
        announced =
            endpoint.verb == .buildOpaque
            ? head.headers.all.filter {
                $0.name.lowercased().behind("x-docker-expose-session-") != nil
            }
            : []
        framing = head.body
        upgrade = try Self.upgrade(head.upgrade, endpoint)
        if bodyNeeded == .none, framing != .empty, framing != .length(0) {
            throw DockerRefusal(400, "this call takes no body")
        }
    }

    public var bodyNeeded: BodyNeeded {
        switch endpoint.body {
        case .none: .none
        case .json: .json(bytesMax: DockerLimits.bodyBytesMax)
        case .optionalJSON:
            framing == .empty || framing == .length(0)
                ? .none : .json(bytesMax: DockerLimits.bodyBytesMax)
        case .archive:
            switch endpoint.deed {
            case .imageCreate where query["fromSrc"] != "-": .none
            case .build where !isOpaqueBuild: .context
            case .build where framing == .empty || framing == .length(0): .none
            default: .archive
            }
        }
    }

    /// What it does is in its own words alone: it names no object, and has no body.
    public var isPlain: Bool { endpoint.deed == .whole && bodyNeeded == .none }

    /// Takes the JSON that the endpoint has.
    public mutating func read(body bytes: [UInt8]) throws(DockerRefusal) {
        let schema: BodySchema
        switch endpoint.body {
        case .json(let json), .optionalJSON(let json): schema = json
        case .none, .archive: throw DockerRefusal(400, "this call takes no JSON")
        }
        guard valueCount(bytes) <= DockerLimits.valuesMax else {
            throw DockerRefusal(
                413,
                "the body has more than \(DockerLimits.valuesMax) members and elements")
        }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw DockerRefusal(400, "the body is no JSON as the gateway reads it: \(error)")
        }
        if value == .null, case .optionalJSON = endpoint.body {
            saysNothing = true
            return
        }
        guard case .object = value else { throw DockerRefusal(400, "the body is no object") }
        body = try schema.read(value)
    }

    /// What reads a build's archive.
    public func buildContext() throws(DockerRefusal) -> BuildContext {
        BuildContext(try BuildSettings(query))
    }

    /// Takes what the archive of a build is.
    public mutating func read(context: BuildPlan) throws(DockerRefusal) {
        guard bodyNeeded == .context else { throw DockerRefusal(400, "this call builds nothing") }
        plan = context
    }

    /// A build whose files do not come with the call, or that another builder does: nobody here sees what it does.
    var isOpaqueBuild: Bool {
        let version = query["version"] ?? ""
        return ["remote", "session", "buildid"].contains { !(query[$0] ?? "").isEmpty }
            || !["", "[]", "null"].contains(query["outputs"] ?? "")
            || !["", "1"].contains(version)
    }

    /// A build that asks its client for files and credentials, over a connection that the client makes besides.
    public var needsSession: Bool {
        endpoint.deed == .build && query["version"] == "2" && !(query["session"] ?? "").isEmpty
    }

    /// What it does, as far as the facts tell: the gateway asks what is missing, and calls again.
    public func meaning(_ facts: EngineFacts) -> Meaning {
        var judge = Judge(self, facts)
        do throws(Halt) {
            return .action(try judge.action())
        } catch {
            switch error {
            case .ask(let question): return .ask(question)
            case .answer(let status, let body): return .answer(status: status, body: body)
            case .refused(let refusal): return .refused(refusal)
            }
        }
    }

    public enum Meaning: Sendable {
        /// A GET to the engine whose answer goes into the facts.
        case ask(EngineQuestion)
        /// An object is not there: what the engine says of that.
        case answer(status: Int, body: [UInt8])
        case refused(DockerRefusal)
        case action(EngineAction)
    }
}

extension EngineCall {
    /// Takes the version off the path: `v1.41`.
    private static func version(
        _ path: inout ArraySlice<String>, _ engine: EngineVersion
    ) throws(DockerRefusal) -> EngineVersion {
        let newest = min(engine, EngineVersion.known.upperBound)
        let oldest = EngineVersion.known.lowerBound
        guard let first = path.first, first.utf8.first == UInt8(ascii: "v"),
            first.utf8.dropFirst().first.map({ $0 < UInt8(ascii: ":") }) ?? false
        else { return newest }
        path.removeFirst()
        guard let version = EngineVersion(first.dropFirst()) else {
            throw DockerRefusal(
                400, "`\(shown(first))` is no version of the API: write `v\(newest)`")
        }
        if version > newest {
            throw DockerRefusal(
                400,
                "client version \(version) is too new. Maximum supported API version is \(newest)")
        }
        if version < oldest {
            throw DockerRefusal(
                400,
                "client version \(version) is too old. Minimum supported API version is \(oldest), please upgrade your client to a newer version"
            )
        }
        return version
    }

    private static func credentials(
        _ headers: HeaderFields, _ endpoint: Endpoint
    ) throws(DockerRefusal) -> HeaderField? {
        guard let name = endpoint.credentialsField else { return nil }
        let values = headers.values(name)
        guard let value = values.first, !value.isEmpty else { return nil }
        guard values.count == 1, value.utf8.allSatisfy(isBase64) else {
            throw DockerRefusal(400, "`\(name)` is not one text in base64")
        }
        return HeaderField(name, value)
    }

    private static func upgrade(
        _ given: String?, _ endpoint: Endpoint
    ) throws(DockerRefusal) -> String? {
        guard endpoint.reply == .hijack, let given else { return nil }
        let expected = endpoint.verb == .buildOpaque ? "h2c" : "tcp"
        guard given == expected else {
            throw DockerRefusal(
                400, "this call upgrades to `\(expected)`, not to `\(shown(given))`")
        }
        return given
    }
}

/// No fewer than the members and elements that a JSON text has, before it is read: its commas, and what its lists and
/// objects begin with.
private func valueCount(_ bytes: [UInt8]) -> Int {
    var count = 0
    var isInText = false
    var isEscaped = false
    for byte in bytes {
        if isEscaped {
            isEscaped = false
            continue
        }
        switch byte {
        case UInt8(ascii: "\\"): isEscaped = isInText
        case UInt8(ascii: "\""): isInText.toggle()
        case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "{"): if !isInText { count += 1 }
        default: break
        }
    }
    return count
}

private func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: "+/-_=".utf8.contains(byte)
    }
}

/// A text that can name an object here: printable ASCII, in which what looks alike is the same.
func isName(_ text: String) -> Bool {
    1...DockerLimits.objectNameBytesMax ~= text.utf8.count
        && text.utf8.allSatisfy { 0x21..<0x7F ~= $0 && $0 != UInt8(ascii: "/") }
}

extension Endpoint {
    /// The header in which the credentials for a registry come, where the engine reads it.
    var credentialsField: String? {
        switch deed {
        case .imageCreate, .imagePush, .imageRemote: "X-Registry-Auth"
        case .build: "X-Registry-Config"
        default: verb == .imageSearch ? "X-Registry-Auth" : nil
        }
    }
}
