import Testing
import Vocabulary

@testable import Docker

@Suite("Ids of containers, and names that look like them")
struct ContainerIDTests {
    private static let gone = String(repeating: "fe", count: 32)

    static let givers: [(String, String?)] = [
        ("POST /containers/create?name=", #"{"Image":"bb"}"#),
        ("POST /containers/create?name=%2F", #"{"Image":"bb"}"#),
        ("POST /containers/web/rename?name=", nil),
    ]

    @Test(
        "threat 29: what looks like an id is nobody's name, since it may be what another joins",
        arguments: givers)
    func names(_ line: String, _ body: String?) {
        for id in [Self.gone, KnownEngine.web, KnownEngine.other] {
            let refusal = refusal(line + id, body)
            #expect(refusal?.status == 400)
            #expect(refusal?.message == "`\(id)` is an id, which may be another's: it is no name")
        }
        // The engine looks for these as names before it looks for what begins with them.
        for name in [String(Self.gone.dropLast()), Self.gone + "a", String(Self.gone.prefix(12))] {
            #expect(refusal(line + name, body) == nil)
        }
    }

    @Test("threat 29: a network is not called like another's id")
    func networks() {
        let body = #"{"Name":"\#(Self.gone)"}"#
        #expect(refusal("POST /networks/create", body)?.status == 400)
    }

    static let takers: [(String, String?)] = [
        ("POST /containers/ID/stop", nil), ("POST /containers/ID/start", nil),
        ("DELETE /containers/ID", nil), ("POST /commit?container=ID", nil),
        ("POST /containers/ID/exec", #"{"Cmd":["id"]}"#),
        ("POST /networks/n2/connect", #"{"Container":"ID"}"#),
        ("POST /containers/create", #"{"Image":"bb","HostConfig":{"PidMode":"container:ID"}}"#),
        ("POST /containers/create", #"{"Image":"bb","HostConfig":{"IpcMode":"container:ID"}}"#),
        (
            "POST /containers/create",
            #"{"Image":"bb","HostConfig":{"NetworkMode":"container:/ID"}}"#
        ),
        ("POST /containers/create", #"{"Image":"bb","HostConfig":{"VolumesFrom":["ID"]}}"#),
        ("POST /containers/create", #"{"Image":"bb","HostConfig":{"Links":["ID:db"]}}"#),
    ]

    @Test(
        "threat 29: an id means the container that has it, and never one that is called like it",
        arguments: takers)
    func paths(_ line: String, _ body: String?) throws {
        var engine = KnownEngine()
        engine.addContainer(Self.gone, KnownEngine.hostly, host: #"{"PidMode":"host"}"#)
        func refused(_ id: String) -> DockerRefusal? {
            refusal(line.replacing("ID", with: id), body?.replacing("ID", with: id), engine)
        }
        let found = try #require(refused(Self.gone))
        #expect(found.status == 409)
        #expect(found.message.hasPrefix("no container has the id `\(Self.gone)`"))
        #expect(refused(KnownEngine.hostly) == nil)
    }

    @Test(
        "threat 29: a container starts when what it joins is there, by its id and not by its name",
        arguments: ["PidMode", "IpcMode", "NetworkMode"], ["start", "restart", "unpause"])
    func joined(_ key: String, _ word: String) {
        let id = String(repeating: "0", count: 64)
        let kind = ["PidMode": "pid", "IpcMode": "ipc", "NetworkMode": "network"][key] ?? ""
        let judged = JudgedObjects(containers: [id])
        for (other, isThere) in [
            (KnownEngine.web, true), ("web", false), (String(KnownEngine.web.prefix(12)), false),
            (Self.gone, false), ("", false),
        ] {
            var engine = KnownEngine()
            // Gone, while another is called like it.
            engine.addContainer(Self.gone, KnownEngine.hostly, host: #"{"PidMode":"host"}"#)
            engine.addContainer("side", id, host: #"{"\#(key)":"container:\#(other)"}"#)
            for judged in [judged, JudgedObjects()] {
                let found = refusal("POST /containers/side/\(word)", nil, engine, judged: judged)
                let expected = DockerRefusal(
                    409,
                    "the container whose \(kind) namespace this one joins is not there any more: make it anew"
                )
                #expect(found == (isThere ? nil : expected), "\(other)")
            }
        }
    }
}
