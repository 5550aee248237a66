import Cryptography
import NIOCore
import Policy
import Postgres
import SQL
import Vocabulary

extension PostgresSession {
    /// Rules on the command at the front of the client's bytes, and acts on it.
    func judge(_ request: ActionRequest) {
        guard mayGoOn() else { return }
        if let refusal = request.refusal { return refuse(request, refusal, ruling: nil) }
        if case .first(let bound, let othersBetween) = request.execution {
            return continueBound(request, bound, othersBetween: othersBetween)
        }
        if case .suspended = request.execution {
            // The portal's action goes on: its release covers all of it, for as long as the caller is the caller.
            return continueReleased(request)
        }
        if request.kind == .query, let ruling = sharedRuling(on: request) {
            return allow(request, ruling)
        }
        if let text = largeText(of: request) { return readAside(request, text) }
        switch read(request) {
        case .failure(let refusal): refuse(request, ErrorFields(refusal), ruling: nil)
        case .success(let meaning): judge(request, meaning)
        }
    }

    private func judge(_ request: ActionRequest, _ meaning: StatementMeaning?) {
        if !knowledge.catalogue.isCurrent, !catalogueWasAwaited { return awaitCatalogue(request) }
        guard let ruling = rule(request, meaning) else { return inspectAside(request) }
        if ruling.inspection.namesUnknownRelation, !catalogueWasAwaited {
            return awaitCatalogue(request)
        }
        if let refusal = ruling.inspection.refusal {
            return refuse(request, ErrorFields(refusal), ruling: ruling)
        }
        if let full = machine.refusal(of: ruling.terms) {
            return request.isSettled ? refuse(request, full, ruling: nil) : machine.settle()
        }
        switch ruling.decision.verdict {
        case .allow: allow(request, ruling)
        case .review: review(request, ruling)
        // What unanswered messages leave open may be why: with their answers it is judged again.
        case .hold where !request.isSettled, .deny where !request.isSettled: machine.settle()
        case .hold: hold(request, meaning, ruling)
        case .deny: refuse(request, refusal(of: ruling, request), ruling: ruling)
        }
    }

    /// The first Execute of a Bind that was released. Nothing is decided anew while nothing has happened since.
    private func continueBound(_ request: ActionRequest, _ bound: ActionID, othersBetween: Bool) {
        let isAsBound =
            !othersBetween && lastBound?.action == bound && lastBound?.epoch == knowledge.epoch
        if isAsBound, let until = lastBound?.until, services.clock.wall() >= until {
            return refuse(
                request,
                ErrorFields.refused(
                    "the consent to this command was for the time until \(until)",
                    detail: "it was bound in time, and is executed too late",
                    hint: "bind it again: it is held anew"),
                ruling: nil)
        }
        if isAsBound { return continueReleased(request) }
        guard let ruling = lastBoundRuling(request), ruling.inspection.refusal == nil else {
            if aside.wanted != nil { return inspectAside(request) }
            return refuseBound(request, othersBetween)
        }
        switch ruling.decision.verdict {
        case .allow: continueReleased(request)
        case .review: reviewBound(request, ruling)
        case .hold, .deny: refuseBound(request, othersBetween)
        }
    }

    private func continueReleased(_ request: ActionRequest) {
        if machine.released() { forward(request.byteCount) }
    }

    /// What was bound under another ruling needs an entry of its own to run under this one. The recording has only what is
    /// bound, so these are never counted.
    private func reviewBound(_ request: ActionRequest, _ ruling: Ruling) {
        let entry = decisionEntry(request, ruling, digest: digest(of: request))
        wait { [services] in
            _ = try await services.ledger.append(entry)
        } then: { session, _ in
            session.continueReleased(request)
        } otherwise: { session, _ in
            session.refuseUnrecorded(request)
        }
    }

    private func refuseBound(_ request: ActionRequest, _ othersBetween: Bool) {
        refuse(
            request,
            ErrorFields.refused(
                othersBetween
                    ? "another command ran between this portal's Bind and its Execute"
                    : "the policies or the session changed between this portal's Bind and its Execute",
                detail: "the command is not allowed now as it was when it was bound",
                hint: "bind it again, and send Bind and Execute together"),
            ruling: nil)
    }

    /// Of a command that was bound before something else happened only what is allowed now, too, goes on: a consent was
    /// for then.
    private func lastBoundRuling(_ request: ActionRequest) -> Ruling? {
        guard let meaning = request.statement?.meaning as? StatementMeaning,
            let ruling = inspect(meaning, values: [], request),
            !ruling.inspection.dependsOnValues
        else { return nil }
        return ruling
    }

    // MARK: Reading

    private func read(_ request: ActionRequest) -> Result<StatementMeaning?, SQLRefusal> {
        switch request.kind {
        case .query, .parse: readText(request)
        case .bind, .execute: .success(request.statement?.meaning as? StatementMeaning)
        case .functionCall, .unreadable: .success(nil)
        }
    }

    private func sharedRuling(on request: ActionRequest) -> Ruling? {
        guard let now = circumstances(request.inTransaction) else { return nil }
        return fromClient.withUnsafeReadableBytes {
            knownTexts.ruling(ofShapeOf: request.text(in: $0), under: now)
        }
    }

    private func readText(_ request: ActionRequest) -> Result<StatementMeaning?, SQLRefusal> {
        let text = statement(of: request)
        if let read = aside.meaning(of: text, types: request.types) { return read.map { $0 } }
        if let known = knownTexts[text], let now = circumstances(request.inTransaction),
            known.isSharable(types: request.types, under: now)
        {
            return .success(known)
        }
        do throws(SQLRefusal) {
            let meaning = StatementMeaning(try services.texts.parse(text), types: request.types)
            knownTexts.add(meaning)
            return .success(meaning)
        } catch {
            return .failure(error)
        }
    }

    // MARK: Ruling

    /// `nil`: a name is uncertain until the server has answered what is on its way.
    func rule(_ request: ActionRequest, _ meaning: StatementMeaning?) -> Ruling? {
        guard let meaning else { return ruling(ofCall: request) }
        if let now = circumstances(request.inTransaction),
            let ruling = meaning.ruling(request.stage, types: request.types, under: now)
        {
            return ruling
        }
        switch request.kind {
        case .query:
            let ruling = inspect(meaning, values: [], request)
            if let ruling, let now = circumstances(request.inTransaction) {
                meaning.text.bytes.withUnsafeBytes { knownTexts.share(ruling, of: $0, under: now) }
            }
            return ruling
        case .parse: return analysis(of: meaning, request)
        case .bind, .execute:
            let values = fromClient.withUnsafeReadableBytes { request.values(in: $0) }
            return inspect(meaning, values: values + meaning.prepared.values, request)
        case .functionCall, .unreadable: return ruling(ofCall: request)
        }
    }

    /// `nil` while unanswered messages may change them: then nothing is remembered or believed.
    func circumstances(_ inTransaction: Bool) -> Circumstances? {
        machine.namesVersion.map {
            Circumstances(epoch: knowledge.epoch, names: $0, inTransaction: inTransaction)
        }
    }

    private func inspect(
        _ meaning: StatementMeaning, values: [BoundValue], _ request: ActionRequest
    ) -> Ruling? {
        let stage = request.stage
        let inTransaction = request.inTransaction
        let unsettled = Unsettled()
        let view = knowledge.view(of: machine, unsettled: unsettled)
        guard
            var inspection = inspectHere(
                AsideWork(meaning, request.types, values, stage, view, unsettled), inTransaction),
            !unsettled.isSet
        else { return nil }
        inspection.markStatements()
        let decision =
            inspection.effects.isEmpty
            ? knowledge.scope.decideAnalysis(inspection.effects, inTransaction: inTransaction)
            : knowledge.scope.decide(inspection.effects, inTransaction: inTransaction)
        let ruling = Ruling(
            inspection: inspection, decision: decision, terms: inspection.terms(meaning: meaning),
            names: stage == .query ? nil : view.names)
        if stage != .parse { remember(ruling, of: meaning, request) }
        return ruling
    }

    private func remember(
        _ ruling: Ruling, of meaning: StatementMeaning, _ request: ActionRequest
    ) {
        let stage = request.stage
        guard !ruling.inspection.dependsOnTables,
            stage == .parse || !ruling.inspection.dependsOnValues,
            let now = circumstances(request.inTransaction)
        else { return }
        meaning.remember(ruling, stage, types: request.types, under: now)
    }

    /// A Parse: what its text alone denies is refused, and what runs while the server analyses it is decided now.
    /// Everything else is decided at Bind, with the values and with what the names mean then.
    private func analysis(of meaning: StatementMeaning, _ request: ActionRequest) -> Ruling? {
        guard
            let whole = inspect(meaning, values: [], request)
        else { return nil }
        let isDenied = whole.decision.verdict == .deny && !whole.inspection.dependsOnValues
        if isDenied { return whole }
        let decision = knowledge.scope.decideAnalysis(
            whole.inspection.parseStageEffects, inTransaction: request.inTransaction)
        let ruling = Ruling(
            inspection: whole.inspection, decision: decision,
            terms: ReleaseTerms(
                meaning: meaning, mayChangeSettings: !whole.inspection.parseStageEffects.isEmpty),
            names: whole.names)
        remember(ruling, of: meaning, request)
        return ruling
    }

    private func ruling(ofCall request: ActionRequest) -> Ruling? {
        let values = fromClient.withUnsafeReadableBytes { request.values(in: $0) }
        let view = knowledge.view(of: machine, unsettled: Unsettled())
        var inspection = inspectCall(of: request.function, values: values, in: view)
        inspection.missing = missing(request)
        let decision = knowledge.scope.decide(
            inspection.effects, inTransaction: request.inTransaction)
        return Ruling(
            inspection: inspection, decision: decision, terms: inspection.terms(meaning: nil))
    }

    private func missing(_ request: ActionRequest) -> SQLRefusal? {
        switch request.kind {
        case .bind: .noStatement(request.statementName.text)
        case .execute: .noPortal(request.portalName.text)
        case .query, .parse, .functionCall, .unreadable: nil
        }
    }

    private func refusal(of ruling: Ruling, _ request: ActionRequest) -> ErrorFields {
        let decision = ruling.decision
        if let missing = ruling.inspection.missing {
            // Clients know the server's code for it, and prepare anew.
            return ErrorFields(
                code: missing.sqlstate, missing.message,
                detail: "no command of this session that went through the gateway made it")
        }
        let rules = decision.matches.filter { $0.verdict == .deny }
            .map { "`\($0.policy)/\($0.rule)`" }
        let uncovered = decision.uncovered.prefix(5).map(\.masked.summary).joined(separator: "; ")
        return ErrorFields.refused(
            rules.isEmpty
                ? "no policy allows this command"
                : "refused by policy rule \(rules.joined(separator: ", "))",
            detail: uncovered.isEmpty ? nil : "no rule covers: \(uncovered)",
            hint: knowledge.scope.denialHint(
                for: decision, effects: ruling.inspection.effects,
                inTransaction: request.inTransaction))
    }
}

extension ErrorFields {
    /// What the parser or the inspector said, as the server would.
    init(_ refusal: SQLRefusal) {
        self.init(
            code: refusal.sqlstate, refusal.message, hint: refusal.hint,
            position: refusal.position)
    }
}

extension Inspection {
    /// How many statements the text has is something that a rule can ask of each effect.
    mutating func markStatements() {
        for index in effects.indices {
            effects[index].attributes["statements"] = .number(Int64(statementCount))
        }
    }
}

extension ActionRequest {
    /// The parameters' types as they are known: declared by Parse, described by the server.
    var types: [UInt32] { statement?.parameterTypes ?? [] }

    fileprivate var stage: InspectionStage {
        switch kind {
        case .query: .query
        case .parse: .parse
        case .bind, .execute, .functionCall, .unreadable: .bind
        }
    }
}
