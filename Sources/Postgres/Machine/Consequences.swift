/// What the success of a released command changes. Most commands have none, and carry none: a reference instead of
/// the lists themselves makes a pending reply small enough to be moved about.
final class Consequences: Sendable {
    /// For each statement of the text.
    let changes: [[SessionChange]]
    let copiesIn: Bool
    let mayChangeSettings: Bool
    /// How many texts SQL's `PREPARE` and `DECLARE` would keep, and their bytes.
    let prepared: (count: Int, bytes: Int)
    let declared: (count: Int, bytes: Int)

    /// `nil` when there is nothing to note.
    init?(changes: [[SessionChange]], copiesIn: Bool, mayChangeSettings: Bool) {
        guard copiesIn || mayChangeSettings || changes.contains(where: { !$0.isEmpty }) else {
            return nil
        }
        self.changes = changes
        self.copiesIn = copiesIn
        self.mayChangeSettings = mayChangeSettings
        var prepared = (count: 0, bytes: 0)
        var declared = (count: 0, bytes: 0)
        for change in changes.joined() {
            if case .prepare(_, let text) = change {
                prepared = (prepared.count + 1, prepared.bytes + text.text.count)
            }
            if case .declare(_, let text, _) = change {
                declared = (declared.count + 1, declared.bytes + text.text.count)
            }
        }
        self.prepared = prepared
        self.declared = declared
    }
}
