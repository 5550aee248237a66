/// What the success of a released command changes. Most commands have none, and carry none: a reference instead of
/// the lists themselves makes a pending reply small enough to be moved about.
final class Consequences: Sendable {
    /// For each statement of the text.
    let changes: [[SessionChange]]
    let copiesIn: Bool
    let mayChangeSettings: Bool
    /// Of the texts that SQL's PREPARE keeps.
    let preparedBytes: Int

    /// `nil` when there is nothing to note.
    init?(changes: [[SessionChange]], copiesIn: Bool, mayChangeSettings: Bool) {
        guard copiesIn || mayChangeSettings || changes.contains(where: { !$0.isEmpty }) else {
            return nil
        }
        self.changes = changes
        preparedBytes = changes.joined().reduce(0) { sum, change in
            if case .prepare(_, let text) = change { sum + text.text.count } else { sum }
        }
        self.copiesIn = copiesIn
        self.mayChangeSettings = mayChangeSettings
    }
}
