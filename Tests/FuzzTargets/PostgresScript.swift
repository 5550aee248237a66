import Postgres
import Wire

/// A session as a list of happenings, played against the machine as a driver would:
/// the salt of the verdicts (0 allows all), then `C<...>` the client sends, `S<...>` the server sends, `R` an honest
/// server (`ModelServer`) answers what has left for it, `V` the verdict on what is held comes.
struct PostgresScript {
    enum Piece {
        case client([UInt8]), server([UInt8]), reply, verdict
    }

    let salt: UInt8
    let pieces: [Piece]

    init(_ bytes: [UInt8]) {
        var input = Input(bytes)
        salt = input.byte()
        var pieces: [Piece] = []
        while !input.isAtEnd {
            switch Unicode.Scalar(input.byte()) {
            case "R": pieces.append(.reply)
            case "V": pieces.append(.verdict)
            case "S": pieces.append(.server(input.counted()))
            default: pieces.append(.client(input.counted()))
            }
        }
        self.pieces = pieces
    }

    /// `splits`: what comes from that side comes byte by byte.
    func play(splits side: Side?) throws -> PostgresDriver {
        var driver = PostgresDriver(salt: salt)
        for piece in pieces where !driver.isOver {
            switch piece {
            case .client(let bytes):
                for part in side == .client ? bytes.map({ [$0] }) : [bytes] {
                    try driver.clientSent(part)
                }
            case .server(let bytes):
                // What the client has waiting is read at another moment when the server's bytes come one by one, and
                // may then rightly be judged otherwise: so they come one by one in both plays.
                let isSplit = side == .server || driver.clientIsWaiting
                for part in isSplit ? bytes.map({ [$0] }) : [bytes] {
                    try driver.serverSent(part)
                }
            case .reply: try driver.serverReplies()
            case .verdict: try driver.verdictComes()
            }
        }
        try driver.checkEnd()
        return driver
    }

    enum Side { case client, server }
}

extension FuzzTarget {
    /// A client that says anything to an honest server: nothing that it can say runs what was not judged.
    static let postgresClient = FuzzTarget("postgres-client") { bytes in
        let script = PostgresScript(bytes)
        return try requireSame(script.play(splits: nil), script.play(splits: .client))
    }

    /// A server that says anything.
    static let postgresServer = FuzzTarget("postgres-server") { bytes in
        let script = PostgresScript(bytes)
        return try requireSame(script.play(splits: nil), script.play(splits: .server))
    }
}

private func requireSame(_ whole: PostgresDriver, _ single: PostgresDriver) throws -> Bool {
    try require(
        whole.failure == single.failure,
        "bytes one by one end as \(String(describing: single.failure)), "
            + "not \(String(describing: whole.failure))")
    guard whole.failure == nil else { return false }
    try require(whole.sentUpstream == single.sentUpstream, "other bytes go upstream one by one")
    try require(
        whole.sentToClient == single.sentToClient, "other bytes go to the client one by one")
    try require(whole.outcomes == single.outcomes, "other outcomes one by one")
    return !whole.outcomes.isEmpty
}
