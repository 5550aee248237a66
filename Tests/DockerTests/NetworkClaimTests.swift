import Testing
import Vocabulary

@testable import Docker

@Suite("What containers take in a network")
struct NetworkClaimTests {
    /// `aliases`, `address` and `mac` of the call's one joining, and the lines that say them.
    private func joined(
        _ line: String, _ body: String?, _ engine: KnownEngine = KnownEngine()
    ) throws -> (claims: [AttributeValue?], lines: [String]) {
        let made = try action(line, body, engine)
        let joining = made.effects.filter { $0.verb == .networkConnect }
        #expect(joining.count == 1)
        return (
            ["aliases", "address", "mac"].map { joining.first?.attributes[$0] },
            made.shown.split(separator: "\n").map(String.init).filter {
                $0.hasPrefix("in the network ")
            }
        )
    }

    @Test(
        "threat 29: names and addresses that a container takes in a network are in the effect, and each on a line",
        arguments: [
            (#""HostConfig":{}"#, 0, "", "", []),
            (#""HostConfig":{"NetworkMode":"n2"}"#, 0, "", "", []),
            (
                #""NetworkingConfig":{"EndpointsConfig":{"n2":{"Aliases":["db","web","db",""]}}}"#,
                2, "", "", ["also called db", "also called web"]
            ),
            (
                #""Hostname":"db","HostConfig":{"NetworkMode":"n2"}"#, 1, "", "",
                ["also called db"]
            ),
            (#""Hostname":"db""#, 0, "", "", []),
            (#""Hostname":"db","HostConfig":{"NetworkMode":"default"}"#, 0, "", "", []),
            (
                #""NetworkingConfig":{"EndpointsConfig":{"bridge":{"Aliases":["db"]}}}"#, 1, "", "",
                ["also called db"]
            ),
            (
                #""NetworkingConfig":{"EndpointsConfig":{"n2":{"IPAMConfig":{"IPv4Address":"192.0.2.7","IPv6Address":"fd00::7","LinkLocalIPs":["169.254.1.1"]}}}}"#,
                0, "192.0.2.7 fd00:0:0:0:0:0:0:7 169.254.1.1", "",
                [
                    "at the address 192.0.2.7", "at the address fd00:0:0:0:0:0:0:7",
                    "at the address 169.254.1.1",
                ]
            ),
            (
                #""MacAddress":"02:42:00:00:00:98""#, 0, "", "02:42:00:00:00:98",
                ["as the device 02:42:00:00:00:98"]
            ),
            (
                #""MacAddress":"02:42:00:00:00:98","HostConfig":{"NetworkMode":"n2"}"#, 0, "",
                "02:42:00:00:00:98", ["as the device 02:42:00:00:00:98"]
            ),
        ] as [(String, Int64, String, String, [String])])
    func made(
        _ members: String, _ aliases: Int64, _ address: String, _ mac: String, _ lines: [String]
    ) throws {
        let found = try joined("POST /containers/create", #"{"Image":"bb",\#(members)}"#)
        #expect(found.claims == [.number(aliases), .text(address), .text(mac)])
        #expect(found.lines == lines.map { "in the network \($0)" })
    }

    @Test(
        "threat 29: a container that is connected takes the same",
        arguments: [
            ("connect", #","EndpointConfig":{}"#, 0, "", []), ("connect", "", 0, "", []),
            (
                "connect",
                #","EndpointConfig":{"Aliases":["a1a1a1a1a1a1","db"],"IPAMConfig":{"IPv4Address":"192.0.2.7"}}"#,
                1, "192.0.2.7", ["also called db", "at the address 192.0.2.7"]
            ),
            ("disconnect", "", 0, "", []),
        ] as [(String, String, Int64, String, [String])])
    func connected(
        _ deed: String, _ members: String, _ aliases: Int64, _ address: String, _ lines: [String]
    ) throws {
        let found = try joined("POST /networks/n2/\(deed)", #"{"Container":"web"\#(members)}"#)
        #expect(found.claims == [.number(aliases), .text(address), .text("")])
        #expect(found.lines == lines.map { "in the network \($0)" })
    }

    @Test(
        "threat 29: what a container of another's making has taken is in the effect of its start",
        arguments: [
            (#"{"Hostname":"121212121212"}"#, #"{"Aliases":["121212121212"]}"#, 0, "", ""),
            (#"{"Hostname":"db"}"#, #"{"Aliases":["121212121212","db"]}"#, 1, "", ""),
            // Later engines do not say it there.
            (#"{"Hostname":"db"}"#, #"{"Aliases":null}"#, 1, "", ""),
            (
                #"{"Hostname":"121212121212","MacAddress":"02:42:00:00:00:98"}"#,
                #"{"Aliases":["db","web"],"IPAMConfig":{"IPv4Address":"192.0.2.7"},"IPAddress":"192.0.2.9","MacAddress":"02:42:00:00:00:97"}"#,
                2, "192.0.2.7", "02:42:00:00:00:98"
            ),
        ] as [(String, String, Int64, String, String)])
    func started(
        _ config: String, _ endpoint: String, _ aliases: Int64, _ address: String, _ mac: String
    ) throws {
        var engine = KnownEngine()
        engine.addContainer(
            "odd", String(repeating: "12", count: 32), config: config,
            networks: #"{"n2":\#(endpoint)}"#)
        let found = try joined("POST /containers/odd/start", nil, engine)
        #expect(found.claims == [.number(aliases), .text(address), .text(mac)])
        engine.addContainer(
            "odd", String(repeating: "12", count: 32), config: #"{"Hostname":"db"}"#,
            networks: #"{"bridge":{}}"#)
        let inBridge = try joined("POST /containers/odd/start", nil, engine)
        #expect(inBridge.claims == [.number(0), .text(""), .text("")])
    }

    @Test("an address in a network that is none is refused")
    func noAddresses() {
        for member in [
            #""IPv4Address":"010.0.0.1""#, #""IPv6Address":"x""#,
            #""LinkLocalIPs":["169.254.1.1/16"]"#,
        ] {
            let endpoint = #"{"IPAMConfig":{\#(member)}}"#
            for (line, body) in [
                (
                    "POST /containers/create",
                    #"{"Image":"bb","NetworkingConfig":{"EndpointsConfig":{"n2":\#(endpoint)}}}"#
                ),
                (
                    "POST /networks/n2/connect",
                    #"{"Container":"web","EndpointConfig":\#(endpoint)}"#
                ),
            ] { #expect(refusal(line, body)?.status == 400, "\(line) \(member)") }
        }
    }

    @Test("what the engine says of an endpoint, and does not take, does not go out")
    func said() throws {
        let made = try action(
            "POST /networks/n2/connect",
            #"{"Container":"web","EndpointConfig":{"Aliases":["a"],"IPAddress":"192.0.2.9","MacAddress":"02:42:00:00:00:97","Gateway":"192.0.2.1","NetworkID":"x"}}"#
        )
        #expect(
            text(made.body)
                == #"{"Container":"\#(KnownEngine.web)","EndpointConfig":{"Aliases":["a"]}}"#)
    }

    @Test("a build's network has the attributes that a container's has")
    func builds() {
        #expect(
            NetworkClaims().attributes == [
                "aliases": .number(0), "address": .text(""), "mac": .text(""),
            ])
    }
}
