import HTTP
import Testing
import Vocabulary

@testable import Docker

@Suite("Calls of the engine's API")
struct EngineCallTests {
    @Test("a container that is made goes out with its image's id, and settings in one spelling")
    func create() throws {
        let action = try action(
            "POST /containers/create?name=web2",
            #"{"Image":"bb","Cmd":["sh"],"HostConfig":{"CapAdd":["cap_net_admin"],"Binds":["//etc/../srv/:/a"]}}"#
        )
        #expect(
            text(action.body)
                == #"{"Cmd":["sh"],"HostConfig":{"Binds":["/srv:/a"],"CapAdd":["NET_ADMIN"]},"Image":"\#(KnownEngine.bbID)"}"#
        )
        #expect(
            action.effects.map(short) == [
                "container.create /docker.io/library/bb",
                "container.privilege capability.net_admin",
                "container.mount /srv", "network.connect bridge",
            ])
        #expect(
            text(action.head.bytes)
                == "POST /v1.41/containers/create?name=web2 HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\nContent-Length: \(action.body.count)\r\n\r\n"
        )
    }

    @Test("a name, a short id and an id are the same container, and go out as its id")
    func names() throws {
        for name in ["web", KnownEngine.web, String(KnownEngine.web.prefix(12))] {
            let action = try action("POST /v1.40/containers/\(name)/kill?signal=TERM")
            #expect(
                text(action.head.bytes).hasPrefix(
                    "POST /v1.40/containers/\(KnownEngine.web)/kill?signal=TERM HTTP/1.1\r\n"))
            #expect(action.effects.map(short) == ["container.kill /docker.io/library/bb"])
            #expect(action.effects.first?.attributes["label.env"] == .text("production"))
        }
    }
}
