/// The fields that the inspection asks for by name, by PostgreSQL's names of them (`parsenodes.h`, `primnodes.h`).
/// What other fields hold is walked, never asked for.
enum NodeField: String, Sendable, CaseIterable {
    case action
    case aggFilter = "agg_filter"
    case aggOrder = "agg_order"
    case aggWithinGroup = "agg_within_group"
    case alias
    case aliascolnames
    case aliasname
    case amname
    case arg
    case args
    case argtypes
    case arrayBounds
    case attlist
    case authrole
    case base
    case behavior
    case boolop
    case boolval
    case bsval
    case cfgname
    case cmds
    case coldefexpr
    case coldeflist
    case colexpr
    case collname
    case colname
    case colnames
    case cols
    case columns
    case condition
    case conditionname
    case conname
    case constrrel
    case conversionName = "conversion_name"
    case ctename
    case ctequery
    case ctes
    case cycleClause = "cycle_clause"
    case cycleMarkColumn = "cycle_mark_column"
    case cycleMarkDefault = "cycle_mark_default"
    case cycleMarkValue = "cycle_mark_value"
    case cyclePathColumn = "cycle_path_column"
    case dbname
    case def
    case defname
    case defnames
    case defresult
    case dictname
    case distinctClause
    case docexpr
    case domainname
    case elements
    case expr
    case extname
    case fdwname
    case fields
    case filename
    case forAllTables = "for_all_tables"
    case fromClause
    case fromsql
    case `func`
    case funcName = "func_name"
    case funcVariadic = "func_variadic"
    case funccall
    case funcname
    case functions
    case fval
    case grantedRoles = "granted_roles"
    case granteeRoles = "grantee_roles"
    case groupClause
    case handlerName = "handler_name"
    case havingClause
    case ifNotExists = "if_not_exists"
    case indexElems
    case indirection
    case infer
    case inh
    case inhRelations
    case into
    case intoClause
    case isNatural
    case isFrom = "is_from"
    case isLocal = "is_local"
    case isProgram = "is_program"
    case isVacuumcmd = "is_vacuumcmd"
    case ismove
    case isnull
    case items
    case ival
    case joinCondition
    case kind
    case larg
    case lateral
    case lexpr
    case limitCount
    case limitOffset
    case localSchema = "local_schema"
    case lockedRels
    case lockingClause
    case matched
    case mergeWhenClauses
    case method
    case mode
    case name
    case names
    case namespaces
    case newTablespacename = "new_tablespacename"
    case newname
    case newrole
    case newschema
    case node
    case number
    case object
    case objectType
    case objects
    case objname
    case objtype
    case ofTypename
    case onCommit
    case onConflictClause
    case oncommit
    case op
    case opclassname
    case operName
    case opername
    case opfamilyname
    case options
    case ordinality
    case origTablespacename = "orig_tablespacename"
    case over
    case params
    case pktable
    case plhandler
    case plname
    case portalname
    case privName = "priv_name"
    case pubname
    case pubobjects
    case pubobjtype
    case pubtable
    case quals
    case query
    case rarg
    case recursive
    case rel
    case relation
    case relations
    case relname
    case relpersistence
    case rels
    case removeType
    case renameType
    case repeatable
    case result
    case returningList
    case rexpr
    case role
    case rolename
    case roles
    case roletype
    case rowexpr
    case schemaElts
    case schemaname
    case searchClause = "search_clause"
    case searchSeqColumn = "search_seq_column"
    case selectStmt
    case sequence
    case serverName = "server_name"
    case servername
    case setof
    case setstmt
    case sortClause
    case sourceRelation
    case subLinkType
    case subname
    case subquery
    case subselect
    case subtype
    case sval
    case table
    case tableSpace
    case tableSpaceName
    case tableList = "table_list"
    case tablespacename
    case target
    case targetList
    case targtype
    case testexpr
    case tosql
    case trigname
    case typeName
    case typevar
    case typmods
    case useOp
    case user
    case usingClause
    case val
    case values
    case valuesLists
    case view
    case viewQuery
    case whereClause
    case windowClause
    case withClause
}
