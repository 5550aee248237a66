import Vocabulary

/// Which part of the inspector walks which kind of statement.
extension Inspector {
    func statement(_ node: Node, of text: ParsedText) {
        switch node.kind {
        case .selectStmt, .insertStmt, .updateStmt, .deleteStmt, .mergeStmt: query(node, in: nil)
        case .prepareStmt, .executeStmt, .deallocateStmt, .declareCursorStmt, .fetchStmt,
            .closePortalStmt, .explainStmt, .createTableAsStmt, .copyStmt:
            indirect(node, of: text)
        case .transactionStmt, .variableSetStmt, .variableShowStmt, .discardStmt, .listenStmt,
            .unlistenStmt, .notifyStmt, .lockStmt, .constraintsSetStmt, .doStmt, .callStmt,
            .loadStmt:
            sessionStatement(node)
        case .truncateStmt, .vacuumStmt, .clusterStmt, .reindexStmt, .checkPointStmt,
            .refreshMatViewStmt:
            maintenance(node)
        case .createStmt, .createForeignTableStmt, .viewStmt, .indexStmt, .createSeqStmt,
            .alterSeqStmt, .alterTableStmt, .createTrigStmt, .ruleStmt, .createPolicyStmt,
            .alterPolicyStmt, .createStatsStmt, .compositeTypeStmt:
            relationDefinition(node)
        case .grantStmt, .grantRoleStmt, .alterDefaultPrivilegesStmt, .createRoleStmt,
            .alterRoleStmt, .alterRoleSetStmt, .dropRoleStmt, .dropOwnedStmt, .reassignOwnedStmt,
            .alterOwnerStmt, .secLabelStmt:
            privilege(node)
        default: definition(node)
        }
    }

    /// Walks all statements of a text that is run as a whole (`query_to_xml`, a prepared statement).
    func runWhole(_ text: ParsedText) {
        within(text) {
            for statement in text.statements { run(statement, of: text) }
        }
    }

    private func run(_ statement: ParsedStatement, of text: ParsedText) {
        guard let node = statement.node else { return unknown() }
        self.statement(node, of: text)
    }

    // MARK: Sweeping

    /// Walks what is left in a value of DDL: expressions as ever, relations as read, types and options.
    func sweep(_ value: Node.Value, in scope: Scope) { value.forEachNode { sweep($0, in: scope) } }

    func sweep(_ node: Node, in scope: Scope) {
        switch node.kind {
        case _ where isMarked(node): for value in node.fields { sweep(value, in: scope) }
        case .rangeVar: readWhole(resolve(node))
        case .typeName: markAll(node)
        case .selectStmt, .insertStmt, .updateStmt, .deleteStmt, .mergeStmt: query(node, in: scope)
        case .columnRef, .rawExpr, .boolExpr, .funcCall, .typeCast, .subLink, .rawIndirection,
            .nullTest, .booleanTest, .sqlValueFunction, .caseExpr, .coalesceExpr, .minMaxExpr,
            .rawArrayExpr, .rowExpr, .collateClause, .sortBy, .xmlExpr, .xmlSerialize, .rawConst,
            .paramRef:
            expression(node, in: scope)
        case .variableSetStmt: keptSetting(node)
        default:
            mark(node)
            for value in node.fields { sweep(value, in: scope) }
        }
    }

    /// A scope for DDL in which every column is the defined table's own.
    func definitionScope(_ use: RelationUse? = nil) -> Scope {
        let scope = Scope(parent: nil)
        scope.items.append(Item(alias: nil, use: use, columns: use?.relation.columns))
        return scope
    }
}
