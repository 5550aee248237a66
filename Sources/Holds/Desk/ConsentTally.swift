import Identity
import Policy
import Store
import Vocabulary

/// The consents of a hold's round that count at this moment, and whether they fill what is asked for: groups
/// and keys as of now, nobody involved, each person once.
struct ConsentTally: Sendable {
    let counted: [ConsentRow]
    /// Those people, each once, with their groups of now.
    let people: [PrincipalName: Set<String>]
    /// Against what people were asked.
    let matching: ConsentMatching
    /// People whose consent counted when it was given, and no longer does.
    let void: [PrincipalName]

    init(
        _ row: HoldRow, _ directory: Directory, _ statements: any Statements
    ) throws {
        let given = try HoldTable(statements).consents(row.id, round: row.round)
            .filter { $0.decision == .consent }
        let involvement = Involvement(row)
        let asked = Set(row.terms.requirements.map(\.group))
        var people: [PrincipalName: Set<String>] = [:]
        for consent in given {
            guard let person = directory.principal(named: consent.person), person.isPerson,
                !person.groups.isDisjoint(with: asked),
                involvement.refusal(consent.person, in: directory) == nil,
                try ConsentKeys.live(consent.key, of: consent.person, in: statements) != nil
            else { continue }
            people[consent.person] = person.groups
        }
        self.people = people
        matching = ConsentMatching(row.terms.requirements, people: people)
        counted = given.filter { [people] in people[$0.person] != nil }
        void = given.map(\.person).filter { [people] in people[$0] == nil }.sorted()
    }
}
