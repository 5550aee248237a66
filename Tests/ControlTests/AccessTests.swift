import Foundation
import Testing

@testable import Control

@Suite("Who may call")
struct AccessTests {
    private static let hint =
        "run `sallyport login`; an agent needs a new token, which its owner issues"

    private func calls(_ control: RunningControl) -> [(method: String, path: String)] {
        ControlRouter(control.services).routes.filter { $0.access == .authenticated }.map {
            ($0.method.rawValue, "/v1/" + $0.path.replacing(#/:\w+/#, with: "x"))
        }
    }

    @Test("without a token every call but the login's is refused, and says nothing else")
    func noToken() async throws {
        let control = try await RunningControl.shared.value
        #expect(calls(control).count == 23)
        for (method, path) in calls(control) {
            let answer = try await control.call(method, path, body: method == "POST" ? "{}" : nil)
            #expect(
                answer.status == 401 && answer.error == "not authenticated", "\(path) \(answer)")
            // An agent has no login to go back to.
            #expect(answer.object["hint"] as? String ?? "" == Self.hint, "\(path)")
            #expect(answer.headers["cache-control"] == "no-store", "\(path)")
        }
    }

    @Test("a revoked token is refused by every call")
    func revoked() async throws {
        let control = try await RunningControl.shared.value
        let token = try await control.freshToken(of: "bob")
        let caller = try await control.caller(token)
        #expect(try await control.call("GET", "/v1/holds", token: token).status == 200)
        let ended = try await control.call(
            "DELETE", "/v1/tokens/\(caller.credential.identifier)", token: token)
        #expect(ended.status == 200 && ended.object["revoked"] != nil, "\(ended)")
        for (method, path) in calls(control) {
            let answer = try await control.call(
                method, path, token: token, body: method == "POST" ? "{}" : nil)
            #expect(answer.status == 401, "\(method) \(path) \(answer)")
        }
    }

    @Test(
        "a credential that is none is refused, also where nothing is",
        arguments: [
            "Bearer", "Bearer ", "Bearer x", "Bearer spt_x_y", "bearer \(good)", "Basic YTpi",
            "\(good)", "Bearer \(good) ", "Bearer  \(good)", "Bearer \(good)x",
            "Bearer \(good.dropLast())", "Bearer \(good),\(good)",
        ], ["/v1/holds", "/v1/nothing"])
    func bad(field: String, path: String) async throws {
        let control = try await RunningControl.shared.value
        let token = try await control.token(of: "bob")
        let field = field.replacing(Self.good, with: token)
        // White space around a field's value is none of it (RFC 9110 section 5.5).
        let isGood = field.trimmingCharacters(in: .whitespaces) == "Bearer \(token)"
        let said = try await control.exchange(
            "GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: \(field)\r\n\r\n"
        )
        let expected = isGood ? (path == "/v1/holds" ? 200 : 404) : 401
        #expect(try RawAnswer(said).status == expected, "\(said)")
    }
    private static let good = "TOKEN"

    @Test("two Authorization fields are one bad token, whichever of them is good")
    func twoFields() async throws {
        let control = try await RunningControl.shared.value
        let good = "Authorization: Bearer \(try await control.token(of: "bob"))\r\n"
        let bad = "Authorization: Bearer spt_x_y\r\n"
        for fields in [good + bad, bad + good, good + good] {
            let said = try await control.exchange(
                "GET /v1/holds HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(fields)\r\n")
            #expect(try RawAnswer(said).status == 401, "\(said)")
        }
    }

    @Test("bad tokens from one address are soon not even looked at, and other addresses go on")
    func limited() async throws {
        let control = try await RunningControl.shared.value
        let address = control.freshAddress()
        let request =
            "GET /v1/holds HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer x\r\n\r\n"
        var statuses: [Int] = []
        // On a busy machine the address earns new attempts meanwhile.
        for _ in 0..<400 where statuses.last != 429 {
            statuses.append(try await RawAnswer(control.exchange(request, from: address)).status)
        }
        #expect(statuses.first == 401 && statuses.last == 429)
        #expect(try await RawAnswer(control.exchange(request)).status == 401)
    }

    @Test("threat 34: a good token passes where others at its address keep failing, also a new one")
    func goodAmongBad() async throws {
        let control = try await RunningControl()
        let address = control.freshAddress()
        let token = try await control.freshToken(of: "bob")
        func status(_ token: String) async throws -> Int {
            try await RawAnswer(
                control.exchange(
                    "GET /v1/holds HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \(token)\r\n\r\n",
                    from: address)
            ).status
        }
        var bad = 0
        for _ in 0..<400 where bad != 429 { bad = try await status("spt_guess") }
        #expect(bad == 429)
        #expect(try await status(token) == 200)
        let entered = try await control.entered("login-refused")
        let kinds = entered.map { $0["kind"]?.text ?? "" }
        #expect(kinds.count { $0 == "refused" } >= 30 && kinds.last == "too-many", "\(kinds)")
        #expect(entered.allSatisfy { $0["address"]?.text == address })
    }

    @Test(
        "threat 34: refused logins without any credential grow the ledger by time, not by attempts",
        arguments: ["/v1/login/cnv_none", "/v1/login"])
    func logins(path: String) async throws {
        let control = try await RunningControl()
        let address = control.freshAddress()
        let body = path == "/v1/login" ? #"{"user":"not a name"}"# : #"{"answers":["x"]}"#
        let request =
            "POST \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        var statuses: [Int] = []
        for _ in 0..<400 where statuses.last != 429 {
            statuses.append(try await RawAnswer(control.exchange(request, from: address)).status)
        }
        #expect(statuses.last == 429, "\(statuses)")
        let kinds = try await control.entered("login-refused").map { $0["kind"]?.text ?? "" }
        #expect(kinds.count { $0 == "too-many" } == 1, "\(kinds)")
        let allowed = statuses.count { $0 != 429 }
        #expect(kinds.count == 1 + (path == "/v1/login" ? allowed : 0), "\(kinds) \(statuses)")
    }

    @Test("a token in the query or in a cookie is no token")
    func elsewhere() async throws {
        let control = try await RunningControl.shared.value
        let token = try await control.token(of: "bob")
        for path in ["/v1/holds?access_token=\(token)", "/v1/holds?token=\(token)"] {
            #expect(try await control.call("GET", path).status == 401)
        }
        let said = try await control.exchange(
            "GET /v1/holds HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: token=\(token)\r\n\r\n"
        )
        #expect(try RawAnswer(said).status == 401)
    }

    @Test(
        "an agent's token reads what is the agent's and nothing more, and changes nothing",
        arguments: [
            ("GET", "/v1/tokens", 200), ("GET", "/v1/keys", 200), ("GET", "/v1/holds", 200),
            ("GET", "/v1/sessions", 200), ("GET", "/v1/targets", 200),
            ("GET", "/v1/ledger/checkpoint", 200), ("GET", "/v1/ledger/entries", 403),
            ("GET", "/v1/ledger/entries?follow=1", 403), ("POST", "/v1/tokens", 403),
            ("DELETE", "/v1/tokens/x", 403), ("DELETE", "/v1/keys/x", 404),
        ])
    func agent(method: String, path: String, status: Int) async throws {
        let control = try await RunningControl.shared.value
        let body = #"{"agent":"deploy-bot","ttlMilliseconds":60000}"#
        let answer = try await control.call(
            method, path, token: control.agentToken(), body: method == "POST" ? body : nil)
        #expect(answer.status == status, "\(answer)")
        if path == "/v1/tokens" || path == "/v1/keys", status == 200 {
            #expect(answer.list.isEmpty)
        }
    }

    @Test("every method that a path does not have is not found, and does nothing")
    func methods() async throws {
        let control = try await RunningControl.shared.value
        let token = try await control.token(of: "carol")
        var known: [String: Set<String>] = [:]
        for (method, path) in calls(control) { known[path, default: []].insert(method) }
        let others = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"]
        for (path, methods) in known {
            for method in others where !methods.contains(method) {
                let answer = try await control.call(method, path, token: token)
                #expect(answer.status == 404, "\(method) \(path) \(answer)")
            }
        }
    }
}
