import NIOCore
import Postgres
import Recording
import SQL
import Vocabulary

extension PostgresSession {
    /// What the server's replies said.
    func note(_ event: SessionEvent) {
        switch event {
        case .outcome(let action, let outcome): finished(action, outcome)
        case .readyForQuery(let status): ready(status)
        case .parameterStatus: break
        case .changed(let change): changed(change)
        case .upstreamEnds(let error): upstreamEnding = error
        }
    }

    private func finished(_ action: ActionID, _ outcome: ActionOutcome) {
        guard let index = running.firstIndex(where: { $0.number == action.number }) else { return }
        let ran = running[index]
        if outcome.ending != .suspended { forget(at: index) }
        recordRows(outcome, ran)
        record(outcome, of: action, ran)
        if let hold = ran.hold, outcome.ending != .suspended { report(outcome, of: hold, ran) }
    }

    /// Nearly always the oldest, which costs nothing to take away.
    private func forget(at index: CircularBuffer<RunningAction>.Index) {
        if index == running.startIndex { _ = running.popFirst() } else { running.remove(at: index) }
    }

    private func ready(_ status: TransactionStatus) {
        sample?.groupEnded()
        guard status == .idle, schemaChangedInTransaction else { return }
        schemaChangedInTransaction = false
        target.catalogue.becameStale()
    }

    /// A statement succeeded that changes what names or settings mean in this session.
    private func changed(_ change: SessionChange) {
        knowledge.sessionChanged()
        guard case .schemaChanged = change else { return }
        // Other sessions see it when the transaction commits; our own connection too.
        schemaChangedInTransaction = true
        target.catalogue.becameStale()
    }
}
