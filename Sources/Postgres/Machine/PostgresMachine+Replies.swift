import Wire

/// What each reply means to the oldest unanswered message. False, or `nil`, where the protocol has no such reply.
extension PostgresMachine {
    /// Every reply but CommandComplete, ReadyForQuery and ErrorResponse.
    mutating func accept(_ header: FrameHeader) -> Bool {
        guard let kind = queue.firstKind else { return false }
        switch kind {
        case .parse: return header.type == ServerMessageType.parseComplete && parsed()
        case .bind: return header.type == ServerMessageType.bindComplete && bound()
        case .closeStatement, .closePortal:
            return header.type == ServerMessageType.closeComplete && closed(kind)
        case .describeStatement: return acceptDescription(header.type)
        case .describePortal: return isRowDescription(header.type) && finish()
        case .execute: return acceptInExecute(header)
        case .query: return acceptInQuery(header)
        case .functionCall: return acceptInCall(header)
        case .sync, .failingParse: return false
        }
    }

    private func isRowDescription(_ type: UInt8) -> Bool {
        type == ServerMessageType.rowDescription || type == ServerMessageType.noData
    }

    /// The oldest message is wholly answered.
    private mutating func finish() -> Bool {
        queue.dropFirst()
        progress = ReplyProgress()
        return true
    }

    private mutating func parsed() -> Bool {
        tables.setStatement(queue.oldest.name, queue.oldest.statement)
        events.append(.outcome(queue.oldest.action, ActionOutcome(.succeeded)))
        queue.dropFirst()
        return true
    }

    private mutating func bound() -> Bool {
        tables.setPortal(queue.oldest.name, queue.oldest.portal)
        sayUnfinished()
        queue.dropFirst()
        return true
    }

    private mutating func closed(_ kind: PendingReply.Message) -> Bool {
        if kind == .closeStatement {
            tables.setStatement(queue.oldest.name, nil)
        } else {
            tables.setPortal(queue.oldest.name, nil)
            sayUnfinished()
        }
        queue.dropFirst()
        return true
    }

    private mutating func acceptDescription(_ type: UInt8) -> Bool {
        if progress.stage == .start, type == ServerMessageType.parameterDescription {
            progress.stage = .described
            return true
        }
        return progress.stage == .described && isRowDescription(type) && finish()
    }

    private mutating func acceptInExecute(_ header: FrameHeader) -> Bool {
        switch (progress.stage, header.type) {
        case (.start, ServerMessageType.dataRow): return countRow(header)
        case (.start, ServerMessageType.emptyQueryResponse):
            return executed(.succeeded, .completed)
        case (.start, ServerMessageType.portalSuspended): return executed(.suspended, .suspended)
        default: return acceptCopy(header)
        }
    }

    private mutating func acceptInQuery(_ header: FrameHeader) -> Bool {
        switch (progress.stage, header.type) {
        case (.start, ServerMessageType.rowDescription), (.rows, ServerMessageType.rowDescription):
            progress.stage = .rows
            return true
        case (.rows, ServerMessageType.dataRow): return countRow(header)
        case (.start, ServerMessageType.emptyQueryResponse):
            progress.stage = .ending
            return true
        default: return acceptCopy(header)
        }
    }

    private mutating func acceptInCall(_ header: FrameHeader) -> Bool {
        guard progress.stage == .start, header.type == ServerMessageType.functionCallResponse else {
            return false
        }
        progress.stage = .ending
        progress.bytesOut += header.frameBytes
        return true
    }

    private mutating func acceptCopy(_ header: FrameHeader) -> Bool {
        switch (progress.stage, header.type) {
        case (.start, ServerMessageType.copyInResponse): return copyInStarted()
        case (.start, ServerMessageType.copyOutResponse):
            progress.stage = .copyOut
            return true
        case (.copyOut, ServerMessageType.copyData): return countRow(header)
        case (.copyOut, ServerMessageType.copyDone):
            progress.stage = .copyEnded
            return true
        default: return false
        }
    }

    /// Only a released COPY FROM STDIN may ask for data, and nothing was sent behind it.
    private mutating func copyInStarted() -> Bool {
        guard copy == .expected, queue.count == 1, queue.oldest.copiesIn else {
            return false
        }
        progress.stage = .copyIn
        copy = .active
        return true
    }

    private mutating func countRow(_ header: FrameHeader) -> Bool {
        progress.rowsOut += 1
        progress.bytesOut += header.frameBytes
        return true
    }

    /// Of actions whose portals are gone nothing more comes.
    private mutating func sayUnfinished() {
        guard !tables.unfinished.isEmpty else { return }
        for (action, hasRun) in tables.unfinished {
            events.append(.outcome(action, ActionOutcome(.closed(hasRun: hasRun))))
        }
        tables.unfinished.removeAll()
    }

    /// CommandComplete.
    mutating func completed(tag: String) -> Bool {
        guard let kind = queue.firstKind, kind == .execute || kind == .query else {
            return false
        }
        switch progress.stage {
        case .start, .rows, .copyEnded: break
        case .copyIn: copy = kind == .query ? .expected : .none
        case .described, .copyOut, .ending: return false
        }
        tables.transactional.completed(tag: tag)
        if queue.hasChanges(at: 0) { apply(queue[0].changes, statement: progress.statements) }
        progress.tag = tag
        progress.statements += 1
        progress.stage = .start
        return kind == .query || executed(.succeeded, .completed)
    }

    private mutating func apply(_ changes: [[SessionChange]], statement index: Int) {
        guard index < changes.count else { return }
        for change in changes[index] {
            tables.apply(change)
            if change.isReported { events.append(.changed(change)) }
        }
    }

    private mutating func executed(
        _ ending: ActionOutcome.Ending, _ state: SessionTables.Portal.State
    ) -> Bool {
        guard !queue.isEmpty else { return false }
        tables.executed(queue.oldest.name, queue.oldest.action, state)
        events.append(.outcome(queue.oldest.action, progress.outcome(ending)))
        progress = ReplyProgress()
        if queue.oldest.copiesIn { copy = .none }
        queue.dropFirst()
        return true
    }

    /// ReadyForQuery.
    mutating func isReady(_ status: TransactionStatus) -> Bool {
        guard let kind = queue.firstKind, kind.endsGroup else { return false }
        let isAnswered =
            progress.stage == .ending || (progress.stage == .start && progress.statements > 0)
        guard kind == .sync || isAnswered else { return false }
        let action = queue.firstAction
        if kind == .query { queryEnded() }
        queue.dropFirst()
        if kind != .sync {
            let ending = progress.error.map { ActionOutcome.Ending.failed($0) } ?? .succeeded
            events.append(.outcome(action, progress.outcome(ending)))
        }
        progress = ReplyProgress()
        groupsAnswered += 1
        self.status = status
        if status == .idle { tables.transactionEnded() }
        sayUnfinished()
        tables.transactional.readyForQuery(status)
        events.append(.readyForQuery(status))
        return true
    }

    /// A Query takes the unnamed statement and portal for itself.
    private mutating func queryEnded() {
        tables.setStatement(.unnamed, nil)
        tables.setPortal(.unnamed, nil)
        // A COPY that was sent behind it is yet to begin.
        if queue.oldest.copiesIn { copy = .none }
    }

    /// ErrorResponse that does not end the session, to a message of the client.
    mutating func failed(_ error: ErrorFields, _ kind: PendingReply.Message) -> Bool {
        tables.transactional.failed()
        if kind.endsGroup {
            guard progress.stage != .ending || progress.error == nil else { return false }
            if queue.oldest.copiesIn { copy = .none }
            progress.error = error
            progress.stage = .ending
            return true
        }
        guard !queue.isEmpty else { return false }
        let action = queue.firstAction
        // Even a Parse that fails has dropped the unnamed statement.
        if kind == .parse, queue.oldest.name.isUnnamed { tables.setStatement(.unnamed, nil) }
        queue.dropFirst()
        if action.number > 0 {
            events.append(.outcome(action, progress.outcome(.failed(error))))
        }
        progress = ReplyProgress()
        skipToSync(action)
        if !(0..<queue.count).contains(where: { queue[$0].copiesIn }) { copy = .none }
        return true
    }

    /// The server throws away everything up to the next Sync, whether it was sent already or not.
    mutating func skipToSync(_ failed: ActionID) {
        var reported = failed
        while let kind = queue.firstKind, kind != .sync {
            let action = queue.firstAction
            queue.dropFirst()
            if kind.endsGroup { groupsAnswered += 1 }
            if action.number > 0, action != reported {
                events.append(.outcome(action, ActionOutcome(.skipped)))
                reported = action
            }
        }
        skipping = queue.isEmpty
    }
}

extension SessionChange {
    /// The caller hears of it as an event.
    fileprivate var isReported: Bool {
        switch self {
        case .setting, .blurSettings, .schemaChanged, .createTemporary, .dropTemporary,
            .blurTemporaries, .discard, .transactionEnds:
            true
        case .prepare, .deallocate, .deallocateAll, .declare, .closePortal, .closeAllPortals: false
        }
    }
}
