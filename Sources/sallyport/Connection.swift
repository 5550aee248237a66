import ArgumentParser
import ControlAPI
import ControlClient
import Cryptography
import Foundation
import Ledger
import NIOHTTP1
import Vocabulary

/// What every command that talks with the gateway takes.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "The gateway, HOST:PORT. Default: SALLYPORT_GATEWAY, or that of the last login.")
    var gateway: String?

    /// The gateway with the token of the last login, or of SALLYPORT_TOKEN.
    func connect() async throws -> Connection {
        let home = Home()
        let environment = ProcessInfo.processInfo.environment
        let session = home.session()
        guard let address = gateway ?? environment["SALLYPORT_GATEWAY"] ?? session?.gateway else {
            throw Complaint(
                ExitStatus.unreachable,
                "no gateway is known: run `sallyport login` first, or set SALLYPORT_GATEWAY")
        }
        // A login's token is for the gateway that gave it, and for no other.
        let own = session.flatMap { isSame($0.gateway, address) ? $0 : nil }
        guard let token = environment["SALLYPORT_TOKEN"] ?? own?.token else {
            throw Complaint(
                ExitStatus.unreachable,
                session == nil
                    ? "not logged in: run `sallyport login`, or set SALLYPORT_TOKEN"
                    : "not logged in at `\(visible(address))`: log in there, with a SALLYPORT_HOME of its own"
            )
        }
        let connection = try Connection(
            address: address, home: home, token: token, ledgerKey: session?.ledgerKey,
            caFile: environment["SALLYPORT_CA"])
        try await connection.demandConsistency()
        return connection
    }
}

/// A gateway that has proved that its ledger continues the one that we saw last.
struct Connection {
    let client: ControlClient
    let home: Home
    let token: String?
    /// Of the CA that signed the gateway's certificate.
    let caFile: String
    /// The pinned key of its ledger; `nil` before one is.
    let ledgerKey: String?

    /// - Parameter caFile: the remembered one when left out.
    init(
        address: String, home: Home, token: String?, ledgerKey: String? = nil,
        caFile: String? = nil
    ) throws {
        guard let parsed = GatewayAddress(address) else {
            throw Complaint(
                ExitStatus.usage, "`\(visible(address))` is no address: write HOST:PORT")
        }
        let caFile = caFile ?? home.caFile
        guard FileManager.default.fileExists(atPath: caFile) else {
            throw Complaint(
                ExitStatus.unreachable,
                "the gateway's CA is not known: run `sallyport login --ca FILE`, or set SALLYPORT_CA"
            )
        }
        client = try ControlClient(address: parsed, caFile: caFile, token: token)
        self.home = home
        self.token = token
        self.caFile = caFile
        self.ledgerKey = ledgerKey
    }

    /// Asks for the newest checkpoint with a proof that it continues the one that we remember, and remembers it.
    @discardableResult
    func demandConsistency() async throws -> Checkpoint {
        let seen = home.checkpoint().flatMap { Checkpoint(Array($0.utf8)) }
        let path = "/v1/ledger/checkpoint" + (seen.map { "?from=\($0.size)" } ?? "")
        let answer = try await client.call(.GET, path, as: CheckpointAnswer.self)
        guard let newest = Checkpoint(Array(answer.checkpoint.utf8)) else {
            throw distrust("its checkpoint cannot be read")
        }
        try checkSignature(newest, answer)
        if let seen { try check(newest, continues: seen, answer.consistency ?? []) }
        try home.save(checkpoint: answer.checkpoint)
        return newest
    }

    private func checkSignature(_ newest: Checkpoint, _ answer: CheckpointAnswer) throws {
        let pinned = ledgerKey ?? answer.key
        guard let key = NoteVerifierKey(pinned), newest.isSigned(by: key) else {
            throw distrust(
                "its checkpoint is not signed by the ledger key that was pinned at login")
        }
    }

    private func check(_ newest: Checkpoint, continues seen: Checkpoint, _ proof: [String]) throws {
        guard newest.origin == seen.origin else { throw distrust("it is another ledger") }
        guard newest.size >= seen.size else {
            throw distrust("it has \(newest.size) entries, and had \(seen.size)")
        }
        let hashes = proof.compactMap { hexBytes($0).flatMap { Digest($0) } }
        guard hashes.count == proof.count,
            MerkleProof.isConsistent(
                oldSize: seen.size, oldRoot: seen.root, newSize: newest.size,
                newRoot: newest.root, proof: hashes)
        else { throw distrust("what it had at \(seen.size) entries has been changed") }
    }

    private func distrust(_ why: String) -> Complaint {
        Complaint(
            ExitStatus.refused,
            """
            the gateway's ledger does not continue the one that was seen before: \(why)
            keep \(home.checkpointFile) as evidence and tell your security team
            """)
    }

    /// `prefix` may be any unique beginning of an id; the gateway resolves those of holds.
    func get<Answer: Decodable & Sendable>(_ path: String, as type: Answer.Type) async throws
        -> Answer
    {
        try await client.call(.GET, path, as: type)
    }
}

/// Whether two addresses are the same gateway's, the port written or not.
private func isSame(_ one: String, _ other: String) -> Bool {
    guard let one = GatewayAddress(one), let other = GatewayAddress(other) else { return false }
    return one.description == other.description
}

/// A part of a path: everything but unreserved characters is escaped.
func escaped(_ text: String) -> String {
    let allowed = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
}
