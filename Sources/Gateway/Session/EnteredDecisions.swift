import Cryptography
import Holds
import Ledger
import Policy
import Vocabulary

/// How many of a session's decisions the ledger has one by one. A client may cause as many as it likes: from some number on
/// the ledger has how often, and only the recording each.
struct EnteredDecisions {
    private var refusals = 0
    private var reviews = 0
    private var unseen = 0

    /// The newest was only counted: what the recording does not have of it stands nowhere.
    var isRefusedOften: Bool { refusals > GatewayLimits.sessionRefusalsEnteredMax }

    /// One more; true when it is only counted.
    mutating func addRefusal() -> Bool {
        refusals += 1
        return isRefusedOften
    }

    /// One more; true when it is only counted.
    mutating func addReview() -> Bool {
        reviews += 1
        return reviews > GatewayLimits.sessionReviewsEnteredMax
    }

    /// One more call that nobody could look into; true when it is only counted.
    mutating func addUnseen() -> Bool {
        unseen += 1
        return unseen > GatewayLimits.sessionRefusalsEnteredMax
    }
}

extension GatewayServices {
    /// Enters what a session was refused, or counts it.
    func enter(
        _ refusal: LedgerEntry, of session: SessionID, isCounted: Bool
    ) async throws(LedgerError) {
        if isCounted {
            try await refusals.enter(refusal, as: session.rawValue)
        } else {
            _ = try await ledger.append(refusal)
        }
    }

    /// Enters what a session may do behind its entry, or counts it.
    func release(
        _ decision: Decision, behind entry: LedgerEntry, of session: SessionID, isCounted: Bool
    ) async throws(LedgerError) -> ReleaseBox {
        guard isCounted else {
            return ReleaseBox(Release(decision, entered: try await ledger.append(entry)))
        }
        let receipt = try await refusals.count(entry, as: session.rawValue)
        return ReleaseBox(Release(decision, counted: receipt))
    }
}

extension Effect {
    /// `summary` for the ledger, which has no room for what a client makes as long as it likes.
    var enteredSummary: String { summary { entered($0) } }
}

/// A text, or the beginning of one that is too long, with what is left out: `beginning... (4096 bytes, sha256:...)`.
func entered(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard bytes.count > GatewayLimits.enteredTextBytesMax else { return text }
    var end = GatewayLimits.enteredTextBytesMax
    // Not within a character.
    while bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return String(decoding: bytes[..<end], as: UTF8.self)
        + "... (\(bytes.count) bytes, sha256:\(SHA256.hash(bytes).hex))"
}
