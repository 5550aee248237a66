import Vocabulary

/// TRUNCATE, VACUUM, ANALYZE, CLUSTER, REINDEX, CHECKPOINT, REFRESH.
extension Inspector {
    func maintenance(_ node: Node) {
        mark(node)
        switch node.kind {
        case .truncateStmt: truncate(node)
        case .vacuumStmt: vacuum(node)
        case .clusterStmt:
            options(node, .params)
            upkeep(node.node(.relation))
        case .reindexStmt:
            options(node, .params)
            reindex(node)
        case .checkPointStmt: emit(.maintenance)
        case .refreshMatViewStmt: refresh(node)
        default: unknown()
        }
    }

    private func options(_ node: Node, _ field: NodeField) { node.nodes(field).forEach(markAll) }

    private func truncate(_ node: Node) {
        let cascades = node.text(.behavior) == "DROP_CASCADE"
        for range in node.nodes(.relations) {
            var attributes: [String: AttributeValue] = [
                "bounded": .flag(false), "operation": .text("truncate"),
            ]
            // Every table that refers to it, whichever they are.
            if cascades { attributes["cascade"] = .flag(true) }
            let use = RelationUse(resolve(range), isTarget: true, isOnly: !range.flag(.inh))
            emitWrite(use, attributes)
        }
        if cascades {
            emit(.write, .anything, ["bounded": .flag(false), "operation": .text("truncate")])
        }
    }

    private func vacuum(_ node: Node) {
        options(node, .options)
        for relation in node.nodes(.rels) {
            mark(relation)
            upkeep(relation.node(.relation))
        }
        if node.nodes(.rels).isEmpty { emit(.maintenance, .anything) }
    }

    private func upkeep(_ range: Node?) {
        guard let range else { return emit(.maintenance, .anything) }
        emitWithTable(.maintenance, resolve(range))
    }

    private func reindex(_ node: Node) {
        if let range = node.node(.relation) { return upkeep(range) }
        guard let name = node.text(.name) else { return emit(.maintenance, .anything) }
        emit(.maintenance, exactly(name))
    }

    /// Runs the view's query as its owner, and writes what it gives.
    private func refresh(_ node: Node) {
        guard let range = node.node(.relation) else { return unknown() }
        let resolved = resolve(range)
        emit(.maintenance, resolved.reference)
        emit(.write, resolved.reference, ["bounded": .flag(false), "operation": .text("refresh")])
        if let relation = resolved.relation { expandView(relation) } else { unknown() }
    }
}
