import Vocabulary

/// Type oids that expressions have by their syntax alone (`pg_type.dat`).
enum TypeOID {
    static let bool: UInt32 = 16
    static let int8: UInt32 = 20
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let xml: UInt32 = 142
    static let unknown: UInt32 = 705
    static let bit: UInt32 = 1560
    static let numeric: UInt32 = 1700
    static let record: UInt32 = 2249
}

/// Expressions. Each function answers the type's oid, `nil` when it is not known.
extension Inspector {
    func expressions(_ node: Node, _ field: NodeField, in scope: Scope) {
        for value in node.list(field) { expression(value.node, in: scope) }
    }

    @discardableResult
    func expression(_ node: Node?, in scope: Scope, isOutput: Bool = false) -> UInt32? {
        guard let node else { return nil }
        mark(node)
        switch node.kind {
        case .rawConst: return constantType(node)
        case .paramRef:
            let index = Int(node.integer(.number)) - 1
            let declared = parameterTypes.indices.contains(index) ? parameterTypes[index] : 0
            let bound = values.indices.contains(index) ? values[index].type : 0
            let type = declared == 0 ? bound : declared
            return type == 0 ? TypeOID.unknown : type
        case .columnRef: return columnReference(node, in: scope)
        case .rawExpr: return operation(node, in: scope)
        case .boolExpr:
            expressions(node, .args, in: scope)
            return TypeOID.bool
        case .funcCall: return call(node, in: scope)
        case .typeCast:
            let source = expression(node.node(.arg), in: scope)
            return node.node(.typeName).flatMap { castType($0, from: source) }
        case .subLink: return subLink(node, in: scope)
        case .rawIndirection: return indirection(node, in: scope)
        case .nullTest, .booleanTest:
            expression(node.node(.arg), in: scope)
            return TypeOID.bool
        case .sqlValueFunction: return valueFunctionType(node)
        case .caseExpr: return caseExpression(node, in: scope)
        case .coalesceExpr, .minMaxExpr:
            return sameType(node.list(.args).map { expression($0.node, in: scope) })
        case .rawArrayExpr:
            return arrayType(sameType(node.list(.elements).map { expression($0.node, in: scope) }))
        case .rowExpr:
            expressions(node, .args, in: scope)
            return TypeOID.record
        case .collateClause: return expression(node.node(.arg), in: scope)
        case .groupingFunc:
            expressions(node, .args, in: scope)
            return TypeOID.int4
        case .sortBy:
            sort(node, in: scope)
            return nil
        case .windowDef, .groupingSet, .rawIndices, .namedArgExpr, .multiAssignRef, .xmlExpr,
            .xmlSerialize, .resTarget, .list, .caseWhen, .indexElem, .inferClause:
            return children(node, in: scope)
        case .selectStmt: return select(node, in: scope)?.first?.type
        case .setToDefault, .currentOfExpr, .string, .rawStar, .integer, .float, .boolean:
            return nil
        default:
            unknown()
            return nil
        }
    }

    /// Walks whatever the node holds; its own type is not known, but for XML.
    private func children(_ node: Node, in scope: Scope) -> UInt32? {
        for value in node.fields {
            value.forEachNode { child in
                if child.kind == .typeName {
                    castType(child, from: nil)
                } else {
                    expression(child, in: scope)
                }
            }
        }
        return node.kind == .xmlExpr ? TypeOID.xml : nil
    }

    private func constantType(_ node: Node) -> UInt32 {
        for value in node.fields {
            switch value.field {
            case .ival: return TypeOID.int4
            case .fval: return TypeOID.numeric
            case .boolval: return TypeOID.bool
            case .bsval: return TypeOID.bit
            default: continue
            }
        }
        return TypeOID.unknown
    }

    private func valueFunctionType(_ node: Node) -> UInt32 {
        switch node.text(.op) {
        case "SVFOP_CURRENT_DATE": 1082
        case "SVFOP_CURRENT_TIME", "SVFOP_CURRENT_TIME_N": 1266
        case "SVFOP_CURRENT_TIMESTAMP", "SVFOP_CURRENT_TIMESTAMP_N": 1184
        case "SVFOP_LOCALTIME", "SVFOP_LOCALTIME_N": 1083
        case "SVFOP_LOCALTIMESTAMP", "SVFOP_LOCALTIMESTAMP_N": 1114
        default: 19
        }
    }

    private func caseExpression(_ node: Node, in scope: Scope) -> UInt32? {
        let subject = node.node(.arg)
        let subjectType = expression(subject, in: scope)
        var results: [UInt32?] = []
        for when in node.nodes(.args) {
            mark(when)
            let type = expression(when.node(.expr), in: scope)
            if subject != nil { useOperator(["="], left: subjectType, right: type) }
            results.append(expression(when.node(.result), in: scope))
        }
        if let other = node.node(.defresult) { results.append(expression(other, in: scope)) }
        return sameType(results)
    }

    /// The one type that all have; bare literals take the others' type.
    func sameType(_ types: [UInt32?]) -> UInt32? {
        let known = types.filter { $0 != TypeOID.unknown }
        guard let first = known.first else { return types.isEmpty ? nil : TypeOID.text }
        return known.allSatisfy { $0 == first } ? first : nil
    }

    func arrayType(_ element: UInt32?) -> UInt32? {
        guard let element, let name = Builtins.type(oid: element)?.name else { return nil }
        return Builtins.type(named: "_" + name)?.oid
    }

    func elementType(_ array: UInt32?) -> UInt32? {
        array.flatMap {
            Builtins.type(oid: $0)?.elementType ?? catalogue.type(oid: $0)?.elementType
        }
    }

    private func subLink(_ node: Node, in scope: Scope) -> UInt32? {
        leavesOpen("sub-select")
        let left = expression(node.node(.testexpr), in: scope)
        let columns = node.node(.subselect).flatMap { query($0, in: scope) }
        let type = columns?.count == 1 ? columns?[0].type : nil
        switch node.text(.subLinkType) {
        case "ANY_SUBLINK", "ALL_SUBLINK":
            let names = node.names(.operName)
            useOperator(names.isEmpty ? ["="] : names, left: left, right: type)
            return TypeOID.bool
        case "EXISTS_SUBLINK": return TypeOID.bool
        case "EXPR_SUBLINK": return type
        case "ARRAY_SUBLINK": return arrayType(type)
        default: return nil
        }
    }

    private func indirection(_ node: Node, in scope: Scope) -> UInt32? {
        var type = expression(node.node(.arg), in: scope)
        for step in node.nodes(.indirection) {
            switch step.kind {
            case .string: type = attribute(step.stringText ?? "", of: type)
            case .rawIndices:
                expression(step, in: scope)
                type = elementType(type)
            default: type = nil
            }
        }
        return type
    }

    private func sort(_ node: Node, in scope: Scope) {
        if let key = node.node(.node), !isMarked(key) { expression(key, in: scope) }
        let names = node.names(.useOp)
        if !names.isEmpty { useOperator(names, left: nil, right: nil) }
    }

    // MARK: Operators

    private func operation(_ node: Node, in scope: Scope) -> UInt32? {
        let left = expression(node.node(.lexpr), in: scope)
        let isPrefix = node.node(.lexpr) == nil
        let names = node.names(.name)
        switch node.text(.kind) {
        case "AEXPR_OP", "AEXPR_LIKE", "AEXPR_ILIKE", "AEXPR_SIMILAR":
            let right = expression(node.node(.rexpr), in: scope)
            return useOperator(names, left: left, right: right, isPrefix: isPrefix)
        case "AEXPR_OP_ANY", "AEXPR_OP_ALL":
            let right = expression(node.node(.rexpr), in: scope)
            useOperator(
                names, left: left, right: right == TypeOID.unknown ? right : elementType(right))
        case "AEXPR_DISTINCT", "AEXPR_NOT_DISTINCT":
            useOperator(["="], left: left, right: expression(node.node(.rexpr), in: scope))
        case "AEXPR_NULLIF":
            useOperator(["="], left: left, right: expression(node.node(.rexpr), in: scope))
            return left
        case "AEXPR_IN":
            for value in node.node(.rexpr)?.list(.items) ?? .empty {
                useOperator(names, left: left, right: expression(value.node, in: scope))
            }
        case "AEXPR_BETWEEN", "AEXPR_NOT_BETWEEN", "AEXPR_BETWEEN_SYM", "AEXPR_NOT_BETWEEN_SYM":
            for value in node.node(.rexpr)?.list(.items) ?? .empty {
                let right = expression(value.node, in: scope)
                for name in ["<", "<=", ">", ">="] { useOperator([name], left: left, right: right) }
            }
        default:
            expression(node.node(.rexpr), in: scope)
            unknown()
        }
        return TypeOID.bool
    }

    /// Says what using an operator runs; answers its result's type.
    @discardableResult
    func useOperator(
        _ names: [String], left: UInt32?, right: UInt32?, isPrefix: Bool = false
    ) -> UInt32? {
        guard let name = names.last else { return nil }
        if names.count > 1, names[names.count - 2] != "pg_catalog" {
            emit(.execute, .exactly(ObjectName(names.suffix(2))))
            return nil
        }
        if let left, !isPrefix { runCode(of: left) }
        if let right { runCode(of: right) }
        let judgement = Builtins.judgeOperator(
            named: name, left: left, right: right, isPrefix: isPrefix)
        if !judgement.deeds.isEmpty, judgement.isBuiltin, left == nil || right == nil {
            runUntyped()
        }
        guard names.count == 1 else { return judgement.resultType }
        let rivals = operatorRivals(
            name, left: isPrefix ? nil : left, right: right, isPrefix: isPrefix)
        if !rivals.isEmpty || !judgement.isBuiltin || mayHaveRivals {
            emit(.execute, operatorReference(name, rivals, isBuiltin: judgement.isBuiltin))
            return nil
        }
        return judgement.resultType
    }

    private func operatorReference(
        _ name: String, _ rivals: [CatalogueOperator], isBuiltin: Bool
    ) -> ObjectReference {
        var names = rivals.map { ObjectName([$0.schema, name]) }
        if mayHaveRivals { names += userPath.map { ObjectName([$0, name]) } }
        if isBuiltin { names.append(ObjectName(["pg_catalog", name])) }
        return names.isEmpty ? objectReference([name]) : oneOf(names)
    }

    private func operatorRivals(
        _ name: String, left: UInt32?, right: UInt32?, isPrefix: Bool
    ) -> [CatalogueOperator] {
        let all = catalogue.operators(named: name)
        guard !all.isEmpty else { return [] }
        let path = functionPath
        return all.filter { rival in
            (rival.leftType == nil) == isPrefix && path?.contains(rival.schema) != false
                && (rival.leftType.map { mayStand(left, for: $0) } ?? true)
                && mayStand(right, for: rival.rightType)
        }
    }

    /// Whether a value of a type can be an operand or argument of another, as far as it is known.
    func mayStand(_ given: UInt32?, for wanted: UInt32) -> Bool {
        guard let given, given != TypeOID.unknown, given != wanted else { return true }
        if TypeFit.fits(given, wanted) { return true }
        return catalogue.casts.contains { $0.source == given && $0.target == wanted }
    }
}
