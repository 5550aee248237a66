import Vocabulary

/// Statements about the session: transactions, settings, notifications, code blocks.
extension Inspector {
    func sessionStatement(_ node: Node) {
        mark(node)
        switch node.kind {
        case .transactionStmt: transaction(node)
        case .variableSetStmt: set(node)
        case .variableShowStmt: emit(.read, named: "pg_catalog", "pg_settings")
        case .discardStmt: discard(node)
        case .listenStmt, .unlistenStmt, .notifyStmt: notification(node)
        case .lockStmt: lockTables(node)
        case .constraintsSetStmt:
            markAll(node)
            emit(.transaction)
        case .doStmt:
            markAll(node)
            emit(.execute)
            leavesOpen("a code block (DO)")
            changes += [
                .ranCode, .schemaChanged, .settingChanged(name: nil, value: nil, isLocal: false),
            ]
            session.catalogueIsCurrent = false
        case .callStmt:
            node.node(.funccall).map { _ = call($0, in: Scope(parent: nil)) }
            if !result.effects.contains(where: { $0.verb == .execute }) { emit(.execute) }
            changes += [.ranCode, .settingChanged(name: nil, value: nil, isLocal: false)]
            session.catalogueIsCurrent = false
        case .loadStmt: emit(.serverIO, exactly(node.text(.filename) ?? ""))
        default: unknown()
        }
    }

    private func transaction(_ node: Node) {
        markAll(node)
        emit(.transaction)
        switch node.text(.kind) {
        case "TRANS_STMT_COMMIT", "TRANS_STMT_PREPARE":
            changes.append(.transactionEnded(isRollback: false))
        case "TRANS_STMT_ROLLBACK", "TRANS_STMT_ROLLBACK_TO":
            changes.append(.transactionEnded(isRollback: true))
        default: break
        }
    }

    private func discard(_ node: Node) {
        switch node.text(.target) {
        case "DISCARD_ALL":
            emit(.session, .anything)
            if !session.temporaries.isEmpty || session.temporariesUnsure {
                emit(.schema, exactly("pg_temp"), ["temporary": .flag(true)])
            }
            changes.append(.discardAll)
        case "DISCARD_TEMP":
            emit(.schema, exactly("pg_temp"), ["temporary": .flag(true)])
            changes.append(.discardTemporary)
        case "DISCARD_PLANS", "DISCARD_SEQUENCES": emit(.session)
        default: unknown()
        }
    }

    private func notification(_ node: Node) {
        guard let channel = node.text(.conditionname) else { return emit(.session, .anything) }
        emit(.session, exactly("channel", channel))
    }

    private func lockTables(_ node: Node) {
        // AccessShareLock is 1: what SELECT takes.
        let isShared = node.integer(.mode) <= 1
        for range in node.nodes(.relations) {
            let use = RelationUse(resolve(range), isOnly: !range.flag(.inh))
            if isShared {
                use.readWhole()
                emitReads(use)
            } else {
                emitWrite(use, ["bounded": .flag(false), "locking": .flag(true)])
            }
        }
    }
}
