import Identity
import Ledger
import Policy
import Vocabulary

/// The ledger's entries of this module. No statement text and no value is in them, only commitments.
enum HoldEntries {
    static func opened(_ row: HoldRow) -> LedgerEntry {
        LedgerEntry(kind: "hold-opened", body: .object(asked(row)), action: row.action)
    }

    static func reopened(_ row: HoldRow) -> LedgerEntry {
        LedgerEntry(
            kind: "hold-reopened", body: .object(asked(row).merging(ending(row)) { $1 }),
            action: row.action)
    }

    /// The signed document, its signature and the key, for `ConsentVerification`.
    static func consent(
        _ row: HoldRow, _ by: AuthenticatedPrincipal, _ document: ConsentDocument,
        _ bytes: [UInt8], _ signed: VerifiedSignature
    ) -> LedgerEntry {
        LedgerEntry(
            kind: LedgerKind.consent,
            body: [
                "hold": .text(row.id.rawValue), "round": .integer(Int64(row.round)),
                "person": .text(by.principal.name.text),
                "decision": .text(document.decision.rawValue),
                "statement": .text(String(decoding: bytes, as: UTF8.self)),
                "signature": .text(signed.armored), "key": .text(signed.key.id.rawValue),
                "credential": credential(by.credential),
            ], action: row.action)
    }

    /// `entry`: the decision's own entry, when it was entered and lost against something that came first.
    static func refused(
        _ row: HoldRow, _ by: AuthenticatedPrincipal, _ decision: ConsentDocument.Decision,
        _ refusal: ConsentRefusal, entry: UInt64?
    ) -> LedgerEntry {
        var body: [String: JSONValue] = [
            "hold": .text(row.id.rawValue), "by": .text(by.principal.name.text),
            "credential": credential(by.credential), "decision": .text(decision.rawValue),
            "reason": .text(refusal.code), "text": .text(refusal.description),
        ]
        body["entry"] = entry.map { .integer(Int64(clamping: $0)) }
        return LedgerEntry(kind: "consent-refused", body: .object(body), action: row.action)
    }

    static func released(
        _ row: HoldRow, _ consents: [ConsentRow], _ decision: Decision,
        _ request: HoldRequest
    ) -> LedgerEntry {
        LedgerEntry(
            kind: "hold-released",
            body: [
                "session": .text(request.session.rawValue),
                "credential": .text(request.credentialText),
                "hold": .text(row.id.rawValue), "round": .integer(Int64(row.round)),
                "digest": .text(row.terms.digest.hex), "policy": .text(decision.policyVersion),
                "decision": .text(decision.verdict.rawValue),
                "requirements": requirements(decision.requirements),
                "consents": .array(
                    consents.map {
                        [
                            "person": .text($0.person.text),
                            "entry": .integer(Int64(clamping: $0.entry)),
                        ]
                    }),
            ], action: row.action)
    }

    static func ended(_ row: HoldRow) -> LedgerEntry {
        LedgerEntry(
            kind: kind(of: row), body: .object(ending(row)), action: row.action, isEnding: true)
    }

    private static func kind(of row: HoldRow) -> String {
        switch row.state {
        case .denied: "hold-denied"
        case .expired: "hold-expired"
        case .pending, .approved, .abandoned:
            row.endedBy == nil ? "hold-abandoned" : "hold-withdrawn"
        case .running, .succeeded, .failed, .unknown: "hold-finished"
        }
    }

    private static func ending(_ row: HoldRow) -> [String: JSONValue] {
        var body: [String: JSONValue] = [
            "hold": .text(row.id.rawValue), "round": .integer(Int64(row.round)),
            "state": .text(row.state.rawValue),
        ]
        body["why"] = row.why.map { .text($0) }
        body["by"] = row.endedBy.map { .text($0.text) }
        return body
    }

    private static func asked(_ row: HoldRow) -> [String: JSONValue] {
        var body: [String: JSONValue] = [
            "hold": .text(row.id.rawValue), "round": .integer(Int64(row.round)),
            "session": .text(row.session.rawValue), "requester": .text(row.requester.text),
            "owner": .text(row.owner.text), "credential": .text(row.credential),
            "issuers": .array(row.issuers.sorted().map { .text($0.text) }),
            "target": .text(row.target.text), "digest": .text(row.terms.digest.hex),
            "commitments": row.terms.statement.commitments, "policy": .text(row.terms.policy),
            "rules": .array(row.terms.rules.map { .text($0) }),
            "requirements": requirements(row.terms.requirements),
            "expires": .integer(row.terms.expires.milliseconds),
            "kind": .text(row.kind.rawValue),
        ]
        body["risk"] = row.terms.risk.map { .text($0) }
        return body
    }

    private static func requirements(_ requirements: [ConsentRequirement]) -> JSONValue {
        .array(
            requirements.map { ["group": .text($0.group), "count": .integer(Int64($0.count))] })
    }

    private static func credential(_ credential: Credential) -> JSONValue {
        .text("\(credential.kind.rawValue) \(credential.identifier)")
    }
}
