import NIOPosix
import Policy
import Postgres
import SQL
import Vocabulary

/// Texts that would keep the loop's other sessions waiting are parsed and inspected by a thread, while their own session
/// waits as for the ledger: nothing else of it is judged meanwhile. Everything sent before is answered by then, so that
/// the session's tables stand still.
extension PostgresSession {
    /// The text of a command that a thread has to read first.
    func largeText(of request: ActionRequest) -> [UInt8]? {
        guard request.kind == .query || request.kind == .parse else { return nil }
        return fromClient.withUnsafeReadableBytes { bytes in
            let text = request.text(in: bytes)
            guard text.count > GatewayLimits.loopTextBytesMax else { return nil }
            let copy = Array(text)
            return aside.meaning(of: copy, types: request.types) == nil ? copy : nil
        }
    }

    /// Has the text parsed, then judges the command again.
    func readAside(_ request: ActionRequest, _ text: [UInt8]) {
        guard request.isSettled else { return machine.settle() }
        wait {
            try await largeTextThreads.runIfActive { parse(text) }
        } then: { session, read in
            session.aside = Aside()
            session.aside.text = (text, read.map { StatementMeaning($0, types: request.types) })
            session.judge(request)
        } otherwise: { session, _ in
            session.refuse(request, notJudged, ruling: nil)
        }
    }

    /// The inspection of a command, if it is known or small; `nil` when it is wanted of a thread.
    func inspectHere(_ work: AsideWork, _ inTransaction: Bool) -> Inspection? {
        let now = circumstances(inTransaction)
        if let done = aside.inspection, done.work.isSame(as: work), done.circumstances == now {
            aside = Aside()
            return done.inspection
        }
        // Of a hold that is released the loop decides: its text has been inspected once.
        guard case .judging = progress else { return work.inspect() }
        if work.prepared.text.bytes.count <= GatewayLimits.loopTextBytesMax {
            work.unsettled.textBytesMax = GatewayLimits.loopTextBytesMax
            let inspection = work.inspect()
            guard work.unsettled.isTooMuch else { return inspection }
            work.unsettled.isSet = false
            work.unsettled.textBytesMax = .max
        }
        aside.wanted = work
        return nil
    }

    /// Has the inspection done that was wanted, then judges the command again. Where none was, or its names are not
    /// certain, what was sent before has to be answered first.
    func inspectAside(_ request: ActionRequest) {
        guard let work = aside.wanted, request.isSettled,
            let circumstances = circumstances(request.inTransaction)
        else {
            aside.wanted = nil
            return machine.settle()
        }
        aside.wanted = nil
        wait {
            try await largeTextThreads.runIfActive { work.inspect() }
        } then: { session, inspection in
            guard !work.unsettled.isSet else { return session.machine.settle() }
            session.aside.inspection = (work, circumstances, inspection)
            session.judge(request)
        } otherwise: { session, _ in
            session.refuse(request, notJudged, ruling: nil)
        }
    }
}

/// What threads found out for the command that waits for it.
struct Aside {
    var text: (bytes: [UInt8], read: Result<StatementMeaning, SQLRefusal>)?
    var wanted: AsideWork?
    var inspection: (work: AsideWork, circumstances: Circumstances, inspection: Inspection)?

    func meaning(of text: [UInt8], types: [UInt32]) -> Result<StatementMeaning, SQLRefusal>? {
        guard let known = self.text, known.bytes == text else { return nil }
        if case .success(let meaning) = known.read, meaning.prepared.types != types { return nil }
        return known.read
    }
}

/// One inspection, with all that it depends on.
struct AsideWork: @unchecked Sendable {
    // Unchecked: the view looks into a copy of the machine, and at the meanings of statements that nobody changes while
    // their session waits.
    let meaning: StatementMeaning
    let prepared: SQL.PreparedText
    /// The parameters' types, as the server described them.
    let types: [UInt32]
    let values: [BoundValue]
    let stage: InspectionStage
    let view: SessionView
    let unsettled: Unsettled

    init(
        _ meaning: StatementMeaning, _ types: [UInt32], _ values: [BoundValue],
        _ stage: InspectionStage,
        _ view: SessionView, _ unsettled: Unsettled
    ) {
        self.meaning = meaning
        prepared = meaning.prepared
        self.types = types
        self.values = values
        self.stage = stage
        self.view = view
        self.unsettled = unsettled
    }

    func inspect() -> Inspection { prepared.inspect(in: view, values: values, stage: stage) }

    func isSame(as other: AsideWork) -> Bool {
        meaning === other.meaning && stage == other.stage && types == other.types
            && values == other.values
    }
}

private let notJudged = ErrorFields(
    code: "58000", "the command could not be judged, so it was not run", hint: "try again")

private func parse(_ text: [UInt8]) -> Result<ParsedText, SQLRefusal> {
    do throws(SQLRefusal) {
        return .success(try ParsedText.parse(text))
    } catch {
        return .failure(error)
    }
}
