import Foundation

/// A client that sends exactly the messages it is told to, each call in one write, and reads messages as lines
/// (`Clients/wire.py` says how both are written).
final class WireClient {
    private let conversation: Conversation

    /// In a session at once, behind login, through the gateway.
    init(_ gateway: TestGateway, token: String, database: String = "orders") throws {
        conversation = try Self.start([
            "--port", String(gateway.port), "--ca", gateway.home + "/certs/ca.pem", "--user",
            "deploy-bot", "--database", database, "--password", token,
        ])
    }

    /// Connected to the gateway, and nothing said yet.
    init(bare gateway: TestGateway) throws {
        conversation = try Self.start([
            "--port", String(gateway.port), "--ca", gateway.home + "/certs/ca.pem", "--bare",
        ])
    }

    /// In a session with the server itself, past the gateway, as the superuser.
    init(direct database: String) throws {
        conversation = try Self.start([
            "--port", String(PostgresServer.shared.port), "--clear", "--user", "postgres",
            "--database", database,
        ])
    }

    deinit {
        conversation.killNow()
        conversation.finish()
    }

    private static func start(_ arguments: [String]) throws -> Conversation {
        try Conversation(
            Command(
                "python3", [projectDirectory + "/Tests/EndToEndTests/Clients/wire.py"] + arguments))
    }

    /// Sends all of them in one write.
    func send(_ messages: [Any]...) { send(messages) }

    func send(_ messages: [[Any]]) {
        let line = (try? JSONSerialization.data(withJSONObject: messages)) ?? Data()
        conversation.send(String(decoding: line, as: UTF8.self) + "\n")
    }

    /// The messages received up to and with the first that begins with `prefix`; `nil` in the end's place when that
    /// never comes, with what came instead as the last line.
    func until(_ prefix: String) -> [String] {
        var lines: [String] = []
        while let line = conversation.expect("\n") {
            let text = String(line.dropLast())
            lines.append(text)
            if text.hasPrefix(prefix) || text == "closed" { return lines }
        }
        return lines + ["(no more) " + conversation.rest]
    }

    /// Up to the next ReadyForQuery.
    func untilReady() -> [String] { until("ReadyForQuery") }

    /// Sends one Query; what came back, ReadyForQuery included.
    func query(_ text: String) -> [String] {
        send(["Q", text])
        return untilReady()
    }

    /// Parse, Bind and Execute of the unnamed statement and portal, without a Sync.
    static func run(_ text: String, _ values: [Any] = []) -> [[Any]] {
        [["P", "", text], ["B", "", "", values], ["E", ""]]
    }
}
