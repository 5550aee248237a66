import HTTP
import Vocabulary

/// Why a call's meaning is not known yet, or will not be.
enum Halt: Error {
    case ask(EngineQuestion)
    case answer(status: Int, body: [UInt8])
    case refused(DockerRefusal)

    static func refused(_ status: Int = 400, _ message: String) -> Halt {
        .refused(DockerRefusal(status, message))
    }
}

/// Finds out what one call does, and makes the request that does just that.
struct Judge {
    let call: EngineCall
    let facts: EngineFacts
    /// In the order in which they were found, each once.
    private(set) var effects: [Effect] = []
    private var known: Set<Effect> = []
    /// What the call does, in a line for people.
    var title = ""
    /// What else is worth a line.
    var details: [String] = []

    var names: [String]
    var reply: Endpoint.Reply
    var upgrade: String?
    var query: EngineQuery
    var body: JSONValue
    var creates = EngineAction.Creates.nothing
    var stream = EngineAction.StreamKind.opaque
    var streamOf: String?
    var resizes: EngineAction.Resize?

    init(_ call: EngineCall, _ facts: EngineFacts) {
        self.call = call
        self.facts = facts
        names = call.names
        reply = call.endpoint.reply
        upgrade = call.upgrade
        query = call.query
        body = call.body
    }

    mutating func action() throws(Halt) -> EngineAction {
        try judge()
        let exact = bodyBytes(body)
        let maskedBody = bodyBytes(masked(body))
        let hasSecrets = maskedBody != exact
        let isRun = hasSecrets && mayNameVariables(body)
        if isRun {
            details.append("its command may use what *** stands for: the exact JSON shows it")
        }
        return EngineAction(
            effects: effects, shown: shownText, head: try head(), body: exact,
            maskedBody: maskedBody, withholdsBody: hasSecrets && !isRun, reply: reply,
            creates: creates, stream: stream, streamOf: streamOf, resizes: resizes)
    }

    private mutating func judge() throws(Halt) {
        let verb = call.endpoint.verb
        title = "\(call.endpoint.method) /\(call.endpoint.path(names).joined(separator: "/"))"
        switch call.endpoint.deed {
        case .whole: try judgeWhole()
        case .any: try add(Effect(verb, .anything))
        case .container: try judgeContainer()
        case .containerTop: try judgeTop()
        case .containerStart: try judgeStart()
        case .containerUpdate: try judgeUpdate()
        case .containerRename: try judgeRename()
        case .containerAttach, .containerLogs: try judgeStream()
        case .containerResize: try judgeResize()
        case .containerRemove: try judgeRemove()
        case .containerCommit: try judgeCommit()
        case .containerCreate: try judgeCreate()
        case .execCreate: try judgeExecCreate()
        case .execStart: try judgeExecStart()
        case .execResize: try judgeExecResize()
        case .exec: try judgeExec()
        case .image: try judgeImage()
        case .imageTag: try judgeTag()
        case .imagePush: try judgePush()
        case .imageCreate: try judgePull()
        case .imagesSave: try judgeSave()
        case .imageRemote: try judgeRemoteImage()
        case .network: try judgeNetwork()
        case .networkCreate: try judgeNetworkCreate()
        case .networkConnect, .networkDisconnect: try judgeConnect()
        case .volume: try judgeVolume()
        case .volumeCreate: try judgeVolumeCreate()
        case .build: try judgeBuild()
        }
    }

    mutating func add(_ effect: Effect) throws(Halt) {
        try insert(effect, at: effects.count)
    }

    /// Before all others: what the call is, which shows only when all of it is known.
    mutating func addFirst(_ effect: Effect) throws(Halt) { try insert(effect, at: 0) }

    private mutating func insert(_ effect: Effect, at place: Int) throws(Halt) {
        guard known.insert(effect).inserted else { return }
        guard effects.count < DockerLimits.effectsMax else {
            throw .refused(400, "the call does more than \(DockerLimits.effectsMax) things")
        }
        effects.insert(effect, at: place)
    }

    /// The object that the question is about, which has to be there.
    func object(_ question: EngineQuestion) throws(Halt) -> JSONValue {
        switch facts.answers[question] {
        case .object(let value): return value
        case .missing(let body): throw .answer(status: 404, body: body)
        case nil: throw .ask(question)
        }
    }

    /// The same, or `nil` when there is none.
    func objectIfThere(_ question: EngineQuestion) throws(Halt) -> JSONValue? {
        switch facts.answers[question] {
        case .object(let value): return value
        case .missing: return nil
        case nil: throw .ask(question)
        }
    }
}

extension Judge {
    private func head() throws(Halt) -> RequestHead {
        var headers = HeaderFields()
        let framing: BodyFraming
        switch (call.endpoint.body, call.bodyNeeded) {
        case (.json, _),
            (.optionalJSON, .json) where !call.saysNothing:
            framing = .length(bodyBytes(body).count)
            headers = ["Content-Type": "application/json"]
        case (.archive, .archive), (.archive, .context):
            framing = call.framing == .empty ? .length(0) : call.framing
            headers = ["Content-Type": "application/x-tar"]
        case (.none, _), (.optionalJSON, _), (.archive, _):
            framing = call.endpoint.method == "POST" ? .length(0) : .empty
        }
        for field in call.announced + (call.credentials.map { [$0] } ?? []) {
            headers.append(field)
        }
        let head = RequestHead(
            method: call.endpoint.method,
            path: ["v\(call.version)"] + call.endpoint.path(names),
            query: query.items.map { QueryParameter($0.name, $0.value) }, host: "docker",
            headers: headers, body: framing, upgrade: upgrade)
        guard let head else { throw .refused(400, "the call cannot be written as a request") }
        return head
    }

    private func bodyBytes(_ body: JSONValue) -> [UInt8] {
        switch (call.endpoint.body, call.bodyNeeded) {
        case (.json, _),
            (.optionalJSON, .json) where !call.saysNothing:
            body.canonical
        default: []
        }
    }
}
