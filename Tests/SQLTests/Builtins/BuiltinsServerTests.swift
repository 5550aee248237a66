import Testing

@testable import SQL

/// The lists against a real PostgreSQL 15.
@Suite(.serialized) struct BuiltinsServerTests {
    @Test func `every word of the lists reads`() {
        #expect(FunctionTable.shared.unread == [])
        #expect(OperatorTable.shared.unread == [])
        #expect(SystemRelationTable.shared.unread == [])
    }

    @Test func `the list holds exactly the functions of a real server, by signature`() throws {
        let rows = try CatalogueServer().rows(
            """
            SELECT concat_ws(' ', CASE WHEN p.oid < 10000 THEN p.oid ELSE 0 END, n.nspname, proname,
                '(' || proargtypes::text || ')', prorettype, pronargdefaults, provariadic <> 0)
            FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
            """)
        let real = Set(rows.compactMap { $0[0] })
        let listed = FunctionTable.shared.all.map { function in
            let types = function.argumentTypes.map { String($0) }.joined(separator: " ")
            return "\(function.oid) \(function.schema) \(function.name) (\(types))"
                + " \(function.resultType) \(function.defaults) \(function.isVariadic ? "t" : "f")"
        }
        #expect(real.count > 3_000)
        #expect(Set(listed).count == listed.count, "a signature is listed twice")
        #expect(real.subtracting(listed) == [], "the server has functions that nobody judged")
        #expect(Set(listed).subtracting(real) == [], "listed functions do not exist")
    }

    @Test func `the list holds exactly the operators of a real server`() throws {
        let rows = try CatalogueServer().rows(
            "SELECT concat_ws(' ', oprname, oprleft, oprright, oprresult) FROM pg_operator")
        let real = Set(rows.compactMap { $0[0] })
        let listed = OperatorTable.shared.names.values.joined().map {
            "\($0.name) \($0.leftType ?? 0) \($0.rightType) \($0.resultType)"
        }
        #expect(real.count > 700)
        #expect(real.symmetricDifference(listed) == [])
    }

    @Test func `no operator calls a function that is not harmless over harmless types`() throws {
        let rows = try CatalogueServer().rows("SELECT DISTINCT oprcode::oid FROM pg_operator")
        for row in rows {
            let function = try #require(
                row[0].flatMap { UInt32($0) }.flatMap(Builtins.function(oid:)))
            #expect([.harmless, .polymorphic].contains(function.category), "\(function.name)")
        }
    }

    @Test func `the list holds the types of a real server, and their implicit casts`() throws {
        let server = try CatalogueServer()
        let types = try server.rows(
            """
            SELECT t.typname, t.oid, coalesce(e.oid, 0) FROM pg_type t
            LEFT JOIN pg_type e ON e.typarray = t.oid WHERE t.oid < 10000
            """)
        for row in types {
            let oid = try #require(row[1].flatMap { UInt32($0) })
            let type = try #require(Builtins.type(oid: oid), "\(row)")
            #expect(type.name == row[0])
            #expect(String(type.elementType ?? 0) == row[2])
        }
        let casts = try server.rows(
            """
            SELECT castsource, casttarget, castcontext = 'i' FROM pg_cast
            WHERE castsource <> casttarget
            """)
        #expect(casts.count > 200)
        for row in casts {
            let source = try #require(row[0].flatMap { UInt32($0) })
            let target = try #require(row[1].flatMap { UInt32($0) })
            #expect(TypeTable.shared.isImplicit(from: source, to: target) == (row[2] == "t"))
        }
    }

    @Test func `the list holds the system's relations with their columns`() throws {
        let rows = try CatalogueServer().rows(
            """
            SELECT n.nspname, c.relname, c.relkind, string_agg(attname, ' ' ORDER BY attnum)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute ON attrelid = c.oid AND attnum > 0
            WHERE relkind IN ('r', 'v') AND nspname IN ('pg_catalog', 'information_schema')
            GROUP BY 1, 2, 3
            """)
        #expect(rows.count == SystemRelationTable.shared.relations.count)
        for row in rows {
            let relation = try #require(
                SystemRelations.relation(schema: row[0] ?? "", name: row[1] ?? ""))
            #expect(relation.kind.rawValue == row[2])
            #expect(relation.columns.map(\.name).joined(separator: " ") == row[3])
        }
    }

    /// Volatile means that the server itself expects a deed: each that stands as harmless was
    /// looked at.
    @Test func `threat 13: the volatile functions that count as harmless are the reviewed ones`()
        throws
    {
        let rows = try CatalogueServer().rows(
            "SELECT oid FROM pg_proc WHERE provolatile = 'v' AND oid < 10000")
        let names = try rows.map { row in
            try #require(row[0].flatMap { UInt32($0) }.flatMap(Builtins.function(oid:)))
        }.filter { $0.category == .harmless || $0.category == .polymorphic }.map(\.name)
        #expect(Set(names).symmetricDifference(Self.reviewedVolatile) == [])
    }

    @Test func `nothing harmless takes or gives the server's internal values`() throws {
        for function in FunctionTable.shared.all where function.category == .harmless {
            for oid in function.argumentTypes + [function.resultType] {
                let type = try #require(Builtins.type(oid: oid))
                #expect(type.isHarmless || type.isPolymorphic, "\(function.name)")
            }
        }
    }

    /// They read a clock, entropy, counters, sizes, or the state of the server as a whole.
    static let reviewedVolatile = Set(
        """
        clock_timestamp current_query gen_random_uuid pg_blocking_pids
        pg_collation_actual_version pg_control_checkpoint pg_control_init pg_control_recovery
        pg_control_system pg_current_wal_flush_lsn pg_current_wal_insert_lsn pg_current_wal_lsn
        pg_database_collation_actual_version pg_database_size pg_get_multixact_members
        pg_get_wal_replay_pause_state pg_get_wal_resource_managers pg_indexes_size
        pg_is_in_recovery pg_is_wal_replay_paused pg_jit_available pg_last_committed_xact
        pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp
        pg_notification_queue_usage pg_partition_ancestors pg_partition_tree pg_relation_size
        pg_safe_snapshot_blocking_pids pg_stat_get_recovery_prefetch
        pg_stat_get_xact_blocks_fetched pg_stat_get_xact_blocks_hit
        pg_stat_get_xact_function_calls pg_stat_get_xact_function_self_time
        pg_stat_get_xact_function_total_time pg_stat_get_xact_numscans
        pg_stat_get_xact_tuples_deleted pg_stat_get_xact_tuples_fetched
        pg_stat_get_xact_tuples_hot_updated pg_stat_get_xact_tuples_inserted
        pg_stat_get_xact_tuples_returned pg_stat_get_xact_tuples_updated pg_stat_have_stats
        pg_table_size pg_tablespace_size pg_total_relation_size pg_xact_commit_timestamp
        pg_xact_commit_timestamp_origin pg_xact_status random timeofday txid_status
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
