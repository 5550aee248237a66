import ControlAPI
import Foundation
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Control

@Suite("What a request may look like")
struct RequestTests {
    private static let token = #"{"agent":"deploy-bot","ttlMilliseconds":60000}"#

    @Test(
        "a body that is not exactly what the call takes is refused, and nothing happens",
        arguments: [
            ("", "not the JSON"), ("agent=deploy-bot", "not the JSON"), ("[]", "an object"),
            ("null", "an object"), ("{}", "not what this call takes"),
            (token + "x", "something follows"), (token + token, "something follows"),
            (#"{"agent":"deploy-bot"}"#, "not what this call takes"),
            (#"{"agent":1,"ttlMilliseconds":60000}"#, "not what this call takes"),
            (#"{"agent":null,"ttlMilliseconds":60000}"#, "not what this call takes"),
            (#"{"agent":"deploy-bot","ttlMilliseconds":"60000"}"#, "not what this call takes"),
            (#"{"agent":"deploy-bot","ttlMilliseconds":6e4}"#, "no exponent"),
            (#"{"agent":"deploy-bot","ttlMilliseconds":99999999999999999}"#, "beyond"),
            (#"{"agent":"deploy-bot","ttlMilliseconds":60000,"target":["orders"]}"#, "`target`"),
            (#"{"Agent":"deploy-bot","ttlMilliseconds":60000}"#, "`Agent`"),
            (#"{"agent":"x","agent":"deploy-bot","ttlMilliseconds":60000}"#, "occurs twice"),
            (#"{"agent":"x","\u0061gent":"deploy-bot","ttlMilliseconds":1}"#, "occurs twice"),
            (#"{"agent":"deploy-bot\ud800","ttlMilliseconds":60000}"#, "surrogate"),
            (#"{"agent":"deploy-bot","ttlMilliseconds":60000,"targets":"orders"}"#, "not what"),
            (#"{"agent":"deploy-bot","ttlMilliseconds":60000,"targets":[]}"#, "no target"),
            (#"{"agent":"deploy bot","ttlMilliseconds":60000}"#, "not a name"),
            (#"{"agent":"deploy-bot","ttlMilliseconds":999}"#, "lives between"),
            (#"{"agent":"deploy-bot","ttlMilliseconds":-1}"#, "lives between"),
            (#"{"agent":"deploy-bot","ttlMilliseconds":9007199254740991}"#, "lives between"),
            (String(repeating: "[", count: 100_000), "nested too deeply"),
        ])
    func body(text: String, reason: String) async throws {
        let control = try await RunningControl.shared.value
        let carol = try await control.token(of: "carol")
        let before = try await control.agentTokens()
        let answer = try await control.call("POST", "/v1/tokens", token: carol, body: text)
        #expect(answer.status == 400 && answer.error.contains(reason), "\(answer)")
        #expect(try await control.agentTokens() == before)
    }

    @Test("a key's offer is read as strictly as the body around it")
    func nested() async throws {
        let control = try await RunningControl.shared.value
        let body =
            #"{"answers":[],"key":{"publicKey":"x","protection":"none","protected":true}}"#
        let answer = try await control.call("POST", "/v1/login/x", body: body)
        #expect(answer.status == 400 && answer.error.contains("`protected`"), "\(answer)")
        let other = #"{"answers":[],"key":{"publicKey":"x","protection":"safe"}}"#
        #expect(try await control.call("POST", "/v1/login/x", body: other).status == 400)
        let none = try await control.call("POST", "/v1/login/x", body: #"{"answers":[]}"#)
        #expect(none.status == 404, "\(none)")
    }

    @Test("a body above the limit is refused before all of it is there")
    func tooLarge() async throws {
        let control = try await RunningControl.shared.value
        let token = try await control.token(of: "carol")
        let size = ControlLimits.bodyBytesMax + 1
        let body = Self.token.replacing("deploy", with: "report")
        let padded = body + String(repeating: " ", count: size - body.utf8.count)
        let head = "POST /v1/tokens HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n"
        let connection = try await RawConnection(control, from: control.freshAddress())
        connection.send(head + "Content-Length: \(size + 10)\r\n\r\n" + padded)
        let said = try #require(await connection.read(until: "}"))
        #expect(try RawAnswer(said).status == 413, "\(said)")
        let fits = try await control.call(
            "POST", "/v1/tokens", token: token, body: String(padded.dropLast()))
        #expect(fits.status == 201, "\(fits)")
    }

    @Test(
        "a path that is not written as the API writes it leads nowhere",
        arguments: [
            "//v1/holds", "/v1//holds", "/v1/holds/", "/v1/./holds", "/v1/../v1/holds",
            "/v1/x/../holds", "/v1/%68olds", "/%761/holds", "/v1/hold%73", "/v1%2fholds",
            "/v1/holds%2f", "/v1/holds/%2e%2e/holds", "/v1/holds/..%2fholds", "/v1/holds/%",
            "/v1/holds/%zz", "/V1/holds", "/v1/Holds", "/v1/holds;x=1", "/v2/holds", "/holds", "/",
            "/v1", "/v1/ledger", "/v1/ledger/entries/0", "/v1/tokens/x/y", "/v1/holds%00",
        ])
    func path(path: String) async throws {
        let control = try await RunningControl.shared.value
        let token = try await control.token(of: "carol")
        let answer = try await control.call("GET", path, token: token)
        #expect(answer.status == 404 && !answer.error.isEmpty, "\(answer)")
        let anonymous = try await control.call("GET", path)
        #expect([401, 404].contains(anonymous.status) && !anonymous.error.isEmpty, "\(anonymous)")
    }

    @Test(
        "a path is canonical or not",
        arguments: [
            ("/v1/keys/SHA256%3Aa%2Fb%2Bc", true), ("/v1/keys/SHA256:abc", true),
            ("/a%C3%A9", true),
            ("/a%e2", true), ("", false), ("v1", false), ("/", false), ("/a%4", false),
            ("/a%", false), ("/a%2", false), ("/a%41", false), ("/a%7e", false), ("/a%2E", false),
            ("/a%+1", false), ("/a%-1", false), ("/a//b", false), ("/a/.", false), ("/a/...", true),
        ])
    func canonical(path: String, isCanonical: Bool) {
        #expect(Control.isCanonical(path: path) == isCanonical)
    }

    @Test(
        "a query that says something else than the call can do is refused",
        arguments: [
            ("/v1/holds?state=open", "`state` is `open`"), ("/v1/holds?state=", "`state`"),
            ("/v1/holds?State=pending", "`State`"), ("/v1/holds?x=1", "`x`"),
            ("/v1/holds?state=pending&state=denied", "occurs twice"), ("/v1/holds?&", "``"),
            ("/v1/holds?%73tate=x", "`state`"), ("/v1/holds?state=%", "percent"),
            ("/v1/holds?state=%ff", "percent"), ("/v1/tokens?principal=bob", "`principal`"),
            ("/v1/sessions?target=no%20name", "`target`"), ("/v1/sessions?open=yes", "`open`"),
            ("/v1/sessions?principal=%2F", "`principal`"), ("/v1/search", "nothing to search"),
            ("/v1/search?q=", "nothing to search"), ("/v1/sessions/x?after=-1", "`after`"),
            ("/v1/sessions/x?after=99999999999999999999", "`after`"),
            ("/v1/ledger/checkpoint?from=abc", "`from`"),
            ("/v1/ledger/checkpoint?from=%2B1", "`from`"), ("/v1/ledger/entries?to=1.5", "`to`"),
            ("/v1/ledger/entries?follow=true", "`follow`"),
        ])
    func query(path: String, reason: String) async throws {
        let control = try await RunningControl.shared.value
        let answer = try await control.call("GET", path, token: control.token(of: "carol"))
        #expect(answer.status == 400 && answer.error.contains(reason), "\(answer)")
    }

    @Test("a query is percent-decoded once")
    func decoded() throws {
        #expect(try CallQuery("q=100%2525%20x%2By+z", knows: ["q"])["q"] == "100%25 x+y+z")
        #expect(try CallQuery("q=a=b", knows: ["q"])["q"] == "a=b")
        #expect(try CallQuery("from=18446744073709551615", knows: ["from"]).number("from") == .max)
        #expect(try CallQuery(nil, knows: [])["q"] == nil)
    }

    @Test(
        "a head beyond its limits, or that is none, ends the connection with a 400",
        arguments: [
            "X: " + String(repeating: "a", count: 9_000) + "\r\n\r\n",
            String(repeating: "X: a\r\n", count: 65) + "\r\n",
            String(repeating: "X: " + String(repeating: "a", count: 7_000) + "\r\n", count: 5)
                + "\r\n",
            "Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", "Content-Length: -1\r\n\r\n",
            "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", "no colon\r\n\r\n",
            "Transfer-Encoding: gzip, identity\r\n\r\n", "X : a\r\n\r\n",
        ])
    func head(fields: String) async throws {
        let control = try await RunningControl.shared.value
        let token = try await control.token(of: "carol")
        let said = try await control.exchange(
            "POST /v1/tokens HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n" + fields)
        #expect(said.hasPrefix("HTTP/1.1 400 "), "\(said)")
        #expect(!said.contains("spt_"), "\(said)")
    }

    @Test("a request that was refused by its head is not run again from what its body looks like")
    func smuggled() async throws {
        let control = try await RunningControl.shared.value
        let token = try await control.token(of: "carol")
        let inner = "GET /v1/tokens HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n\r\n"
        let said = try await control.exchange(
            "POST /v1/nothing HTTP/1.1\r\nHost: x\r\nContent-Length: \(inner.utf8.count)\r\n\r\n\(inner)"
                + "GET /v1/nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        #expect(said.components(separatedBy: "HTTP/1.1 404").count == 3, "\(said)")
        #expect(!said.contains("HTTP/1.1 200"), "\(said)")
    }

    @Test("threat 34: a request that drips its body is cut off in time, one that is whole is not")
    func slow() throws {
        let head = HTTPRequestPart.head(
            HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/v1/login"))
        let dripping = EmbeddedChannel(handler: RequestDeadline(.seconds(30)))
        try dripping.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try dripping.writeInbound(head)
        for _ in 0..<29 {
            dripping.embeddedEventLoop.advanceTime(by: .seconds(1))
            try dripping.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
        }
        #expect(dripping.isActive)
        dripping.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!dripping.isActive)

        let whole = EmbeddedChannel(handler: RequestDeadline(.seconds(30)))
        try whole.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        for _ in 0..<2 {
            try whole.writeInbound(head)
            whole.embeddedEventLoop.advanceTime(by: .seconds(20))
            try whole.writeInbound(HTTPRequestPart.end(nil))
        }
        whole.embeddedEventLoop.advanceTime(by: .seconds(300))
        #expect(whole.isActive)
        _ = try whole.finish()
    }
}

extension RunningControl {
    /// How many tokens deploy-bot ever had.
    fileprivate func agentTokens() async throws -> Int {
        try await call("GET", "/v1/tokens", token: token(of: "carol")).list
            .count {
                $0["issuer"] as? String == "carol" && $0["principal"] as? String == "deploy-bot"
            }
    }
}
