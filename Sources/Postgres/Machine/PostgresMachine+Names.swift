/// What a name means when the message that is sent next runs: the tables, and the unanswered messages of the open group.
extension PostgresMachine {
    enum PortalLookup {
        case known(SessionTables.Portal)
        case unknown
        /// An unanswered message may change it.
        case uncertain
        /// Its Execute is not answered.
        case running
    }

    /// Definitions of the open group count at once: should one fail, the server skips what follows as well.
    func lookupStatement(_ name: WireName) -> NameLookup {
        var index = queue.statementChanges > 0 ? queue.count : 0
        while index > 0 {
            index -= 1
            switch queue.kind(at: index) {
            case .parse where queue.isNamed(name, at: index):
                guard isInOpenGroup(index), let text = queue[index].statement else {
                    return .uncertain
                }
                return .known(text)
            case .closeStatement where queue.isNamed(name, at: index):
                return isInOpenGroup(index) ? .unknown : .uncertain
            case .query where name.isUnnamed || queue.hasChanges(at: index),
                .execute where queue.hasChanges(at: index):
                if queue[index].mayChangeStatement(name) { return .uncertain }
            case .parse, .bind, .describeStatement, .describePortal, .execute, .closeStatement,
                .closePortal, .sync, .query, .functionCall, .failingParse:
                break
            }
        }
        return tables.statement(name).map { .known($0) } ?? .unknown
    }

    /// Portals die with their transaction, so that beyond an unanswered Sync nothing is certain.
    func lookupPortal(_ name: WireName) -> PortalLookup {
        var index = queue.count
        while index > 0 {
            index -= 1
            switch queue.kind(at: index) {
            case .bind where queue.isNamed(name, at: index):
                return queue[index].portal.map { .known($0) } ?? .unknown
            case .execute where queue.isNamed(name, at: index): return .running
            case .execute where queue.hasChanges(at: index):
                if queue[index].mayChangePortals { return .uncertain }
            case .closePortal where queue.isNamed(name, at: index): return .unknown
            case .sync, .query, .functionCall: return .uncertain
            case .parse, .bind, .describeStatement, .describePortal, .execute, .closeStatement,
                .closePortal, .failingParse:
                break
            }
        }
        return tables.portal(name).map { .known($0) } ?? .unknown
    }

    /// No message behind it ends a group.
    private func isInOpenGroup(_ index: Int) -> Bool {
        for later in index..<queue.count where queue.kind(at: later).endsGroup { return false }
        return true
    }
}

extension PendingReply {
    /// What BindComplete makes of a Bind.
    var portal: SessionTables.Portal? {
        guard message == .bind, let statement else { return nil }
        return SessionTables.Portal(
            statement: statement, action: action, consequences: consequences, state: .fresh)
    }

    /// A Query or Execute after which a statement's name may mean something else.
    fileprivate func mayChangeStatement(_ name: WireName) -> Bool {
        if message == .query, name.isUnnamed { return true }
        return changes.contains { $0.contains { $0.touchesStatement(name) } }
    }

    fileprivate var mayChangePortals: Bool {
        changes.contains { $0.contains(where: \.touchesPortals) }
    }
}

extension SessionChange {
    fileprivate func touchesStatement(_ name: WireName) -> Bool {
        switch self {
        case .prepare(let changed, _), .deallocate(let changed): WireName(changed) == name
        case .deallocateAll, .discard(.all): true
        case .declare, .closePortal, .closeAllPortals, .discard, .createTemporary, .dropTemporary,
            .blurTemporaries, .setting, .blurSettings, .schemaChanged, .transactionEnds:
            false
        }
    }

    fileprivate var touchesPortals: Bool {
        switch self {
        case .declare, .closePortal, .closeAllPortals, .discard(.all), .transactionEnds: true
        case .prepare, .deallocate, .deallocateAll, .discard, .createTemporary, .dropTemporary,
            .blurTemporaries, .setting, .blurSettings, .schemaChanged:
            false
        }
    }
}
