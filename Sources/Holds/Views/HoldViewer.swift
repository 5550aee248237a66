import Identity
import Store
import Vocabulary

/// What of `HoldAudience` the store is asked: the same rule for rows that are not read yet.
struct HoldViewer: Hashable, Sendable {
    let name: PrincipalName
    let isPerson: Bool
    let isAdministrator: Bool
    let groups: [String]

    /// `nil` for who is no longer declared, and sees nothing.
    init?(_ name: PrincipalName, in directory: Directory) {
        guard let principal = directory.principal(named: name) else { return nil }
        self.name = name
        isPerson = principal.isPerson
        isAdministrator = directory.isAdministrator(name)
        groups = principal.groups.sorted()
    }

    /// A condition on `holds` whose parameters come behind `count` others.
    func condition(after count: Int) -> (sql: String, values: [Value]) {
        if isPerson, isAdministrator { return ("1 = 1", []) }
        let own = "requester = $\(count + 1)"
        guard isPerson else { return (own, [.text(name.text)]) }
        let places = groups.indices.map { "$\(count + 2 + $0)" }.joined(separator: ", ")
        let asked =
            "EXISTS (SELECT 1 FROM hold_groups WHERE hold = holds.id AND hold_groups.name IN (\(places)))"
        return (
            "(\(own) OR owner = $\(count + 1)" + (groups.isEmpty ? ")" : " OR \(asked))"),
            [.text(name.text)] + groups.map { .text($0) }
        )
    }
}
