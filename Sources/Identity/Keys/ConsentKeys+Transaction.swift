import Store
import Vocabulary

extension ConsentKeys {
    /// The person's key of that fingerprint inside a transaction of the store; `nil` when it is not enrolled, is
    /// another person's, or is revoked.
    public static func live(
        _ id: KeyID, of person: PrincipalName, in statements: any Statements
    ) throws -> ConsentKey? {
        try statements.rows(
            """
            SELECT \(ConsentKey.columns) FROM identity_keys
            WHERE fingerprint = $1 AND person = $2 AND revoked_at IS NULL
                AND ledger_index IS NOT NULL
            """, [.text(id.rawValue), .text(person.text)]
        ).first.map(ConsentKey.init(row:))
    }
}
