import Ledger
import Vocabulary

/// Follows keys, holds and consents through a ledger, in its order, for its verifier: every release must rest on
/// consents to what was held, in the round in which it was asked, by keys that had been enrolled before, of people who
/// had no hand in the asking; and it must let go what was held, in the session that asked, or for a retry hold to the
/// credential that asked. Needs no pinned keys: whoever puts a key into the store without the ledger is seen by it.
public actor ConsentAudit {
    public static let kinds: Set<String> = [
        "key-enrolled", "key-revoked", "hold-opened", "hold-reopened", "hold-released",
        "hold-denied", "hold-expired", "hold-abandoned", "hold-withdrawn", LedgerKind.consent,
    ]

    private struct Key {
        let person: PrincipalName?
        var isRevoked = false
    }

    /// What is asked in a hold's current round.
    private struct Asked {
        let round: Int64?
        let digest: String?
        let action: Digest?
        let isRetry: Bool
        let session: String?
        let credential: String?
        /// How many people it asks for.
        let needed: Int64
        /// Who may not consent, and why; `nil` when an entry does not say who asked.
        let involved: [PrincipalName: String]?
        /// By the index of their entry.
        var consents: [Int64: Given] = [:]
    }

    private struct Given {
        let person: PrincipalName?
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
            // The first one counts: when two people enrol one key at once, both are entered, and one is refused.
            if let key = body["key"]?.text, keys[key] == nil {
                keys[key] = Key(person: name(body["principal"]))
            }
        case "key-revoked":
            if let key = body["key"]?.text { keys[key]?.isRevoked = true }
        case "hold-opened", "hold-reopened":
            holds[hold] = Asked(
                round: body["round"]?.integer, digest: body["digest"]?.text,
                action: record.action, isRetry: body["kind"]?.text == HoldKind.retry.rawValue,
                session: body["session"]?.text, credential: body["credential"]?.text,
                needed: people(in: body["requirements"]),
                involved: involved(in: body, before: holds[hold]?.involved))
        case LedgerKind.consent:
            let given = Given(
                person: name(body["person"]), problem: problem(with: body, on: hold))
            holds[hold]?.consents[Int64(clamping: record.index)] = given
        case "hold-released":
            return release(record, of: hold, holds.removeValue(forKey: hold))
        default: holds[hold] = nil
        }
        return nil
    }

    /// Whether a release lets go something else, or to someone else, than what was held.
    private func goesElsewhere(
        _ record: LedgerRecord, _ hold: String, _ asked: Asked
    ) -> String? {
        if record.action != asked.action {
            return "it releases another action than `\(hold)` held"
        }
        let session = record.body["session"]?.text
        // Older entries of sessions' own holds do not say it.
        guard asked.isRetry || session != nil else { return nil }
        if record.body["credential"]?.text != asked.credential {
            return "it releases `\(hold)` to another credential than asked"
        }
        return asked.isRetry || session == asked.session
            ? nil : "it releases `\(hold)` in another session than asked"
    }

    private func problem(with body: JSONValue, on hold: String) -> String? {
        guard let person = name(body["person"]) else { return "it names nobody" }
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
        guard body["round"]?.integer == holds[hold]?.round else {
            return "it was given in another round of asking"
        }
        guard let involved = holds[hold]?.involved else { return "it is not said who asked" }
        return involved[person].map { "`\(person)`, who \($0), gave it" }
    }

    private func release(_ record: LedgerRecord, of hold: String, _ asked: Asked?) -> String? {
        let body = record.body
        guard let asked else { return "it releases `\(hold)`, which was not held" }
        if let problem = goesElsewhere(record, hold, asked) { return problem }
        guard body["round"]?.integer == asked.round, body["digest"]?.text == asked.digest else {
            return "it releases something else than what `\(hold)` held"
        }
        guard case .array(let consents) = body["consents"] else {
            return "it does not say by which consents `\(hold)` was released"
        }
        var given: Set<PrincipalName> = []
        for consent in consents {
            guard let entry = consent["entry"]?.integer, let person = name(consent["person"]),
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

private func name(_ value: JSONValue?) -> PrincipalName? {
    value?.text.flatMap { PrincipalName($0) }
}

/// Who may not consent by an entry that opens or reopens a hold, and by those before it.
private func involved(
    in body: JSONValue, before: [PrincipalName: String]?
) -> [PrincipalName: String]? {
    guard let requester = name(body["requester"]), let owner = name(body["owner"]),
        case .array(let issuers)? = body["issuers"]
    else { return nil }
    var involved = before ?? [:]
    for issuer in issuers {
        guard let issuer = name(issuer) else { return nil }
        involved[issuer] = "had a hand in the requester's credential"
    }
    involved[owner] = "owns the requester"
    involved[requester] = "asked for it"
    return involved
}

/// Distinct people whom requirements ask for: of one group named twice, the larger count.
private func people(in requirements: JSONValue?) -> Int64 {
    guard case .array(let list) = requirements else { return 0 }
    let counts = list.map { ($0["group"]?.text ?? "", max(0, $0["count"]?.integer ?? 0)) }
    return Dictionary(counts, uniquingKeysWith: max).values.reduce(0, &+)
}
