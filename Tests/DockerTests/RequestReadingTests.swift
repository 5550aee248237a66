import HTTP
import Testing
import Vocabulary

@testable import Docker

@Suite("Paths, versions and parameters of calls")
struct RequestReadingTests {
    @Test(
        "threat 28: a version has one spelling, and is one that is known",
        arguments: [
            "v1.041", "v01.41", "v1.41.0", "v1.41.", "v.41", "v1", "v1.42", "v1.99", "v1.23",
            "v1.23.999", "v1.12", "v2.0", "v0", "v1.4 1",
        ])
    func versions(_ version: String) {
        let line = "POST /\(version.replacing(" ", with: "%20"))/containers/web/start"
        #expect(refusal(line)?.status == 400 || refusal(line)?.status == 404)
    }

    @Test("a call without a version is of the engine's, or of the newest that is known")
    func unversioned() throws {
        for (engine, version) in [(41, "v1.41"), (47, "v1.41"), (38, "v1.38")] {
            let call = try call("GET /info", engine: EngineVersion(1, engine))
            guard case .action(let action) = call.meaning(EngineFacts()) else {
                Issue.record("no action")
                continue
            }
            #expect(action.head.path.first == version)
        }
        #expect(throws: DockerRefusal.self) {
            try call("GET /v1.41/info", engine: EngineVersion(1, 38))
        }
    }

    @Test("the version that a client speaks goes out")
    func version() throws {
        #expect(try action("GET /v1.24/info").head.path == ["v1.24", "info"])
        #expect(refusal("POST /v1.24/containers/prune")?.status == 404)
    }

    @Test(
        "threat 28: a path that is not known in just this way is refused",
        arguments: [
            "GET /containers", "GET /Containers/json", "POST /containers/web/start/x",
            "POST /containers/a%20b/start", "GET /networks/a%C3%A9", "GET /v1.41/v1.41/info",
            "GET /v1.41", "OPTIONS /info", "GET /debug/pprof/", "GET /containers/web/checkpoints",
            "POST /containers/web/checkpoints", "PUT /volumes/x", "GET /images/bb/attestations",
            "DELETE /containers/web/checkpoints/x", "FOO /info", "POST /info", "GET /services/x",
            "POST /swarm/join", "POST /nodes/x/update", "POST /plugins/x/enable", "GET /",
            "POST /containers/\u{212A}/start",
        ])
    func paths(_ line: String) throws {
        let refusal = try? action(line)
        #expect(refusal == nil)
    }

    @Test(
        "threat 28: a parameter that is not known, or that is given twice, is refused",
        arguments: [
            "POST /containers/web/rename?name=good&name=evil", "DELETE /containers/web?Force=1",
            "POST /containers/web/start?checkpoint=x", "GET /containers/json?All=1",
            "POST /containers/web/kill?signal=CONT&signal=KILL", "GET /_ping?x",
            "DELETE /containers/web?force=off", "DELETE /containers/web?force=2",
            "POST /containers/web/stop?t=1e3", "POST /containers/web/stop?t=+1",
            "POST /containers/web/resize?h=99999&w=1", "POST /containers/web/resize?h=1",
            "GET /events?filters=%5B%5D", "GET /events?filters=x",
            "GET /containers/json?filters=%7B%22label%22:%7B%22a%22:false%7D%7D",
            "GET /containers/json?filters=%7B%22a%22:%5B%5D,%22a%22:%5B%5D%7D",
            "GET /containers/json?%E2%84%AA=1", "POST /images/create", "POST /images/bb/tag",
            "POST /images/create?fromImage=bb&fromSrc=-",
            "POST /images/create?fromImage=bb:1&tag=2",
            "POST /images/create?fromImage=bb&changes=USER%20root", "GET /images/get",
            "POST /images/create?fromImage=BB", "POST /images/create?fromImage=bb&tag=a%2Fb",
            "POST /commit", "POST /build?version=3", "POST /build?securityopt=x&remote=x",
            "POST /images/create?fromImage=http:%2F%2Fx%2Fy",
        ])
    func parameters(_ line: String) {
        #expect(refusal(line)?.status == 400, "\(line)")
    }

    @Test(
        "parameters go out in one spelling, in their order, and none that the client did not give")
    func spelling() throws {
        let action = try action(
            "GET /containers/json?all=True&size=no&filters=%7B%22label%22:%5B%22a=b%22%5D%7D&limit=-1"
        )
        #expect(
            action.head.query.map { "\($0.name)=\($0.value)" } == [
                "all=1", "size=0", #"filters={"label":["a=b"]}"#, "limit=-1",
            ])
    }

    /// The parameters in JSON of all calls, but for what is looked for.
    private static let inJSON = Endpoint.all.flatMap { endpoint in
        endpoint.query.keys.sorted().filter {
            if case .json = endpoint.query[$0] { true } else { false }
        }.map { (endpoint, $0) }
    }

    @Test("threat 28: a parameter in JSON is of its kind all the way down, or refused")
    func json() throws {
        #expect(
            Self.inJSON.map(\.1) == ["buildargs", "cachefrom", "labels", "outputs", "ulimits"])
        for (endpoint, name) in Self.inJSON {
            for value in [
                "1", "true", "\"a\"", "[null]", "[1]", "[[]]", "[{\"Other\":1}]", "{\"a\":1}",
                "{\"a\":[]}", "{\"a\":{}}", "{\"a\":\"\\u0000\"}", "[", "{} {}",
            ] {
                #expect(throws: DockerRefusal.self, "\(name)=\(value)") {
                    try EngineQuery([QueryParameter(name, value)], endpoint.query)
                }
            }
            for value in ["", "null"] {
                let read = try EngineQuery([QueryParameter(name, value)], endpoint.query)
                #expect(read[name] == value)
            }
        }
    }

    @Test(
        "threat 28: limits of a build have all that they need, and nothing else",
        arguments: [
            (#"[{"Name":"nofile","Hard":64,"Soft":32}]"#, true), ("[]", true), ("[null]", false),
            (#"[{"Name":"nofile","Hard":64,"Soft":32},null]"#, false),
            (#"[{"name":"nofile","Hard":64,"Soft":32}]"#, false),
            (#"[{"Name":"nofile","Hard":"64","Soft":32}]"#, false),
            (#"{"nofile":{"Name":"nofile","Hard":64,"Soft":32}}"#, false),
            (#"[{"Name":"nofile","Hard":1.5,"Soft":1}]"#, false),
        ])
    func ulimits(_ value: String, _ isTaken: Bool) throws {
        let known = Endpoint.all.first { $0.deed == .build }?.query ?? [:]
        let read = try? EngineQuery([QueryParameter("ulimits", value)], known)
        #expect((read != nil) == isTaken)
    }

    @Test("a name in a path is taken as it is once decoded, and asked about by that")
    func questions() throws {
        let call = try call("POST /containers/we%62/stop")
        guard case .ask(let question) = call.meaning(EngineFacts()) else {
            Issue.record("nothing is asked")
            return
        }
        #expect(question == .container("web"))
        #expect(question.path == ["containers", "web", "json"])
    }

    @Test(
        "an image's name is the same in every spelling",
        arguments: [
            "bb", "library/bb", "docker.io/bb", "docker.io/library/bb:latest",
            "index.docker.io/library/bb", "bb:1",
        ])
    func images(_ reference: String) throws {
        let pull = try action("POST /images/create?fromImage=\(reference)")
        #expect(pull.effects.map(short) == ["image.pull /docker.io/library/bb"])
        #expect(ImageName(reference)?.reference == "docker.io/library/bb")
    }

    @Test(
        "what is no image's name is none",
        arguments: [
            "", "BB", "a//b", "../b", "a/../b", "a/./b", "/a", "a/", "a:", "a:b:c", "a@sha256:12",
            "Reg.example.com/a", "reg:port/a", "a b", "a\u{212A}", "a:.x",
            String(repeating: "a", count: 64),
        ])
    func noImages(_ reference: String) { #expect(ImageName(reference) == nil) }

    @Test("upgrades are for calls that have them, to what they have")
    func upgrades() throws {
        let tcp = "Connection: Upgrade\r\nUpgrade: tcp\r\n"
        #expect(try action("POST /containers/web/attach", fields: tcp).head.upgrade == "tcp")
        #expect(try action("POST /containers/web/attach").head.upgrade == nil)
        #expect(try action("GET /info", fields: tcp).head.upgrade == nil)
        #expect(
            refusal("POST /containers/web/attach", fields: tcp.replacing("tcp", with: "h2c"))?
                .status
                == 400)
        let session = try action(
            "POST /session",
            fields: tcp.replacing("tcp", with: "h2c")
                + "X-Docker-Expose-Session-Uuid: u\r\nX-Docker-Expose-Session-Grpc-Method: /a\r\nX-Docker-Expose-Session-Grpc-Method: /b\r\nCookie: x\r\n"
        )
        #expect(session.head.upgrade == "h2c")
        #expect(session.head.headers.all.map(\.value) == ["u", "/a", "/b"])
    }

    @Test("credentials for a registry go where they are read, and nowhere else")
    func credentials() throws {
        let field = "X-Registry-Auth: eyJhIjoiYiJ9\r\nAuthorization: Bearer x\r\n"
        let pull = try action("POST /images/create?fromImage=bb", fields: field)
        #expect(pull.head.headers.all.map(\.name) == ["X-Registry-Auth"])
        #expect(pull.effects.first?.attributes["credentials"] == .flag(true))
        #expect(try action("POST /containers/web/stop", fields: field).head.headers.all.isEmpty)
        #expect(
            refusal("POST /images/create?fromImage=bb", fields: field + field)?.status == 400)
        #expect(
            refusal("POST /images/create?fromImage=bb", fields: "X-Registry-Auth: {}\r\n")?.status
                == 400)
    }
}
