/// Whether a WHERE shows that few rows are meant (POSTGRES.md "What SQL means").
extension Inspector {
    /// A conjunction in which the target's own column is compared with constants or a scalar sub-select.
    /// `alone`: no other table's columns are in sight.
    func isBounded(_ condition: Node?, _ target: Item, alone: Bool, in scope: Scope) -> Bool {
        guard let condition else { return false }
        switch condition.kind {
        case .boolExpr:
            return condition.text(.boolop) == "AND_EXPR"
                && condition.nodes(.args).contains {
                    isBounded($0, target, alone: alone, in: scope)
                }
        case .currentOfExpr: return true
        case .rawExpr: return comparison(condition, target, alone: alone, in: scope)
        default: return false
        }
    }

    private func comparison(_ node: Node, _ target: Item, alone: Bool, in scope: Scope) -> Bool {
        guard let left = node.node(.lexpr), let right = node.node(.rexpr) else { return false }
        let isLeft = isColumn(left, of: target, alone: alone)
        switch node.text(.kind) {
        case "AEXPR_OP":
            guard isEquals(node) else { return false }
            if isLeft { return isValue(right, in: scope) }
            return isColumn(right, of: target, alone: alone) && isValue(left, in: scope)
        case "AEXPR_IN":
            let values = right.nodes(.items)
            return isLeft && isEquals(node) && values.count <= view.limits.boundedElementsMax
                && values.allSatisfy(isConstant)
        case "AEXPR_BETWEEN", "AEXPR_BETWEEN_SYM":
            return isLeft && right.nodes(.items).allSatisfy(isConstant)
        default: return false
        }
    }

    private func isEquals(_ node: Node) -> Bool {
        let names = node.names(.name)
        return names == ["="] || names == ["pg_catalog", "="]
    }

    private func isColumn(_ node: Node, of target: Item, alone: Bool) -> Bool {
        guard node.kind == .columnRef else { return false }
        let names = node.names(.fields)
        guard let name = names.last, target.columns == nil || target.column(name) != nil else {
            return false
        }
        // With other tables in sight only a qualified name is surely the target's.
        return names.count == 1 ? alone : names.count == 2 && names[0] == target.alias
    }

    /// One value for all rows: a constant, or a scalar sub-select in which no name is the outer query's.
    private func isValue(_ node: Node, in scope: Scope) -> Bool {
        if isConstant(node) { return true }
        guard node.kind == .subLink, node.text(.subLinkType) == "EXPR_SUBLINK",
            let query = node.node(.subselect)
        else { return false }
        // Walked apart, only to see whether it looks outside.
        let probe = Inspector(view: view, values: values, types: parameterTypes, stage: stage)
        probe.session = session
        let border = Scope(parent: nil)
        var around: Scope? = scope
        while let current = around {
            border.ctes.merge(current.ctes) { inner, _ in inner }
            around = current.parent
        }
        probe.query(query, in: border)
        return !border.looksOutside
    }

    private func isConstant(_ node: Node) -> Bool {
        switch node.kind {
        case .rawConst, .paramRef: true
        case .typeCast: node.node(.arg).map(isConstant) ?? false
        case .rawExpr:
            // A sign.
            node.node(.lexpr) == nil && node.text(.kind) == "AEXPR_OP"
                && ["-", "+"].contains(node.names(.name).last ?? "")
                && node.node(.rexpr).map(isConstant) ?? false
        case .sqlValueFunction: true
        default: false
        }
    }
}
