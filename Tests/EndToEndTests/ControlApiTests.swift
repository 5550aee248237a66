import Foundation
import TestKit
import Testing

/// The login over the API with PAM behind it, spoken by curl as docs/control-api.yaml says.
@Suite("The control API's login", .serialized, .realParts)
struct ControlApiTests {
    private struct Answer {
        let status: Int
        let text: String
        var object: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]) ?? [:]
        }
        var conversation: String { object["conversation"] as? String ?? "" }
    }

    private func post(
        _ gateway: TestGateway, _ path: String, _ body: [String: Any]
    ) async throws -> Answer {
        var command = Command(
            "curl",
            [
                "-sS", "--cacert", gateway.home + "/certs/ca.pem", "-w", "\n%{http_code}", "-d",
                "@-", "https://localhost:\(gateway.port)\(path)",
            ])
        command.input = String(
            decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
        let said = try await command.run()
        let lines = said.out.components(separatedBy: "\n")
        guard said.status == 0, let status = lines.last.flatMap({ Int($0) }) else {
            throw Failure("curl: \(said)")
        }
        return Answer(status: status, text: lines.dropLast().joined(separator: "\n"))
    }

    @Test("a whole conversation ends in a token; each of its steps can be taken once")
    func login() async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll])
        let first = try await post(gateway, "/v1/login", ["user": "Bob"])
        #expect(first.status == 200, "\(first)")
        let messages = try #require(first.object["messages"] as? [[String: Any]])
        #expect(messages.map { $0["kind"] as? String } == ["hidden"])
        let path = "/v1/login/\(first.conversation)"
        let answers = ["answers": [gateway.password(of: "bob")]]
        let last = try await post(gateway, path, answers)
        let result = try #require(last.object["result"] as? [String: Any], "\(last)")
        #expect(result["principal"] as? String == "bob" && last.object["conversation"] == nil)
        #expect((result["token"] as? String)?.hasPrefix("spt_") == true)
        let again = try await post(gateway, path, answers)
        #expect(again.status == 404, "\(again)")
        let kinds = try gateway.ledgerKinds()
        #expect(kinds.contains { $0.hasPrefix("login") }, "\(kinds)")
        #expect(
            !(try String(contentsOfFile: gateway.ledger + "/entries-000001.jsonl", encoding: .utf8))
                .contains(result["token"] as? String ?? "spt_"))
    }

    @Test("a wrong password, an unknown user and an agent are refused alike, and a few times only")
    func refused() async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll])
        var told: Set<String> = []
        for user in ["bob", "nobody", "deploy-bot", "root"] {
            let step = try await post(gateway, "/v1/login", ["user": user])
            guard step.status == 200 else {
                #expect(step.status == 401, "\(user) \(step)")
                told.insert(step.text)
                continue
            }
            let end = try await post(
                gateway, "/v1/login/\(step.conversation)", ["answers": ["wrong"]])
            #expect(end.status == 401, "\(user) \(end)")
            told.insert(end.text)
        }
        #expect(told.count == 1, "\(told)")
        var statuses: [Int] = []
        for _ in 0..<15 where statuses.last != 429 {
            let step = try await post(gateway, "/v1/login", ["user": "bob"])
            statuses.append(step.status)
            guard step.status == 200 else { continue }
            statuses.append(
                try await post(gateway, "/v1/login/\(step.conversation)", ["answers": ["wrong"]])
                    .status)
        }
        #expect(statuses.last == 429, "\(statuses)")
    }

    @Test(
        "answers that are not one for each question end the conversation without a token",
        arguments: [[], ["", ""], [String(repeating: "x", count: 600)], ["a\u{0}b"]])
    func answers(given: [String]) async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll])
        let step = try await post(gateway, "/v1/login", ["user": "bob"])
        let path = "/v1/login/\(step.conversation)"
        let end = try await post(gateway, path, ["answers": given])
        #expect([400, 401].contains(end.status) && end.object["result"] == nil, "\(end)")
    }

    @Test(
        "a key that cannot consent is refused at the end of the conversation, and grants no token")
    func badKey() async throws {
        let gateway = try TestGateway(policies: [Policies.allowAll])
        let step = try await post(gateway, "/v1/login", ["user": "bob"])
        let end = try await post(
            gateway, "/v1/login/\(step.conversation)",
            [
                "answers": [gateway.password(of: "bob")],
                "key": ["publicKey": "ssh-dss AAAA x", "protection": "passphrase"],
            ])
        #expect(end.status == 400 && end.object["result"] == nil, "\(end)")
        #expect(!(try gateway.ledgerKinds()).contains("token-issued"))
    }
}
