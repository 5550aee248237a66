import Vocabulary

/// What the ledger has said about recordings so far. A session's claims are kept until its last one.
struct RecordingLedger {
    struct Malformed: Error {}

    private var claims: [SessionID: RecordingClaims] = [:]
    private var missed: [SessionID: RecordingClaims] = [:]

    /// Returns all claims of a session with its final one.
    mutating func claim(_ record: LedgerRecord) throws(Malformed) -> RecordingClaims? {
        let body = record.body
        guard let session = body["session"]?.text, let bytes = body["bytes"]?.integer, bytes >= 0,
            let root = body["root"]?.text.flatMap(hexBytes).flatMap({ Digest($0) }),
            case .bool(let isFinal)? = body["final"]
        else { throw Malformed() }
        let id = SessionID(rawValue: session)
        let claim = RecordingClaims.Claim(
            index: record.index, bytes: UInt64(bytes), root: root, isFinal: isFinal)
        claims[id, default: RecordingClaims(session: id, claims: [])].claims.append(claim)
        return isFinal ? claims.removeValue(forKey: id) : nil
    }

    /// Retention took it, and said so.
    mutating func remove(_ record: LedgerRecord) {
        guard let session = record.body["session"]?.text else { return }
        claims[SessionID(rawValue: session)] = nil
        missed[SessionID(rawValue: session)] = nil
    }

    /// It is not there: a finding, unless a later entry says that it was removed.
    mutating func miss(_ claims: RecordingClaims) { missed[claims.session] = claims }

    var open: [RecordingClaims] { Self.sorted(claims) }
    var missing: [RecordingClaims] { Self.sorted(missed) }

    private static func sorted(_ claims: [SessionID: RecordingClaims]) -> [RecordingClaims] {
        claims.values.sorted { ($0.claims.first?.index ?? 0) < ($1.claims.first?.index ?? 0) }
    }
}
