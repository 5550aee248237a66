import HTTP
import Testing
import Vocabulary

@testable import Docker

/// What an engine knows: the answers to the gateway's questions, by their paths.
struct KnownEngine {
    private var answers: [String: String] = [:]

    static let web = String(repeating: "a1", count: 32)
    static let other = String(repeating: "b2", count: 32)
    static let exec = String(repeating: "e5", count: 32)
    static let net = String(repeating: "c3", count: 32)
    static let hostly = String(repeating: "11", count: 32)
    static let chained = String(repeating: "22", count: 32)
    static let data = String(repeating: "33", count: 32)
    static let mine = String(repeating: "44", count: 32)
    static let hostNet = String(repeating: "55", count: 32)
    static let bbID = "sha256:" + String(repeating: "d4", count: 32)
    static let oursID = "sha256:" + String(repeating: "a7", count: 32)
    static let bareID = "sha256:" + String(repeating: "f6", count: 32)

    init() {
        addImage(
            Self.bbID, tags: ["bb:latest", "bb:1"],
            config: #"{"User":"","Labels":{"vendor":"box"}}"#,
            also: ["bb", "bb:latest", "bb:1", "d4d4"])
        addImage(Self.bareID, tags: [], config: #"{"User":"1000"}"#)
        addImage(
            Self.oursID, tags: ["registry.example.com/team/app:7"], config: #"{"User":"1000"}"#,
            sources: ["registry.example.com/team/app"])
        addNetwork("n2", Self.net)
        addContainer(
            "web", Self.web, config: #"{"User":"","Tty":false,"Labels":{"env":"production"}}"#)
        addNetwork("host", Self.hostNet, driver: "host")
        addContainer(
            "hostly", Self.hostly,
            host:
                #"{"NetworkMode":"host","PidMode":"host","IpcMode":"host","SecurityOpt":["label=disable"]}"#
        )
        addContainer(
            "chained", Self.chained,
            host:
                #"{"PidMode":"container:\#(Self.hostly)","NetworkMode":"container:\#(Self.hostly)"}"#
        )
        addContainer(
            "data", Self.data,
            host: #"{"Binds":["/etc:/a:ro","plain:/b","disk:/c"]}"#,
            mounts: #"""
                [{"Type":"bind","Source":"/etc","RW":false,"Propagation":"rprivate"},{"Type":"volume","Name":"plain","Driver":"local","RW":true},{"Type":"volume","Name":"disk","Driver":"local","RW":true},{"Type":"volume","Name":"\#(String(repeating: "9", count: 64))","Driver":"local","RW":true}]
                """#)
        addContainer("mine", Self.mine, host: #"{"Privileged":true}"#)
        addVolume("plain")
        addVolume(String(repeating: "9", count: 64))
        addVolume("etc", options: #"{"type":"none","o":"bind","device":"/etc"}"#)
        addVolume("disk", options: #"{"type":"ext4","device":"/dev/vda"}"#)
        addVolume("ram", options: #"{"type":"tmpfs","o":"size=1m","device":"tmpfs"}"#)
        addVolume("far", driver: "sshfs")
        addContainer("term", Self.other, config: #"{"User":"7","Tty":true}"#)
    }

    /// - Parameter sources: repositories that have it.
    mutating func addImage(
        _ id: String, tags: [String], config: String, also: [String] = [], sources: [String] = []
    ) {
        let list = tags.map { "\"\($0)\"" }.joined(separator: ",")
        let digest = "@sha256:" + String(repeating: "7", count: 64)
        let digests = sources.map { "\"\($0)\(digest)\"" }.joined(separator: ",")
        let answer =
            #"{"Id":"\#(id)","RepoTags":[\#(list)],"RepoDigests":[\#(digests)],"Config":\#(config)}"#
        let full = tags.compactMap { ImageName($0)?.tagged }
        for name in [id] + full + also { answers["images/\(name)/json"] = answer }
    }

    mutating func addNetwork(_ name: String, _ id: String, driver: String = "bridge") {
        let answer = #"{"Id":"\#(id)","Name":"\#(name)","Driver":"\#(driver)","Internal":false}"#
        for name in [name, id, String(id.prefix(12))] { answers["networks/\(name)"] = answer }
    }

    mutating func addContainer(
        _ name: String, _ id: String, config: String = "{}", host: String = "{}",
        mounts: String = "[]", networks: String = "{}", image: String = Self.bbID
    ) {
        let answer = #"""
            {"Id":"\#(id)","Name":"/\#(name)","Image":"\#(image)","Config":\#(config),"HostConfig":\#(host),"Mounts":\#(mounts),"NetworkSettings":{"Networks":\#(networks)}}
            """#
        for name in [name, id, String(id.prefix(12))] {
            answers["containers/\(name)/json"] = answer
        }
    }

    mutating func addVolume(_ name: String, options: String = "null", driver: String = "local") {
        answers["volumes/\(name)"] =
            #"{"Name":"\#(name)","Driver":"\#(driver)","Options":\#(options)}"#
    }

    mutating func add(_ path: String, _ answer: String) { answers[path] = answer }

    func answer(_ question: EngineQuestion) -> (status: Int, body: [UInt8]) {
        let path = question.path.joined(separator: "/")
        guard let answer = answers[path] else {
            return (404, Array(#"{"message":"no \#(path)"}"#.utf8))
        }
        return (200, Array(answer.utf8))
    }
}

/// A request as a client writes it: `POST /v1.41/containers/create?name=web`.
func head(_ line: String, body: String? = nil, fields: String = "") throws -> RequestHead {
    let length = body.map { "Content-Length: \($0.utf8.count)\r\n" } ?? ""
    let bytes = Array("\(line) HTTP/1.1\r\nHost: docker\r\n\(fields)\(length)\r\n".utf8)
    return try bytes.withUnsafeBytes { bytes in
        var scanner = HeadScanner()
        switch RequestHead.read(bytes, &scanner) {
        case .head(let head, _): return head
        case .needMore: throw HTTPRefusal(400, "more")
        case .refused(let refusal): throw refusal
        }
    }
}

func call(
    _ line: String, _ body: String? = nil, fields: String = "",
    engine: EngineVersion = EngineVersion(1, 41)
) throws -> EngineCall {
    let head = try head(line, body: body, fields: fields)
    var call = try EngineCall(head, path: head.path[...], engine: engine)
    if case .json = call.bodyNeeded { try call.read(body: Array((body ?? "").utf8)) }
    return call
}

/// What it comes to when the engine has answered all questions.
func meaning(
    _ call: EngineCall, _ engine: KnownEngine = KnownEngine(), judged: JudgedObjects = .init()
) throws -> EngineCall.Meaning {
    var facts = EngineFacts(judged: judged)
    while true {
        let meaning = call.meaning(facts)
        guard case .ask(let question) = meaning else { return meaning }
        let answer = engine.answer(question)
        try facts.take(question, status: answer.status, body: answer.body)
    }
}

func action(
    _ line: String, _ body: String? = nil, _ engine: KnownEngine = KnownEngine(),
    judged: JudgedObjects = .init(), fields: String = ""
) throws -> EngineAction {
    let call = try call(line, body, fields: fields)
    switch try meaning(call, engine, judged: judged) {
    case .action(let action): return action
    case .refused(let refusal): throw refusal
    case .answer(let status, let body):
        throw DockerRefusal(status, String(decoding: body, as: UTF8.self))
    case .ask(let question): throw DockerRefusal(500, "still asks \(question)")
    }
}

/// Why a call is refused; `nil` when it is not.
func refusal(
    _ line: String, _ body: String? = nil, _ engine: KnownEngine = KnownEngine(),
    judged: JudgedObjects = .init(), fields: String = ""
) -> DockerRefusal? {
    do {
        _ = try action(line, body, engine, judged: judged, fields: fields)
        return nil
    } catch {
        return error as? DockerRefusal
    }
}

/// What this gateway made before, for whoever calls.
func judgedBefore() throws -> JudgedObjects {
    let made = try action("POST /containers/web/exec", #"{"Cmd":["psql","-l"]}"#)
    guard case .exec(let exec) = made.creates else { throw DockerRefusal(500, "no exec") }
    return JudgedObjects(execs: [KnownEngine.exec: exec], containers: [KnownEngine.mine])
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// A create with these host settings.
func creating(_ host: String, _ engine: KnownEngine = KnownEngine()) throws -> EngineAction {
    try action("POST /containers/create", #"{"Image":"bb","HostConfig":{\#(host)}}"#, engine)
}

/// `container.privilege capability.sys_admin`.
func short(_ effect: Effect) -> String {
    let object =
        switch effect.object {
        case .exactly(let name): name.description
        case .known(let names): names.map(\.description).joined(separator: "=")
        case .oneOf(let names): names.map(\.description).joined(separator: "|")
        case .anything: "anything"
        }
    return "\(effect.verb.rawValue) \(object)"
}

extension EngineAction {
    /// Its effects but for what every container that is made has.
    var special: [String] {
        effects.map(short).filter {
            !$0.hasPrefix("container.create ") && $0 != "network.connect bridge"
        }
    }
}
