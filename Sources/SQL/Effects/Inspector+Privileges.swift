import Vocabulary

/// GRANT, REVOKE, roles, owners, labels.
extension Inspector {
    func privilege(_ node: Node) {
        mark(node)
        changes.append(.schemaChanged)
        switch node.kind {
        case .grantStmt: grant(node)
        case .grantRoleStmt:
            for role in node.nodes(.grantedRoles) {
                emit(.privilege, exactly(role.text(.privName) ?? ""))
            }
            for role in node.nodes(.granteeRoles) { emit(.privilege, roleReference(role)) }
        case .alterDefaultPrivilegesStmt: defaultPrivileges(node)
        case .createRoleStmt: emit(.privilege, exactly(node.text(.role) ?? ""))
        case .alterRoleStmt: emit(.privilege, roleReference(node.node(.role)))
        case .alterRoleSetStmt:
            emit(.privilege, node.node(.role).map { roleReference($0) } ?? .anything)
        case .dropRoleStmt:
            for role in node.nodes(.roles) { emit(.privilege, roleReference(role)) }
        case .dropOwnedStmt:
            for role in node.nodes(.roles) { emit(.privilege, roleReference(role)) }
            emit(.schema, .anything)
            changes.append(.ranCode)
        case .reassignOwnedStmt:
            for role in node.nodes(.roles) { emit(.privilege, roleReference(role)) }
            emit(.privilege, roleReference(node.node(.newrole)))
            emit(.schema, .anything)
        case .alterOwnerStmt: owner(node)
        case .secLabelStmt:
            emit(
                .privilege,
                node[.object].map { object($0, node.text(.objtype) ?? "") } ?? .anything)
        default: unknown()
        }
        rest(node)
    }

    func roleReference(_ role: Node?) -> ObjectReference {
        guard let role else { return .anything }
        switch role.text(.roletype) {
        case "ROLESPEC_CSTRING": return exactly(role.text(.rolename) ?? "")
        case "ROLESPEC_PUBLIC": return exactly("public")
        case "ROLESPEC_CURRENT_ROLE", "ROLESPEC_CURRENT_USER": return exactly("current_user")
        case "ROLESPEC_SESSION_USER": return exactly("session_user")
        default: return .anything
        }
    }

    private func grant(_ node: Node) {
        let type = node.text(.objtype) ?? ""
        switch node.text(.targtype) {
        case "ACL_TARGET_OBJECT":
            for value in node.list(.objects) {
                if let range = value.node, range.kind == .rangeVar {
                    emit(.privilege, resolve(range).reference)
                } else {
                    emit(.privilege, object(value, type))
                }
            }
        case "ACL_TARGET_ALL_IN_SCHEMA":
            for value in node.list(.objects) {
                emit(.privilege, value.node?.stringText.map { exactly($0) } ?? .anything)
            }
        default: emit(.privilege, .anything)
        }
    }

    private func defaultPrivileges(_ node: Node) {
        node.node(.action).map(markAll)
        var schemas: [String] = []
        for option in node.nodes(.options) where option.text(.defname) == "schemas" {
            schemas += option.node(.arg)?.names(.items) ?? []
        }
        for schema in schemas { emit(.privilege, exactly(schema)) }
        if schemas.isEmpty { emit(.privilege, .anything) }
    }

    private func owner(_ node: Node) {
        if let range = node.node(.relation) { return emit(.privilege, resolve(range).reference) }
        emit(
            .privilege,
            node[.object].map { object($0, node.text(.objectType) ?? "") } ?? .anything)
    }
}
