import Store
import Vocabulary

/// What is known of a token, for lists and the ledger. The secret is not in it.
public struct Token: Hashable, Sendable {
    public let id: TokenID
    public let principal: PrincipalName
    /// Who answered for the principal when it was issued: an agent's owner, or the person itself.
    public let owner: PrincipalName
    public let issuer: PrincipalName
    /// The issuer and everyone behind the issuer's own credential; empty for a person's login token.
    public let issuers: Set<PrincipalName>
    /// `nil` is all that the agent is declared for and policy allows.
    public let targets: Set<TargetName>?
    public let issued: WallTime
    public let expires: WallTime
    public let revoked: WallTime?
    public let revokedBy: PrincipalName?

    /// Neither revoked nor expired.
    public func isLive(at now: WallTime) -> Bool { revoked == nil && now < expires }

    var body: JSONValue {
        [
            "token": .text(id.rawValue), "principal": .text(principal.text),
            "owner": .text(owner.text), "issuer": .text(issuer.text),
            "issuers": .array(issuers.sorted().map { .text($0.text) }),
            "targets": targets.map { .array($0.sorted().map { .text($0.text) }) } ?? .null,
            "issued": .integer(issued.milliseconds), "expires": .integer(expires.milliseconds),
        ]
    }
}

extension Token {
    static let columns =
        "id, hash, principal, owner, issuer, issuers, targets, issued_at, expires_at, revoked_at, revoked_by"

    init(row: Row) throws {
        id = TokenID(rawValue: try row.text("id"))
        principal = try row.principal("principal")
        owner = try row.principal("owner")
        issuer = try row.principal("issuer")
        issuers = Set(try names(in: row.text("issuers"), column: "issuers", PrincipalName.init))
        targets = try row.optionalText("targets").map { text in
            Set(try names(in: text, column: "targets", TargetName.init))
        }
        issued = WallTime(milliseconds: try row.integer("issued_at"))
        expires = WallTime(milliseconds: try row.integer("expires_at"))
        revoked = row.optionalInteger("revoked_at").map(WallTime.init(milliseconds:))
        revokedBy = row.optionalText("revoked_by").flatMap { PrincipalName($0) }
    }

    /// In the order of `columns`.
    func values(hash: Digest) -> [Value] {
        [
            .text(id.rawValue), .text(hash.hex), .text(principal.text), .text(owner.text),
            .text(issuer.text), .text(issuers.sorted().map(\.text).joined(separator: " ")),
            .text(orNull: targets.map { $0.sorted().map(\.text).joined(separator: " ") }),
            .integer(issued.milliseconds), .integer(expires.milliseconds), .null, .null,
        ]
    }
}

extension Row {
    func principal(_ column: String) throws -> PrincipalName {
        guard let name = PrincipalName(try text(column)) else { throw StoreError.column(column) }
        return name
    }
}

/// Names joined by blanks, which no name contains. One that is no name is a damaged store, never skipped.
private func names<Name>(
    in text: String, column: String, _ make: (String) -> Name?
) throws -> [Name] {
    try text.split(separator: " ").map { part in
        guard let name = make(String(part)) else { throw StoreError.column(column) }
        return name
    }
}
