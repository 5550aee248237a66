import HTTP
import Testing
import Vocabulary

@testable import Docker

/// What an engine's decoder would take in its own way.
@Suite("Bodies of calls")
struct BodyReadingTests {
    private static let privileged = #""Image":"bb","HostConfig":{"Privileged":true}"#

    @Test(
        "threat 28: a member that is not spelled just so is refused, and named",
        arguments: [
            (#"{"Image":"bb","hostconfig":{"Privileged":true}}"#, "hostconfig"),
            (#"{"Image":"bb","HOSTCONFIG":{}}"#, "HOSTCONFIG"),
            ("{\"Image\":\"bb\",\"Ho\u{17F}tConfig\":{\"Privileged\":true}}", "Ho?tConfig"),
            (#"{"Image":"bb","Ho\u017ftConfig":{"Privileged":true}}"#, "Ho?tConfig"),
            (#"{"Image":"bb","HostConfig":{"Bind\u017f":["/:/h"]}}"#, "HostConfig.Bind?"),
            (#"{"Image":"bb","HostConfig":{"Networ\u212aMode":"host"}}"#, "HostConfig.Networ?Mode"),
            (#"{"Image":"bb","HostConfig":{"networkmode":"host"}}"#, "HostConfig.networkmode"),
            (#"{"Image":"bb","Privileged":true}"#, "Privileged"),
            (#"{"Image":"bb","Binds":["/:/h"]}"#, "Binds"),
            (#"{"Image":"bb","CapAdd":["ALL"]}"#, "CapAdd"),
            (#"{"Image":"bb","Memory":1}"#, "Memory"),
            (#"{"Image":"bb","Cpuset":"0"}"#, "Cpuset"),
            (#"{"Image":"bb","HostConfig":{"Capabilities":["ALL"]}}"#, "HostConfig.Capabilities"),
            (#"{"Image":"bb","HostConfig":{"Annotations":{"a":"b"}}}"#, "HostConfig.Annotations"),
            (
                #"{"Image":"bb","HostConfig":{"Devices":[{"pathonhost":"/dev/kmsg"}]}}"#,
                "HostConfig.Devices[0].pathonhost"
            ),
            (
                #"{"Image":"bb","HostConfig":{"Mounts":[{"Type":"volume","VolumeOptions":{"Subpath":"x"}}]}}"#,
                "HostConfig.Mounts[0].VolumeOptions.Subpath"
            ),
            (
                #"{"Image":"bb","NetworkingConfig":{"EndpointsConfig":{"n2":{"GwPriority":1}}}}"#,
                "NetworkingConfig.EndpointsConfig.n2.GwPriority"
            ),
            (#"{"Image":"bb","X":null}"#, "X"),
        ])
    func members(_ body: String, _ place: String) {
        let refusal = refusal("POST /containers/create", body)
        #expect(refusal?.status == 400)
        #expect(refusal?.message.contains("`\(place)`") == true, "\(refusal?.message ?? "taken")")
    }

    @Test(
        "threat 28: a member that is there twice is refused, whatever the two are",
        arguments: [
            #"{\#(privileged),"HostConfig":null}"#, #"{\#(privileged),"HostConfig":{}}"#,
            #"{"Image":"bb","Image":"bb"}"#, #"{"Image":"bb","I\u006dage":"other"}"#,
            #"{"Image":"bb","HostConfig":{"Privileged":true,"Privileged":null}}"#,
            #"{"Image":"bb","HostConfig":{"Devices":[{"PathOnHost":"/dev/kmsg"}],"Devices":[{}]}}"#,
            #"{"Image":"bb","HostConfig":{"Binds":["/etc:/a"],"Binds":[null]}}"#,
            #"{"Image":"bb","HostConfig":{"Sysctls":{"a":"1","a":"2"}}}"#,
        ])
    func twice(_ body: String) {
        #expect(refusal("POST /containers/create", body)?.message.contains("twice") == true)
    }

    @Test(
        "threat 28: a value that the engine reads as another is refused",
        arguments: [
            #"{"Image":"bb"} x"#, #"{"Image":"bb"}{}"#, "\u{FEFF}{\"Image\":\"bb\"}", "", "[]",
            "null",
            #""bb""#, "{}", #"{"HostConfig":{}}"#, #"{"Image":"bb","HostConfig":[]}"#,
            #"{"Image":"bb","HostConfig":{"Privileged":"true"}}"#,
            #"{"Image":"bb","HostConfig":{"Privileged":1}}"#,
            #"{"Image":"bb","HostConfig":{"Memory":1e7}}"#,
            #"{"Image":"bb","HostConfig":{"Memory":10000000.0}}"#,
            #"{"Image":"bb","HostConfig":{"Memory":"1"}}"#,
            #"{"Image":"bb","HostConfig":{"Ulimits":[null]}}"#,
            #"{"Image":"bb","HostConfig":{"BlkioWeightDevice":[null]}}"#,
            #"{"Image":"bb","HostConfig":{"Devices":[null]}}"#,
            #"{"Image":"bb","HostConfig":{"CapAdd":[null]}}"#,
            #"{"Image":"bb","HostConfig":{"Binds":"/etc:/a"}}"#,
            #"{"Image":"bb","Cmd":["a\u0000b"]}"#,
            #"{"Image":"bb","HostConfig":{"Binds":["/a\u0000:/b"]}}"#,
            #"{"Image":"bb","Labels":{"a\u0000":"b"}}"#, #"{"Image":"bb","Cmd":["\ud800"]}"#,
            #"{"Image":"bb","NetworkingConfig":{"EndpointsConfig":{"n2":null}}}"#,
            #"{"Image":"bb","Volumes":{"/a":{"x":1}}}"#, #"{"Image":"bb","Volumes":["/a"]}"#,
        ])
    func values(_ body: String) {
        #expect(refusal("POST /containers/create", body) != nil)
    }

    @Test("threat 28: bytes that are no text, and what is nested too deeply, are refused")
    func bytes() throws {
        var call = try EngineCall(
            head("POST /containers/create", body: ""), path: ["containers", "create"],
            engine: EngineVersion(1, 41))
        #expect(throws: DockerRefusal.self) {
            try call.read(body: Array(#"{"Image":""#.utf8) + [0xFF] + Array(#""}"#.utf8))
        }
        let deep = String(repeating: #"{"HostConfig":"#, count: 20_000)
        #expect(throws: DockerRefusal.self) { try call.read(body: Array(deep.utf8)) }
    }

    @Test(
        "null is what is not there, and one word is a list of it",
        arguments: [
            (#"{"Image":"bb","Cmd":null,"HostConfig":null}"#, #"{"HostConfig":{},"Image":"ID"}"#),
            (
                #"{"Image":"bb","Cmd":"sleep 1","Entrypoint":[]}"#,
                #"{"Cmd":["sleep 1"],"Entrypoint":[],"HostConfig":{},"Image":"ID"}"#
            ),
            (
                #"{"Image":"bb","HostConfig":{"MaskedPaths":null,"PortBindings":{"80/tcp":null}}}"#,
                #"{"HostConfig":{"PortBindings":{}},"Image":"ID"}"#
            ),
        ])
    func nothing(_ body: String, _ sent: String) throws {
        let action = try action("POST /containers/create", body)
        #expect(text(action.body) == sent.replacing("ID", with: KnownEngine.bbID))
    }

    @Test(
        "what later engines read is taken when it says nothing, and not passed on",
        arguments: [
            (
                "POST /containers/web/exec",
                #"{"Cmd":["id"],"Container":"x","ConsoleSize":null}"#, #"{"Cmd":["id"]}"#
            ),
            (
                "POST /networks/n2/connect",
                #"{"Container":"web","EndpointConfig":{"GwPriority":0,"DNSNames":null,"NetworkID":"x"}}"#,
                #"{"Container":"\#(KnownEngine.web)","EndpointConfig":{}}"#
            ),
            (
                "POST /containers/web/update",
                #"{"CpuShares":5,"Devices":[],"CgroupParent":"","Ulimits":null,"OomKillDisable":false}"#,
                #"{"CpuShares":5}"#
            ),
        ])
    func later(_ line: String, _ body: String, _ sent: String) throws {
        #expect(text(try action(line, body).body) == sent)
    }

    @Test("a commit may say nothing: then nothing goes out")
    func commit() throws {
        for (body, length) in [(nil, 0), ("null", 0), ("{}", 2)] as [(String?, Int)] {
            let action = try action("POST /commit?container=web", body)
            #expect(action.body.count == length)
            #expect(action.head.body == .length(length))
        }
        #expect(refusal("POST /commit?container=web", #"{"HostConfig":{}}"#)?.status == 400)
    }

    @Test(
        "threat 28: a call that has no body takes none: the engine would read parameters of it",
        arguments: [
            "POST /containers/web/start", "POST /containers/web/stop", "POST /images/bb/tag?repo=x",
            "POST /images/create?fromImage=bb", "GET /containers/json",
            "POST /containers/web/attach",
        ])
    func none(_ line: String) {
        let refusal = refusal(
            line, "repo=evil", fields: "Content-Type: application/x-www-form-urlencoded\r\n")
        #expect(refusal?.message == "this call takes no body")
    }

    @Test("threat 28: a body goes out with a type and a length of our own")
    func types() throws {
        let type = "Content-Type: application/x-www-form-urlencoded\r\n"
        let made = try action("POST /containers/web/exec", #"{"Cmd":["id"]}"#, fields: type)
        #expect(
            text(made.head.bytes).hasSuffix(
                "Content-Type: application/json\r\nContent-Length: 14\r\n\r\n"))
        let file = try action(
            "PUT /containers/web/archive?path=/a", "path=/b",
            fields: type + "Accept-Encoding: gzip\r\n")
        #expect(
            text(file.head.bytes).hasSuffix(
                "/archive?path=%2Fa HTTP/1.1\r\nHost: docker\r\nContent-Type: application/x-tar\r\nContent-Length: 7\r\n\r\n"
            ))
        let stop = try action("POST /containers/web/stop", fields: type)
        #expect(text(stop.head.bytes).hasSuffix("\r\nHost: docker\r\nContent-Length: 0\r\n\r\n"))
    }

    @Test("a call with more effects than anybody could look at is refused at once")
    func many() {
        let paths = 0..<DockerLimits.elementsMax / 2 + 1
        let binds = paths.map { #""/srv/\#($0):/a""# }.joined(separator: ",")
        let mounts = paths.map { #"{"Type":"bind","Source":"/opt/\#($0)","Target":"/a"}"# }
        #expect(
            refusal(
                "POST /containers/create",
                #"{"Image":"bb","HostConfig":{"Binds":[\#(binds)],"Mounts":[\#(mounts.joined(separator: ","))]}}"#
            )?.message.contains("more than 1000") == true)
    }

    @Test(
        "lists and labels are as long as people write them: judging goes over them for each question",
        arguments: [
            (#"{"HostConfig":{"Binds":[LIST]}}"#, DockerLimits.elementsMax),
            (#"{"HostConfig":{"CapAdd":[LIST]}}"#, DockerLimits.elementsMax),
            (#"{"HostConfig":{"Sysctls":{MAP}}}"#, DockerLimits.elementsMax),
            (#"{"HostConfig":{"PortBindings":{PORTS}}}"#, DockerLimits.elementsMax),
            (#"{"Labels":{MAP}}"#, DockerLimits.labelsMax),
        ])
    func lengths(_ body: String, _ max: Int) throws {
        for (count, isTaken) in [(max, true), (max + 1, false)] {
            let text =
                body.replacing(
                    "LIST", with: Array(repeating: "\"/a\"", count: count).joined(separator: ",")
                )
                .replacing(
                    "MAP", with: (0..<count).map { "\"a\($0)\":\"\"" }.joined(separator: ",")
                )
                .replacing(
                    "PORTS", with: (0..<count).map { "\"\($0)/tcp\":[]" }.joined(separator: ","))
            let value = try JSONValue(parsing: Array(text.utf8))
            var isRefused = false
            do throws(DockerRefusal) {
                _ = try BodySchema.containerCreate.read(value)
            } catch {
                isRefused = error.message.contains("more elements")
            }
            #expect(isRefused != isTaken)
        }
    }

    @Test("a body with more members and elements than people write is refused before it is read")
    func values() {
        func refused(_ body: String) -> Int? { refusal("POST /containers/web/exec", body)?.status }
        func command(_ count: Int, end: String = "]}") -> String {
            #"{"Tty":true,"Cmd":["#
                + Array(repeating: "\"a\"", count: count).joined(separator: ",") + end
        }
        // Two of them are the members.
        #expect(refused(command(DockerLimits.valuesMax - 2)) == nil)
        #expect(refused(command(DockerLimits.valuesMax - 1)) == 413)
        #expect(refused(command(DockerLimits.valuesMax - 1, end: "")) == 413)
        #expect(refused(#"{"Cmd":["# + String(repeating: "[],", count: 5_000) + "1]}") == 413)
        // What stands in a text is no member.
        let text = String(repeating: #",[{\"\\"#, count: DockerLimits.valuesMax)
        #expect(refused(#"{"Cmd":["\#(text)"]}"#) == nil)
        #expect(refused(#"{"Cmd":["\\","\#(text)"],"x":1}"#) == 400)
    }

    @Test("a label's name is no longer than other names")
    func labelNames() {
        for (count, status) in [(512, nil), (513, 400)] as [(Int, Int?)] {
            let name = String(repeating: "a", count: count)
            let body = #"{"Image":"bb","Labels":{"\#(name)":"x"}}"#
            #expect(refusal("POST /containers/create", body)?.status == status)
        }
    }
}
