import Identity
import Store
import Vocabulary

/// Whether one person's decision on one hold counts. Asked twice: early, to save work, and last inside the
/// store's transition, on the row as it is then.
struct ConsentCheck: Sendable {
    let by: AuthenticatedPrincipal
    let document: ConsentDocument
    let directory: CurrentDirectory
    let options: HoldOptions
    let now: WallTime
    /// The hold's monotonic deadline has passed, where this process knows it.
    let isDue: Bool
    /// This process, and whether a session of it still waits for the hold.
    let instance: String
    let isAwaited: Bool

    enum Result: Hashable, Sendable {
        case counts
        /// The same person has said the same already: nothing more happens.
        case already
    }

    func judge(_ row: HoldRow, _ statements: any Statements) throws -> Result {
        let directory = directory.value
        if let refusal = standing(row, directory) { throw refusal }
        let earlier = try HoldTable(statements).consents(row.id, round: row.round)
        if document.digest == row.terms.digest,
            earlier.contains(where: { $0.person == name && $0.decision == document.decision })
        {
            return .already
        }
        if let refusal = matter(row) { throw refusal }
        guard earlier.count < Limits.consentsMax else { throw ConsentRefusal.tooMany }
        guard
            try ConversationHistory.isFresh(
                name, within: options.freshMilliseconds, now: now, in: statements)
        else { throw ConsentRefusal.notFresh }
        return .counts
    }

    /// The key that signed, as it is in this transaction.
    func judge(_ key: KeyID, _ statements: any Statements) throws {
        guard let key = try ConsentKeys.live(key, of: name, in: statements) else {
            throw ConsentRefusal.keyNotLive
        }
        guard key.isProtected || options.allowsUnprotectedKeys else {
            throw ConsentRefusal.keyUnprotected
        }
    }

    private var name: PrincipalName { by.principal.name }

    /// Who they are.
    private func standing(_ row: HoldRow, _ directory: Directory) -> ConsentRefusal? {
        guard by.principal.isPerson else { return .notAPerson }
        let involvement = Involvement(row)
        if let refusal = involvement.refusal(name, in: directory) { return refusal }
        if involvement.taints(by.credential, of: name) { return .credentialOfInvolved }
        guard let person = directory.principal(named: name), person.isPerson else {
            return .credentialEnded
        }
        if let expires = by.credential.expires, now >= expires { return .credentialEnded }
        let groups = Set(row.terms.requirements.map(\.group))
        return person.groups.isDisjoint(with: groups) ? .notInGroup(groups.sorted()) : nil
    }

    /// What they decide on.
    private func matter(_ row: HoldRow) -> ConsentRefusal? {
        guard document.hold == row.id else { return .otherHold }
        guard row.state == .pending else { return .notPending(row.state) }
        // Its session has gone, and the store could not be told yet.
        guard isAwaited || row.instance != instance else { return .notPending(.abandoned) }
        guard !isDue, now < row.terms.expires else { return .tooLate }
        return document.digest == row.terms.digest ? nil : .otherDigest
    }
}
