import Identity
import Vocabulary

/// Checks a ledger's consents against keys that an auditor pins, for the ledger's verifier.
public enum ConsentVerification {
    /// What is wrong with a `consent` entry; `nil` when it says what was signed, and a key that
    /// `allowedSigners` names for that person signed it.
    ///
    /// - Parameters:
    ///   - time: the entry's; a key that was revoked later was good then.
    ///   - allowedSigners: the auditor's file, as `ssh-keygen(1)` describes it.
    /// Throws `IdentityError.limit` or `.unavailable` when it cannot be judged now.
    public static func finding(
        in body: JSONValue, at time: WallTime, allowedSigners: String, _ verifier: SignatureVerifier
    ) async throws -> String? {
        guard let text = body["statement"]?.text, let signature = body["signature"]?.text,
            let person = body["person"]?.text.flatMap({ PrincipalName($0) }),
            let key = body["key"]?.text
        else { return "the consent lacks statement, signature, person or key" }
        guard let document = ConsentDocument(parsing: Array(text.utf8)) else {
            return "the consent's statement is malformed"
        }
        guard document.hold.rawValue == body["hold"]?.text,
            document.decision.rawValue == body["decision"]?.text
        else { return "the consent's entry says something else than what `\(person)` signed" }
        let isGood: Bool
        do {
            isGood = try await verifier.isGood(
                armored: signature, over: Array(text.utf8), by: person, key: KeyID(rawValue: key),
                allowedSigners: allowedSigners, at: time)
        } catch IdentityError.invalid(let reason) {
            return "the consent's signature is malformed: \(reason)"
        }
        return isGood ? nil : "the consent is not signed by a pinned key of `\(person)`"
    }
}
