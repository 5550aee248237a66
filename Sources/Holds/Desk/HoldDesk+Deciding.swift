import Cryptography
import Identity
import Ledger
import Store
import Vocabulary

extension HoldDesk {
    /// A person's signed yes. Returns the hold as it is then: approved, when nothing is missing any more. The
    /// same person's second yes changes nothing.
    ///
    /// - Parameters:
    ///   - document: the very bytes that were signed (`ConsentDocument.bytes`).
    ///   - signature: the armored SSHSIG over them.
    /// Throws `HoldError.notFound` to whom the hold does not concern, `.refused` with the reason to others: it then
    /// stands in the ledger, once for each person, hold and code, with a count of what was tried after it.
    @discardableResult
    public func consent(
        _ id: HoldID, by: AuthenticatedPrincipal, document: [UInt8], signature: String
    ) async throws -> HoldView {
        try await decide(.consent, id, by, document, signature)
    }

    /// A person's signed no: the hold is denied. Who asked, or owns who asked, withdraws instead.
    @discardableResult
    public func deny(
        _ id: HoldID, by: AuthenticatedPrincipal, document: [UInt8], signature: String
    ) async throws -> HoldView {
        try await decide(.refuse, id, by, document, signature)
    }

    private func decide(
        _ decision: ConsentDocument.Decision, _ id: HoldID, _ by: AuthenticatedPrincipal,
        _ document: [UInt8], _ signature: String
    ) async throws -> HoldView {
        let first = try await visible(id, to: by)
        var entry: UInt64?
        do {
            guard by.principal.isPerson else { throw ConsentRefusal.notAPerson }
            let parsed = try parse(document, decision)
            if try await judge(first, by, parsed) == .already { return try await view(first) }
            guard try await tokens.stillHolds(by, now: clock.wall()) != nil else {
                throw ConsentRefusal.credentialEnded
            }
            let signed = try await verified(signature, document, by.principal.name)
            try checkLedger(parsed.checkpoint)
            await gates.enter(id)
            defer { gates.leave(id) }
            return try await count(id, by, parsed, document, signed, &entry)
        } catch let refusal as ConsentRefusal {
            try await enter(
                refusal, HoldEntries.refused(first, by, decision, refusal, entry: entry))
            if refusal == .tooLate { _ = try await expire(id) }
            throw HoldError.refused(refusal)
        }
    }

    /// A decision that was entered and lost has its own entry; what can be tried again and again has one for all.
    private func enter(_ refusal: ConsentRefusal, _ entry: LedgerEntry) async throws {
        guard entry.body["entry"] == nil else {
            _ = try await enter(entry)
            return
        }
        let names = [entry.body["hold"]?.text, entry.body["by"]?.text].compactMap { $0 }
        try await refusals.enter(entry, as: (names + [refusal.code]).joined(separator: " "))
    }

    private func parse(
        _ bytes: [UInt8], _ decision: ConsentDocument.Decision
    ) throws -> ConsentDocument {
        guard let document = ConsentDocument(parsing: bytes) else {
            throw ConsentRefusal.document("it must be exactly what `ConsentDocument` writes")
        }
        guard document.decision == decision else { throw ConsentRefusal.otherDecision }
        guard document.reason.utf8.count <= Limits.reasonBytesMax else {
            throw ConsentRefusal.document("its reason exceeds \(Limits.reasonBytesMax) bytes")
        }
        guard decision == .consent || !document.reason.isEmpty else {
            throw ConsentRefusal.document("a refusal needs a reason")
        }
        return document
    }

    private func check(
        _ id: HoldID, _ by: AuthenticatedPrincipal, _ document: ConsentDocument
    ) -> ConsentCheck {
        ConsentCheck(
            by: by, document: document, directory: directory, options: options, now: clock.wall(),
            isDue: isDue(id), instance: instance, isAwaited: local.withLock { $0[id] != nil })
    }

    /// The early look, before anything costs.
    private func judge(
        _ row: HoldRow, _ by: AuthenticatedPrincipal, _ document: ConsentDocument
    ) async throws -> ConsentCheck.Result {
        let check = check(row.id, by, document)
        return try await database.read { try check.judge(row, $0) }
    }

    private func verified(
        _ signature: String, _ document: [UInt8], _ person: PrincipalName
    ) async throws -> VerifiedSignature {
        let signed: VerifiedSignature
        do {
            signed = try await verify(signature, document, person)
        } catch let error as IdentityError {
            // Not the signer's fault, so no word about the signature.
            if case .unavailable = error { throw error }
            throw ConsentRefusal.signature(error.description)
        }
        guard signed.person == person, signed.message == SHA256.hash(document) else {
            throw ConsentRefusal.signature("the signature is of someone or something else")
        }
        return signed
    }

    /// The signer must have seen this ledger, not a copy that was put in its place.
    private func checkLedger(_ seen: ConsentDocument.SeenCheckpoint) throws {
        guard seen.origin == ledger.verifier.name, seen.size <= ledger.size,
            try ledger.root(size: seen.size) == seen.root
        else { throw ConsentRefusal.otherLedger }
    }

    /// Enters the decision in the ledger, then lets the store's transition say whether it counts.
    private func count(
        _ id: HoldID, _ by: AuthenticatedPrincipal, _ document: ConsentDocument, _ bytes: [UInt8],
        _ signed: VerifiedSignature, _ entry: inout UInt64?
    ) async throws -> HoldView {
        let row = try await database.read { try HoldTable($0).get(id) }
        let early = check(id, by, document)
        let result = try await database.read { statements in
            try early.judge(signed.key.id, statements)
            return try early.judge(row, statements)
        }
        if result == .already { return try await view(row) }
        let index = try await enter(HoldEntries.consent(row, by, document, bytes, signed))
        entry = index
        let counted = try await transition(id, by, document, signed, index)
        return try await tell(counted, document, by.principal.name)
    }

    /// The last word, on the rows as they are in this transaction.
    private func transition(
        _ id: HoldID, _ by: AuthenticatedPrincipal, _ document: ConsentDocument,
        _ signed: VerifiedSignature, _ entry: UInt64
    ) async throws -> HoldRow {
        try await database.write { [self] statements in
            let table = HoldTable(statements)
            let row = try table.get(id)
            let check = check(id, by, document)
            try check.judge(signed.key.id, statements)
            guard try check.judge(row, statements) == .counts else { return row }
            let name = by.principal.name
            try table.insert(
                ConsentRow(
                    hold: id, round: row.round, person: name, decision: document.decision,
                    reason: document.reason, key: signed.key.id, entry: entry, at: check.now))
            switch document.decision {
            case .refuse:
                return try table.take(.deny, row, at: check.now, why: document.reason, by: name)
            case .consent:
                let tally = try ConsentTally(row, directory.value, statements)
                guard tally.matching.isSatisfied else { return row }
                return try table.take(.approve, row, at: check.now)
            }
        }
    }

    private func tell(
        _ row: HoldRow, _ document: ConsentDocument, _ person: PrincipalName
    ) async throws -> HoldView {
        switch document.decision {
        case .refuse:
            signal(row.id, .ended(.denied, by: person, why: document.reason))
            await announce(.ended, row)
            try await enterEnd(row)
        case .consent:
            if row.state == .approved { signal(row.id, .approved) }
            await announce(row.state == .approved ? .approved : .consented, row)
        }
        return try await view(row)
    }
}
