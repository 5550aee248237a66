extension NodeSchema {
    /// One kind a line, then its fields: `name` holds a node, `name*` a list of nodes, `name:Kind` a node of
    /// that kind without its wrapper, `name=` a plain value.
    static let list = """
        A_ArrayExpr elements* location=
        A_Const ival:Integer fval:Float boolval:Boolean sval:String bsval:BitString isnull= \
           location=
        A_Expr kind= name* lexpr rexpr location=
        A_Indices is_slice= lidx uidx
        A_Indirection arg indirection*
        A_Star 
        AccessPriv priv_name= cols*
        Alias aliasname= colnames*
        AlterCollationStmt collname*
        AlterDatabaseRefreshCollStmt dbname=
        AlterDatabaseSetStmt dbname= setstmt:VariableSetStmt
        AlterDatabaseStmt dbname= options*
        AlterDefaultPrivilegesStmt options* action:GrantStmt
        AlterDomainStmt subtype= typeName* name= def behavior= missing_ok=
        AlterEnumStmt typeName* oldVal= newVal= newValNeighbor= newValIsAfter= \
           skipIfNewValExists=
        AlterEventTrigStmt trigname= tgenabled=
        AlterExtensionContentsStmt extname= action= objtype= object
        AlterExtensionStmt extname= options*
        AlterFdwStmt fdwname= func_options* options*
        AlterForeignServerStmt servername= version= options* has_version=
        AlterFunctionStmt objtype= func:ObjectWithArgs actions*
        AlterObjectDependsStmt objectType= relation:RangeVar object extname:String remove=
        AlterObjectSchemaStmt objectType= relation:RangeVar object newschema= missing_ok=
        AlterOpFamilyStmt opfamilyname* amname= isDrop= items*
        AlterOperatorStmt opername:ObjectWithArgs options*
        AlterOwnerStmt objectType= relation:RangeVar object newowner:RoleSpec
        AlterPolicyStmt policy_name= table:RangeVar roles* qual with_check
        AlterPublicationStmt pubname= options* pubobjects* for_all_tables= action=
        AlterRoleSetStmt role:RoleSpec database= setstmt:VariableSetStmt
        AlterRoleStmt role:RoleSpec options* action=
        AlterSeqStmt sequence:RangeVar options* for_identity= missing_ok=
        AlterStatsStmt defnames* stxstattarget= missing_ok=
        AlterSubscriptionStmt kind= subname= conninfo= publication* options*
        AlterSystemStmt setstmt:VariableSetStmt
        AlterTSConfigurationStmt kind= cfgname* tokentype* dicts* override= replace= missing_ok=
        AlterTSDictionaryStmt dictname* options*
        AlterTableCmd subtype= name= num= newowner:RoleSpec def behavior= missing_ok= recurse=
        AlterTableMoveAllStmt orig_tablespacename= objtype= roles* new_tablespacename= nowait=
        AlterTableSpaceOptionsStmt tablespacename= options* isReset=
        AlterTableStmt relation:RangeVar cmds* objtype= missing_ok=
        AlterTypeStmt typeName* options*
        AlterUserMappingStmt user:RoleSpec servername= options*
        BitString bsval=
        BoolExpr boolop= args* location=
        Boolean boolval=
        BooleanTest arg booltesttype= location=
        CTECycleClause cycle_col_list* cycle_mark_column= cycle_mark_value cycle_mark_default \
           cycle_path_column= location= cycle_mark_type= cycle_mark_typmod= \
           cycle_mark_collation= cycle_mark_neop=
        CTESearchClause search_col_list* search_breadth_first= search_seq_column= location=
        CallStmt funccall:FuncCall outargs*
        CaseExpr casetype= casecollid= arg args* defresult location=
        CaseWhen expr result location=
        CheckPointStmt 
        ClosePortalStmt portalname=
        ClusterStmt relation:RangeVar indexname= params*
        CoalesceExpr coalescetype= coalescecollid= args* location=
        CollateClause arg collname* location=
        ColumnDef colname= typeName:TypeName compression= inhcount= is_local= is_not_null= \
           is_from_type= storage= raw_default cooked_default identity= identitySequence:RangeVar \
           generated= collClause:CollateClause collOid= constraints* fdwoptions* location=
        ColumnRef fields* location=
        CommentStmt objtype= object comment=
        CommonTableExpr ctename= aliascolnames* ctematerialized= ctequery \
           search_clause:CTESearchClause cycle_clause:CTECycleClause location= cterecursive= \
           cterefcount= ctecolnames* ctecoltypes* ctecoltypmods* ctecolcollations*
        CompositeTypeStmt typevar:RangeVar coldeflist*
        Constraint contype= conname= deferrable= initdeferred= location= is_no_inherit= raw_expr \
           cooked_expr= generated_when= nulls_not_distinct= keys* including* exclusions* \
           options* indexname= indexspace= reset_default_tblspc= access_method= where_clause \
           pktable:RangeVar fk_attrs* pk_attrs* fk_matchtype= fk_upd_action= fk_del_action= \
           fk_del_set_cols* old_conpfeqop* old_pktable_oid= skip_validation= initially_valid=
        ConstraintsSetStmt constraints* deferred=
        CopyStmt relation:RangeVar query attlist* is_from= is_program= filename= options* \
           whereClause
        CreateAmStmt amname= handler_name* amtype=
        CreateCastStmt sourcetype:TypeName targettype:TypeName func:ObjectWithArgs context= \
           inout=
        CreateConversionStmt conversion_name* for_encoding_name= to_encoding_name= func_name* \
           def=
        CreateDomainStmt domainname* typeName:TypeName collClause:CollateClause constraints*
        CreateEnumStmt typeName* vals*
        CreateEventTrigStmt trigname= eventname= whenclause* funcname*
        CreateExtensionStmt extname= if_not_exists= options*
        CreateFdwStmt fdwname= func_options* options*
        CreateForeignServerStmt servername= servertype= version= fdwname= if_not_exists= \
           options*
        CreateForeignTableStmt base:CreateStmt servername= options*
        CreateFunctionStmt is_procedure= replace= funcname* parameters* returnType:TypeName \
           options* sql_body
        CreateOpClassItem itemtype= name:ObjectWithArgs number= order_family* class_args* \
           storedtype:TypeName
        CreateOpClassStmt opclassname* opfamilyname* amname= datatype:TypeName items* isDefault=
        CreateOpFamilyStmt opfamilyname* amname=
        CreatePLangStmt replace= plname= plhandler* plinline* plvalidator* pltrusted=
        CreatePolicyStmt policy_name= table:RangeVar cmd_name= permissive= roles* qual \
           with_check
        CreatePublicationStmt pubname= options* pubobjects* for_all_tables=
        CreateRangeStmt typeName* params*
        CreateRoleStmt stmt_type= role= options*
        CreateSchemaStmt schemaname= authrole:RoleSpec schemaElts* if_not_exists=
        CreateSeqStmt sequence:RangeVar options* ownerId= for_identity= if_not_exists=
        CreateStatsStmt defnames* stat_types* exprs* relations* stxcomment= transformed= \
           if_not_exists=
        CreateStmt relation:RangeVar tableElts* inhRelations* partbound:PartitionBoundSpec \
           partspec:PartitionSpec ofTypename:TypeName constraints* options* oncommit= \
           tablespacename= accessMethod= if_not_exists=
        CreateSubscriptionStmt subname= conninfo= publication* options*
        CreateTableAsStmt query into:IntoClause objtype= is_select_into= if_not_exists=
        CreateTableSpaceStmt tablespacename= owner:RoleSpec location= options*
        CreateTransformStmt replace= type_name:TypeName lang= fromsql:ObjectWithArgs \
           tosql:ObjectWithArgs
        CreateTrigStmt replace= isconstraint= trigname= relation:RangeVar funcname* args* row= \
           timing= events= columns* whenClause transitionRels* deferrable= initdeferred= \
           constrrel:RangeVar
        CreateUserMappingStmt user:RoleSpec servername= if_not_exists= options*
        CreatedbStmt dbname= options*
        CurrentOfExpr cvarno= cursor_name= cursor_param=
        DeallocateStmt name=
        DeclareCursorStmt portalname= options= query
        DefElem defnamespace= defname= arg defaction= location=
        DefineStmt kind= oldstyle= defnames* args* definition* if_not_exists= replace=
        DeleteStmt relation:RangeVar usingClause* whereClause returningList* \
           withClause:WithClause
        DiscardStmt target=
        DoStmt args*
        DropOwnedStmt roles* behavior=
        DropRoleStmt roles* missing_ok=
        DropStmt objects* removeType= behavior= missing_ok= concurrent=
        DropSubscriptionStmt subname= missing_ok= behavior=
        DropTableSpaceStmt tablespacename= missing_ok=
        DropUserMappingStmt user:RoleSpec servername= missing_ok=
        DropdbStmt dbname= missing_ok= options*
        ExecuteStmt name= params*
        ExplainStmt query options*
        FetchStmt direction= howMany= portalname= ismove=
        Float fval=
        FuncCall funcname* args* agg_order* agg_filter over:WindowDef agg_within_group= \
           agg_star= agg_distinct= func_variadic= funcformat= location=
        FunctionParameter name= argType:TypeName mode= defexpr
        GrantRoleStmt granted_roles* grantee_roles* is_grant= admin_opt= grantor:RoleSpec \
           behavior=
        GrantStmt is_grant= targtype= objtype= objects* privileges* grantees* grant_option= \
           grantor:RoleSpec behavior=
        GroupingFunc args* refs* cols* agglevelsup= location=
        GroupingSet kind= content* location=
        ImportForeignSchemaStmt server_name= remote_schema= local_schema= list_type= table_list* \
           options*
        IndexElem name= expr indexcolname= collation* opclass* opclassopts* ordering= \
           nulls_ordering=
        IndexStmt idxname= relation:RangeVar accessMethod= tableSpace= indexParams* \
           indexIncludingParams* options* whereClause excludeOpNames* idxcomment= indexOid= \
           oldNode= oldCreateSubid= oldFirstRelfilenodeSubid= unique= nulls_not_distinct= \
           primary= isconstraint= deferrable= initdeferred= transformed= concurrent= \
           if_not_exists= reset_default_tblspc=
        InferClause indexElems* whereClause conname= location=
        InsertStmt relation:RangeVar cols* selectStmt onConflictClause:OnConflictClause \
           returningList* withClause:WithClause override=
        IntList items*
        Integer ival=
        IntoClause rel:RangeVar colNames* accessMethod= options* onCommit= tableSpaceName= \
           viewQuery skipData=
        JoinExpr jointype= isNatural= larg rarg usingClause* join_using_alias:Alias quals \
           alias:Alias rtindex=
        List items*
        ListenStmt conditionname=
        LoadStmt filename=
        LockStmt relations* mode= nowait=
        LockingClause lockedRels* strength= waitPolicy=
        MergeStmt relation:RangeVar sourceRelation joinCondition mergeWhenClauses* \
           withClause:WithClause
        MergeWhenClause matched= commandType= override= condition targetList* values*
        MinMaxExpr minmaxtype= minmaxcollid= inputcollid= op= args* location=
        MultiAssignRef source colno= ncolumns=
        NamedArgExpr arg name= argnumber= location=
        NotifyStmt conditionname= payload=
        NullTest arg nulltesttype= argisrow= location=
        ObjectWithArgs objname* objargs* objfuncargs* args_unspecified=
        OnConflictClause action= infer:InferClause targetList* whereClause location=
        ParamRef number= location=
        PartitionBoundSpec strategy= is_default= modulus= remainder= listdatums* lowerdatums* \
           upperdatums* location=
        PartitionCmd name:RangeVar bound:PartitionBoundSpec concurrent=
        PartitionElem name= expr collation* opclass* location=
        PartitionRangeDatum kind= value location=
        PartitionSpec strategy= partParams* location=
        PrepareStmt name= argtypes* query
        PublicationObjSpec pubobjtype= name= pubtable:PublicationTable location=
        PublicationTable relation:RangeVar whereClause columns*
        RangeFunction lateral= ordinality= is_rowsfrom= functions* alias:Alias coldeflist*
        RangeSubselect lateral= subquery alias:Alias
        RangeTableFunc lateral= docexpr rowexpr namespaces* columns* alias:Alias location=
        RangeTableFuncCol colname= typeName:TypeName for_ordinality= is_not_null= colexpr \
           coldefexpr location=
        RangeTableSample relation method* args* repeatable location=
        RangeVar catalogname= schemaname= relname= inh= relpersistence= alias:Alias location=
        ReassignOwnedStmt roles* newrole:RoleSpec
        RefreshMatViewStmt concurrent= skipData= relation:RangeVar
        ReindexStmt kind= relation:RangeVar name= params*
        RenameStmt renameType= relationType= relation:RangeVar object subname= newname= \
           behavior= missing_ok=
        ReplicaIdentityStmt identity_type= name=
        ResTarget name= indirection* val location=
        ReturnStmt returnval
        RoleSpec roletype= rolename= location=
        RowExpr args* row_typeid= row_format= colnames* location=
        RuleStmt relation:RangeVar rulename= whereClause event= instead= actions* replace=
        SQLValueFunction op= type= typmod= location=
        SecLabelStmt objtype= object provider= label=
        SelectStmt distinctClause* intoClause:IntoClause targetList* fromClause* whereClause \
           groupClause* groupDistinct= havingClause windowClause* valuesLists* sortClause* \
           limitOffset limitCount limitOption= lockingClause* withClause:WithClause op= all= \
           larg:SelectStmt rarg:SelectStmt
        SetToDefault typeId= typeMod= collation= location=
        SortBy node sortby_dir= sortby_nulls= useOp* location=
        StatsElem name= expr
        String sval=
        SubLink subLinkType= subLinkId= testexpr operName* subselect location=
        TableLikeClause relation:RangeVar options= relationOid=
        TransactionStmt kind= options* savepoint_name= gid= chain=
        TriggerTransition name= isNew= isTable=
        TruncateStmt relations* restart_seqs= behavior=
        TypeCast arg typeName:TypeName location=
        TypeName names* typeOid= setof= pct_type= typmods* typemod= arrayBounds* location=
        UnlistenStmt conditionname=
        UpdateStmt relation:RangeVar targetList* whereClause fromClause* returningList* \
           withClause:WithClause
        VacuumRelation relation:RangeVar oid= va_cols*
        VacuumStmt options* rels* is_vacuumcmd=
        VariableSetStmt kind= name= args* is_local=
        VariableShowStmt name=
        ViewStmt view:RangeVar aliases* query replace= options* withCheckOption=
        WindowDef name= refname= partitionClause* orderClause* frameOptions= startOffset \
           endOffset location=
        WithClause ctes* recursive= location=
        XmlExpr op= name= named_args* arg_names* args* xmloption= type= typmod= location=
        XmlSerialize xmloption= expr typeName:TypeName location=
        """
}
