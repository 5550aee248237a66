import Vocabulary

/// A hold as lists and events name it: who, where, when, and how its text begins; no values. What is consented to is
/// in `HoldView` alone. The keys are stable.
public struct HoldItem: Hashable, Sendable, Codable {
    public let id: HoldID
    public let state: HoldState
    public let kind: HoldKind
    public let requester: PrincipalName
    public let owner: PrincipalName
    public let target: TargetName
    public let risk: String?
    public let opened: WallTime
    public let expires: WallTime
    public let ended: WallTime?
    /// How the text begins, its secrets masked: to recognise it by, never to decide on.
    public let beginning: String

    init(_ row: HoldRow) {
        id = row.id
        state = row.state
        kind = row.kind
        requester = row.requester
        owner = row.owner
        target = row.target
        risk = row.terms.risk
        opened = row.opened
        expires = row.terms.expires
        ended = row.ended
        beginning = row.beginning
    }
}

extension HoldRow {
    /// Whole characters of the text as it may be shown, `Limits.beginningBytesMax` bytes of UTF-8 at most.
    var beginning: String {
        let bytes = masked.map { Array($0.utf8.prefix(Limits.beginningBytesMax)) }
        let text = bytes ?? (terms.statement.bytes(.statement) ?? [])
        var beginning = ""
        var count = 0
        for scalar in String(decoding: text.prefix(Limits.beginningBytesMax), as: UTF8.self)
            .unicodeScalars
        {
            count += UTF8.width(scalar)
            // The last character of a text that is cut may be half of one.
            guard count <= Limits.beginningBytesMax else { break }
            beginning.unicodeScalars.append(scalar)
        }
        return beginning
    }
}
