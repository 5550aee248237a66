import Vocabulary

/// DDL that reaches out of the database: extensions, servers, subscriptions, files, configuration.
extension Inspector {
    func reach(_ node: Node) {
        switch node.kind {
        case .createExtensionStmt, .alterExtensionStmt: outward(node, .extname)
        case .alterExtensionContentsStmt:
            emit(.schema, exactly(node.text(.extname) ?? ""))
            emit(
                .schema, node[.object].map { object($0, node.text(.objtype) ?? "") } ?? .anything)
        case .createFdwStmt, .alterFdwStmt: outward(node, .fdwname)
        case .createForeignServerStmt, .alterForeignServerStmt: outward(node, .servername)
        case .createUserMappingStmt, .alterUserMappingStmt, .dropUserMappingStmt:
            outward(node, .servername)
            emit(.privilege, roleReference(node.node(.user)))
        case .importForeignSchemaStmt:
            outward(node, .serverName)
            emit(.schema, exactly(node.text(.localSchema) ?? ""))
            // Tables of the remote server: names of no relation here.
            node.nodes(.tableList).forEach(markAll)
        case .createSubscriptionStmt, .alterSubscriptionStmt, .dropSubscriptionStmt:
            outward(node, .subname)
            emit(.replication, exactly(node.text(.subname) ?? ""))
        case .createPublicationStmt, .alterPublicationStmt: publication(node)
        case .createTableSpaceStmt:
            outward(node, .tablespacename)
        case .dropTableSpaceStmt, .alterTableSpaceOptionsStmt: outward(node, .tablespacename)
        case .alterTableMoveAllStmt:
            emit(.schema, exactly(node.text(.origTablespacename) ?? ""))
            emit(.schema, exactly(node.text(.newTablespacename) ?? ""))
        case .alterSystemStmt: alterSystem(node)
        default: unknown()
        }
    }

    private func outward(_ node: Node, _ name: NodeField) {
        emit(.serverIO, exactly(node.text(name) ?? ""))
        emit(.schema, exactly(node.text(name) ?? ""))
    }

    private func alterSystem(_ node: Node) {
        let name = node.node(.setstmt)?.text(.name)
        emit(.serverIO, name.map(settingReference) ?? .anything)
    }

    /// What is published leaves for whoever subscribes.
    private func publication(_ node: Node) {
        emit(.schema, exactly(node.text(.pubname) ?? ""))
        emit(.replication, exactly(node.text(.pubname) ?? ""))
        if node.flag(.forAllTables) { emit(.read, .anything) }
        for object in node.nodes(.pubobjects) {
            mark(object)
            switch object.text(.pubobjtype) {
            case "PUBLICATIONOBJ_TABLES_IN_SCHEMA": emit(.read, exactly(object.text(.name) ?? ""))
            case "PUBLICATIONOBJ_TABLES_IN_CUR_SCHEMA": emit(.read, .anything)
            default: publishedTable(object.node(.pubtable))
            }
        }
    }

    private func publishedTable(_ table: Node?) {
        guard let table, let range = table.node(.relation) else { return unknown() }
        mark(table)
        let use = RelationUse(resolve(range), isOnly: !range.flag(.inh))
        // A published table without a key takes no UPDATE or DELETE any more.
        emit(.schema, use.relation.reference)
        for column in table.names(.columns) { use.read(column) }
        expression(table.node(.whereClause), in: definitionScope(use))
        if table.names(.columns).isEmpty { use.readWhole() }
        emitReads(use)
    }
}
