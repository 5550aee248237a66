import Foundation
import TLS
import TestKit
import Vocabulary

/// Clients of a gateway that show certificates instead of passwords.
extension TestGateway {
    /// Where the agent's `sallyport` keeps its files.
    var agentHome: String { directory.file("agent") }

    /// An agent that has nothing but its token runs this, with `sallyport` and `psql` in its PATH.
    func agent(_ token: String, _ program: String, _ arguments: [String]) -> Command {
        var command = Command(program, arguments)
        command.environment = [
            "SALLYPORT_HOME": agentHome, "SALLYPORT_GATEWAY": "localhost:\(port)",
            "SALLYPORT_TOKEN": token, "SALLYPORT_CA": home + "/certs/ca.pem",
            "HOME": directory.path, "SALLYPORT": Self.binaries + "/sallyport",
            "PSQL": PostgresServer.binaries + "/psql",
        ]
        return command
    }

    /// The variables of `sallyport env orders --json`.
    func variables(_ token: String) async throws -> [String: String] {
        let said = try await agent(
            token, Self.binaries + "/sallyport", ["env", "orders", "--json"]
        ).run()
        let object = try JSONSerialization.jsonObject(with: Data(said.out.utf8)) as? [String: Any]
        guard let variables = object?["variables"] as? [String: String] else {
            throw Failure("env: \(said)")
        }
        return variables
    }

    /// `psql` that asks nobody for a password.
    func psql(_ variables: [String: String], _ arguments: [String] = []) -> Command {
        var command = Command(
            PostgresServer.binaries + "/psql", ["-X", "-w", "-At"] + arguments)
        command.environment = variables
        command.environment["HOME"] = directory.path
        return command
    }

    /// A CA of the gateway's own, `runner` or `client`, with its key.
    func authority(_ name: String) throws -> CertificateAuthority {
        try CertificateAuthority(
            pem: String(contentsOfFile: home + "/var/\(name)-ca.pem", encoding: .utf8))
    }

    /// Whoever has a CA's key can make any certificate: its file, with its key.
    ///
    /// - Parameter issuers: PEM texts that the client shows behind it.
    func forge(
        _ authority: CertificateAuthority, _ uris: [String], agoMilliseconds: Int64 = 0,
        milliseconds: Int64 = 3_600_000, issuers: String = ""
    ) throws -> String {
        let key = try CertificateKey.generate()
        let now = Int64(Date().timeIntervalSince1970 * 1_000) - agoMilliseconds
        let issued = try authority.issue(
            request: key.request(commonName: "deploy-bot"), commonName: "deploy-bot", uris: uris,
            now: WallTime(milliseconds: now), milliseconds: milliseconds)
        let file = directory.file("\(UUID()).pem")
        try (issued.pem + issuers + key.pem()).write(
            toFile: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        return file
    }

    /// The bodies of the ledger's entries of that kind, as text.
    func entered(_ kind: String) throws -> [String] {
        try String(contentsOfFile: ledger + "/entries-000001.jsonl", encoding: .utf8)
            .split(separator: "\n").map(String.init).filter { $0.contains("\"kind\":\"\(kind)\"") }
    }
}
