import Ledger
import Vocabulary

/// Follows keys, holds and consents through a ledger, in its order, for its verifier: every release must rest on
/// consents to what was held, by keys that had been enrolled before. Needs no pinned keys: whoever puts a key into the
/// store without the ledger is seen by it.
public actor ConsentAudit {
    public static let kinds: Set<String> = [
        "key-enrolled", "key-revoked", "hold-opened", "hold-reopened", "hold-released",
        "hold-denied", "hold-expired", "hold-abandoned", "hold-withdrawn", LedgerKind.consent,
    ]

    private struct Key {
        let person: String?
        var isRevoked = false
    }

    /// What is asked in a hold's current round.
    private struct Asked {
        let round: Int64?
        let digest: String?
        /// How many people it asks for.
        let needed: Int64
        /// By the index of their entry.
        var consents: [Int64: Given] = [:]
    }

    private struct Given {
        let person: String?
        /// Why it may not count; `nil` when it may.
        let problem: String?
    }

    private var keys: [String: Key] = [:]
    /// Those that are open.
    private var holds: [String: Asked] = [:]

    public init() {}

    /// Takes the next entry of `kinds`; what is wrong with it after those before it.
    public func finding(in record: LedgerRecord) -> String? {
        let body = record.body
        let hold = body["hold"]?.text ?? ""
        switch record.kind {
        case "key-enrolled":
            if let key = body["key"]?.text { keys[key] = Key(person: body["principal"]?.text) }
        case "key-revoked":
            if let key = body["key"]?.text { keys[key]?.isRevoked = true }
        case "hold-opened", "hold-reopened":
            holds[hold] = Asked(
                round: body["round"]?.integer, digest: body["digest"]?.text,
                needed: people(in: body["requirements"]))
        case LedgerKind.consent:
            let given = Given(person: body["person"]?.text, problem: problem(with: body, on: hold))
            holds[hold]?.consents[Int64(clamping: record.index)] = given
        case "hold-released":
            return release(body, of: hold, holds.removeValue(forKey: hold))
        default: holds[hold] = nil
        }
        return nil
    }

    private func problem(with body: JSONValue, on hold: String) -> String? {
        let person = body["person"]?.text ?? "?"
        guard let key = body["key"]?.text.flatMap({ keys[$0] }), key.person == person else {
            return "its key was never enrolled by `\(person)`"
        }
        if key.isRevoked { return "its key had been revoked" }
        guard let text = body["statement"]?.text,
            let document = ConsentDocument(parsing: Array(text.utf8)),
            document.hold.rawValue == hold, document.decision == .consent
        else { return "it is no consent to this hold" }
        guard document.digest.hex == holds[hold]?.digest else {
            return "what was signed is not what was held"
        }
        return nil
    }

    private func release(_ body: JSONValue, of hold: String, _ asked: Asked?) -> String? {
        guard let asked else { return "it releases `\(hold)`, which was not held" }
        guard body["round"]?.integer == asked.round, body["digest"]?.text == asked.digest else {
            return "it releases something else than what `\(hold)` held"
        }
        guard case .array(let consents) = body["consents"] else {
            return "it does not say by which consents `\(hold)` was released"
        }
        var given: Set<String> = []
        for consent in consents {
            guard let entry = consent["entry"]?.integer, let person = consent["person"]?.text,
                let consent = asked.consents[entry], consent.person == person
            else { return "it names a consent that nobody gave to `\(hold)`" }
            if let problem = consent.problem {
                return "the consent in entry \(entry), by which `\(hold)` was released: \(problem)"
            }
            given.insert(person)
        }
        // What people were asked, and what the policy asked when it went.
        let needed = max(asked.needed, people(in: body["requirements"]))
        return given.count < needed
            ? "`\(hold)` was released by \(given.count) people, and needed \(needed)" : nil
    }
}

/// Distinct people whom requirements ask for: of one group named twice, the larger count.
private func people(in requirements: JSONValue?) -> Int64 {
    guard case .array(let list) = requirements else { return 0 }
    let counts = list.map { ($0["group"]?.text ?? "", max(0, $0["count"]?.integer ?? 0)) }
    return Dictionary(counts, uniquingKeysWith: max).values.reduce(0, &+)
}
