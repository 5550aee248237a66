extension FunctionTable {
    /// Signatures that do something that is known. Format: `FunctionTable`.
    static let judged = """
        # executes-text pg_catalog : fetches 0
        cursor_to_xml 2925(cursor:refcursor,count:int4,nulls:bool,tableforest:bool,targetns:text)xml
        cursor_to_xmlschema 2928(cursor:refcursor,nulls:bool,tableforest:bool,targetns:text)xml
        # executes-text pg_catalog : runs 0
        query_to_xml 2924(query:text,nulls:bool,tableforest:bool,targetns:text)xml
        query_to_xml_and_xmlschema 2930(query:text,nulls:bool,tableforest:bool,targetns:text)xml
        query_to_xmlschema 2927(query:text,nulls:bool,tableforest:bool,targetns:text)xml ts_stat
        3689(query:text)record 3690(query:text,weights:text)record
        # executes-text pg_catalog : runs 1
        ts_rewrite 3685(tsquery,text)tsquery
        # large-object pg_catalog
        lo_close 953(int4)int4 lo_lseek 956(int4,int4,int4)int4 lo_lseek64 3170(int4,int8,int4)int8
        lo_tell 958(int4)int4 lo_tell64 3171(int4)int8
        # large-object pg_catalog : read pg_catalog.pg_largeobject
        lo_get 3458(oid)bytea 3459(oid,int8,int4)bytea lo_open 952(oid,int4)int4 loread
        954(int4,int4)bytea
        # large-object pg_catalog : write pg_catalog.pg_largeobject
        lo_creat 957(int4)oid lo_create 715(oid)oid lo_from_bytea 3457(oid,bytea)oid lo_put
        3460(oid,int8,bytea)void lo_truncate 1004(int4,int4)int4 lo_truncate64 3172(int4,int8)int4
        lo_unlink 964(oid)int4 lowrite 955(int4,bytea)int4
        # maintenance pg_catalog : maintenance function
        pg_backup_start 2172(label:text,fast:bool)pg_lsn=1 pg_backup_stop
        2739(wait_for_archive:bool)record=1 pg_cancel_backend 2171(int4)bool pg_create_restore_point
        3098(text)pg_lsn pg_log_backend_memory_contexts 4543(int4)bool pg_promote
        3436(wait:bool,wait_seconds:int4)bool=2 pg_stat_reset 2274()void
        pg_stat_reset_replication_slot 6170(text)void pg_stat_reset_shared 3775(text)void
        pg_stat_reset_single_function_counters 3777(oid)void pg_stat_reset_single_table_counters
        3776(oid)void pg_stat_reset_slru 2307(text)void pg_stat_reset_subscription_stats
        6232(oid)void pg_switch_wal 2848()pg_lsn pg_terminate_backend
        2096(pid:int4,timeout:int8)bool=1 pg_wal_replay_pause 3071()void pg_wal_replay_resume
        3072()void
        # maintenance pg_catalog : maintenance relation 0
        brin_desummarize_range 4014(regclass,int8)void brin_summarize_new_values 3952(regclass)int4
        brin_summarize_range 3999(regclass,int8)int4 gin_clean_pending_list 3789(regclass)int8
        # maintenance pg_catalog : schema function
        pg_import_system_collations 3445(regnamespace)int4
        # polymorphic pg_catalog : types
        anyarray_send 2503(anyarray)bytea anycompatiblearray_send 5091(anycompatiblearray)bytea
        anytextcat 2004(anynonarray,text)text array_eq 744(anyarray,anyarray)bool array_ge
        396(anyarray,anyarray)bool array_gt 392(anyarray,anyarray)bool array_larger
        515(anyarray,anyarray)anyarray array_le 393(anyarray,anyarray)bool array_lt
        391(anyarray,anyarray)bool array_ne 390(anyarray,anyarray)bool array_position
        3277(anycompatiblearray,anycompatible)int4 3278(anycompatiblearray,anycompatible,int4)int4
        array_positions 3279(anycompatiblearray,anycompatible)_int4 array_remove
        3167(anycompatiblearray,anycompatible)anycompatiblearray array_replace
        3168(anycompatiblearray,anycompatible,anycompatible)anycompatiblearray array_send
        2401(anyarray)bytea array_smaller 516(anyarray,anyarray)anyarray array_to_json
        3153(anyarray)json 3154(anyarray,bool)json array_to_string 384(anyarray,text,text)text
        395(anyarray,text)text arraycontained 2749(anyarray,anyarray)bool arraycontains
        2748(anyarray,anyarray)bool arrayoverlap 2747(anyarray,anyarray)bool btarraycmp
        382(anyarray,anyarray)int4 btrecordcmp 2987(record,record)int4 btrecordimagecmp
        3187(record,record)int4 concat 3058(any)text* concat_ws 3059(text,any)text* cume_dist
        3990(any)float8* dense_rank 3992(any)int8* elem_contained_by_multirange
        4252(anyelement,anymultirange)bool elem_contained_by_range 3860(anyelement,anyrange)bool
        format 3539(text,any)text* hash_array 626(anyarray)int4 hash_array_extended
        782(anyarray,int8)int8 hash_multirange 4278(anymultirange)int4 hash_multirange_extended
        4279(anymultirange,int8)int8 hash_range 3902(anyrange)int4 hash_range_extended
        3417(anyrange,int8)int8 hash_record 6192(record)int4 hash_record_extended
        6193(record,int8)int8 json_agg 3175(anyelement)json json_build_array 3198(any)json*
        json_build_object 3200(any)json* json_object_agg 3197(any,any)json json_populate_record
        3960(anyelement,json,bool)anyelement=1 json_populate_recordset
        3961(anyelement,json,bool)anyelement=1 jsonb_agg 3267(anyelement)jsonb jsonb_build_array
        3271(any)jsonb* jsonb_build_object 3273(any)jsonb* jsonb_object_agg 3270(any,any)jsonb
        jsonb_populate_record 3209(anyelement,jsonb)anyelement jsonb_populate_recordset
        3475(anyelement,jsonb)anyelement max 2050(anyarray)anyarray min 2051(anyarray)anyarray mode
        3984(anyelement)anyelement multirange 4298(anyrange)anymultirange
        multirange_adjacent_multirange 4256(anymultirange,anymultirange)bool
        multirange_adjacent_range 4257(anymultirange,anyrange)bool multirange_after_multirange
        4263(anymultirange,anymultirange)bool multirange_after_range
        4262(anymultirange,anyrange)bool multirange_before_multirange
        4260(anymultirange,anymultirange)bool multirange_before_range
        4259(anymultirange,anyrange)bool multirange_cmp 4273(anymultirange,anymultirange)int4
        multirange_contained_by_multirange 4254(anymultirange,anymultirange)bool
        multirange_contained_by_range 4542(anymultirange,anyrange)bool multirange_contains_elem
        4249(anymultirange,anyelement)bool multirange_contains_multirange
        4251(anymultirange,anymultirange)bool multirange_contains_range
        4250(anymultirange,anyrange)bool multirange_eq 4244(anymultirange,anymultirange)bool
        multirange_ge 4276(anymultirange,anymultirange)bool multirange_gt
        4277(anymultirange,anymultirange)bool multirange_intersect
        4272(anymultirange,anymultirange)anymultirange multirange_intersect_agg_transfn
        4388(anymultirange,anymultirange)anymultirange multirange_le
        4275(anymultirange,anymultirange)bool multirange_lt 4274(anymultirange,anymultirange)bool
        multirange_minus 4271(anymultirange,anymultirange)anymultirange multirange_ne
        4245(anymultirange,anymultirange)bool multirange_overlaps_multirange
        4248(anymultirange,anymultirange)bool multirange_overlaps_range
        4247(anymultirange,anyrange)bool multirange_overleft_multirange
        4266(anymultirange,anymultirange)bool multirange_overleft_range
        4265(anymultirange,anyrange)bool multirange_overright_multirange
        4269(anymultirange,anymultirange)bool multirange_overright_range
        4268(anymultirange,anyrange)bool multirange_send 4234(anymultirange)bytea multirange_union
        4270(anymultirange,anymultirange)anymultirange percent_rank 3988(any)float8* percentile_disc
        3972(float8,anyelement)anyelement 3978(_float8,anyelement)anyarray quote_literal
        1285(anyelement)text quote_nullable 1290(anyelement)text range_adjacent
        3862(anyrange,anyrange)bool range_adjacent_multirange 4255(anyrange,anymultirange)bool
        range_after 3864(anyrange,anyrange)bool range_after_multirange
        4261(anyrange,anymultirange)bool range_agg 4301(anyrange)anymultirange
        6227(anymultirange)anymultirange range_before 3863(anyrange,anyrange)bool
        range_before_multirange 4258(anyrange,anymultirange)bool range_cmp
        3870(anyrange,anyrange)int4 range_contained_by 3861(anyrange,anyrange)bool
        range_contained_by_multirange 4253(anyrange,anymultirange)bool range_contains
        3859(anyrange,anyrange)bool range_contains_elem 3858(anyrange,anyelement)bool
        range_contains_multirange 4541(anyrange,anymultirange)bool range_eq
        3855(anyrange,anyrange)bool range_ge 3873(anyrange,anyrange)bool range_gt
        3874(anyrange,anyrange)bool range_intersect 3868(anyrange,anyrange)anyrange
        range_intersect_agg 4389(anymultirange)anymultirange 4450(anyrange)anyrange
        range_intersect_agg_transfn 4401(anyrange,anyrange)anyrange range_le
        3872(anyrange,anyrange)bool range_lt 3871(anyrange,anyrange)bool range_merge
        4057(anyrange,anyrange)anyrange 4228(anymultirange)anyrange range_minus
        3869(anyrange,anyrange)anyrange range_ne 3856(anyrange,anyrange)bool range_overlaps
        3857(anyrange,anyrange)bool range_overlaps_multirange 4246(anyrange,anymultirange)bool
        range_overleft 3865(anyrange,anyrange)bool range_overleft_multirange
        4264(anyrange,anymultirange)bool range_overright 3866(anyrange,anyrange)bool
        range_overright_multirange 4267(anyrange,anymultirange)bool range_send 3837(anyrange)bytea
        range_union 3867(anyrange,anyrange)anyrange rank 3986(any)int8* record_eq
        2981(record,record)bool record_ge 2986(record,record)bool record_gt 2984(record,record)bool
        record_image_eq 3181(record,record)bool record_image_ge 3186(record,record)bool
        record_image_gt 3184(record,record)bool record_image_le 3185(record,record)bool
        record_image_lt 3183(record,record)bool record_image_ne 3182(record,record)bool record_le
        2985(record,record)bool record_lt 2983(record,record)bool record_ne 2982(record,record)bool
        record_send 2403(record)bytea row_to_json 3155(record)json 3156(record,bool)json textanycat
        2003(text,anynonarray)text to_json 3176(anyelement)json to_jsonb 3787(anyelement)jsonb
        width_bucket 3218(anycompatible,anycompatiblearray)int4
        # reads pg_catalog : read anything
        database_to_xml 2936(nulls:bool,tableforest:bool,targetns:text)xml
        database_to_xml_and_xmlschema 2938(nulls:bool,tableforest:bool,targetns:text)xml
        database_to_xmlschema 2937(nulls:bool,tableforest:bool,targetns:text)xml
        # reads pg_catalog : read pg_catalog.pg_backend_memory_contexts
        pg_get_backend_memory_contexts 2282()record
        # reads pg_catalog : read pg_catalog.pg_file_settings
        pg_show_all_file_settings 3329()record
        # reads pg_catalog : read pg_catalog.pg_hba_file_rules
        pg_hba_file_rules 3401()record
        # reads pg_catalog : read pg_catalog.pg_ident_file_mappings
        pg_ident_file_mappings 6250()record
        # reads pg_catalog : read pg_catalog.pg_locks
        pg_lock_status 1371()record
        # reads pg_catalog : read pg_catalog.pg_prepared_xacts
        pg_prepared_xact 1065()record
        # reads pg_catalog : read pg_catalog.pg_replication_origin_status
        pg_show_replication_origin_status 6014()record
        # reads pg_catalog : read pg_catalog.pg_replication_slots
        pg_get_replication_slots 3781()record
        # reads pg_catalog : read pg_catalog.pg_settings
        pg_show_all_settings 2084()record
        # reads pg_catalog : read pg_catalog.pg_shmem_allocations
        pg_get_shmem_allocations 5052()record
        # reads pg_catalog : read pg_catalog.pg_stat_activity
        pg_stat_get_activity 2022(pid:int4)record pg_stat_get_backend_activity 1940(int4)text
        pg_stat_get_backend_activity_start 2094(int4)timestamptz pg_stat_get_backend_client_addr
        1392(int4)inet pg_stat_get_backend_client_port 1393(int4)int4 pg_stat_get_backend_dbid
        1938(int4)oid pg_stat_get_backend_pid 1937(int4)int4 pg_stat_get_backend_start
        1391(int4)timestamptz pg_stat_get_backend_userid 1939(int4)oid
        pg_stat_get_backend_wait_event 2853(int4)text pg_stat_get_backend_wait_event_type
        2788(int4)text pg_stat_get_backend_xact_start 2857(int4)timestamptz
        # reads pg_catalog : read pg_catalog.pg_stat_replication
        pg_stat_get_wal_senders 3099()record
        # reads pg_catalog : read pg_catalog.pg_stat_wal_receiver
        pg_stat_get_wal_receiver 3317()record
        # reads pg_catalog : read pg_catalog.pg_statistic_ext_data
        pg_mcv_list_items 3427(mcv_list:pg_mcv_list)record
        # reads pg_catalog : read relation 0
        currtid2 1294(text,tid)tid table_to_xml
        2923(tbl:regclass,nulls:bool,tableforest:bool,targetns:text)xml table_to_xml_and_xmlschema
        2929(tbl:regclass,nulls:bool,tableforest:bool,targetns:text)xml table_to_xmlschema
        2926(tbl:regclass,nulls:bool,tableforest:bool,targetns:text)xml
        # reads pg_catalog : read schema 0
        schema_to_xml 2933(schema:name,nulls:bool,tableforest:bool,targetns:text)xml
        schema_to_xml_and_xmlschema 2935(schema:name,nulls:bool,tableforest:bool,targetns:text)xml
        schema_to_xmlschema 2934(schema:name,nulls:bool,tableforest:bool,targetns:text)xml
        # reads-setting pg_catalog : setting 0
        current_setting 2077(text)text 3294(text,bool)text
        # replication pg_catalog : replication function
        pg_copy_logical_replication_slot
        4222(src_slot_name:name,dst_slot_name:name,temporary:bool,plugin:name)record
        4223(src_slot_name:name,dst_slot_name:name,temporary:bool)record
        4224(src_slot_name:name,dst_slot_name:name)record pg_copy_physical_replication_slot
        4220(src_slot_name:name,dst_slot_name:name,temporary:bool)record
        4221(src_slot_name:name,dst_slot_name:name)record pg_create_logical_replication_slot
        3786(slot_name:name,plugin:name,temporary:bool,twophase:bool)record=2
        pg_create_physical_replication_slot
        3779(slot_name:name,immediately_reserve:bool,temporary:bool)record=2
        pg_drop_replication_slot 3780(name)void pg_logical_emit_message 3577(bool,text,text)pg_lsn
        3578(bool,text,bytea)pg_lsn pg_replication_origin_advance 6012(text,pg_lsn)void
        pg_replication_origin_create 6003(text)oid pg_replication_origin_drop 6004(text)void
        pg_replication_origin_oid 6005(text)oid pg_replication_origin_progress 6013(text,bool)pg_lsn
        pg_replication_origin_session_is_setup 6008()bool pg_replication_origin_session_progress
        6009(bool)pg_lsn pg_replication_origin_session_reset 6007()void
        pg_replication_origin_session_setup 6006(text)void pg_replication_origin_xact_reset
        6011()void pg_replication_origin_xact_setup 6010(pg_lsn,timestamptz)void
        pg_replication_slot_advance 3878(slot_name:name,upto_lsn:pg_lsn)record
        # replication pg_catalog : replication function ; read anything
        pg_logical_slot_get_binary_changes
        3783(slot_name:name,upto_lsn:pg_lsn,upto_nchanges:int4,options:_text)record=1*
        pg_logical_slot_get_changes
        3782(slot_name:name,upto_lsn:pg_lsn,upto_nchanges:int4,options:_text)record=1*
        pg_logical_slot_peek_binary_changes
        3785(slot_name:name,upto_lsn:pg_lsn,upto_nchanges:int4,options:_text)record=1*
        pg_logical_slot_peek_changes
        3784(slot_name:name,upto_lsn:pg_lsn,upto_nchanges:int4,options:_text)record=1*
        # sequence pg_catalog : read none
        lastval 2559()int8
        # sequence pg_catalog : read relation 0
        currval 1575(regclass)int8 pg_sequence_last_value 4032(regclass)int8
        # sequence pg_catalog : write relation 0
        nextval 1574(regclass)int8 setval 1576(regclass,int8)int8 1765(regclass,int8,bool)int8
        # server-io pg_catalog : server-io function
        pg_current_logfile 3800()text 3801(text)text pg_ls_archive_statusdir 5031()record pg_ls_dir
        2625(text)text 3297(text,bool,bool)text pg_ls_logdir 3353()record pg_ls_logicalmapdir
        6271()record pg_ls_logicalsnapdir 6270()record pg_ls_replslotdir 6272(slot_name:text)record
        pg_ls_tmpdir 5029()record 5030(tablespace:oid)record pg_ls_waldir 3354()record
        pg_read_binary_file 3295(text,int8,int8,bool)bytea 3827(text,int8,int8)bytea 3828(text)bytea
        pg_read_file 2624(text,int8,int8)text 3293(text,int8,int8,bool)text 3826(text)text
        pg_read_file_old 4100(text,int8,int8)text pg_reload_conf 2621()bool pg_rotate_logfile
        2622()bool pg_rotate_logfile_old 4099()bool pg_stat_file 2623(filename:text)record
        3307(filename:text,missing_ok:bool)record
        # server-io pg_catalog : server-io function ; read pg_catalog.pg_largeobject
        lo_export 765(oid,text)int4
        # server-io pg_catalog : server-io function ; write pg_catalog.pg_largeobject
        lo_import 764(text)oid 767(text,oid)oid
        # session pg_catalog : session function
        pg_advisory_lock 2880(int8)void 2886(int4,int4)void pg_advisory_lock_shared 2881(int8)void
        2887(int4,int4)void pg_advisory_unlock 2884(int8)bool 2890(int4,int4)bool
        pg_advisory_unlock_all 2892()void pg_advisory_unlock_shared 2885(int8)bool
        2891(int4,int4)bool pg_advisory_xact_lock 3089(int8)void 3093(int4,int4)void
        pg_advisory_xact_lock_shared 3090(int8)void 3094(int4,int4)void pg_export_snapshot
        3809()text pg_sleep 2626(float8)void pg_sleep_for 3935(interval)void pg_sleep_until
        3936(timestamptz)void pg_stat_clear_snapshot 2230()void pg_stat_force_next_flush 2137()void
        pg_try_advisory_lock 2882(int8)bool 2888(int4,int4)bool pg_try_advisory_lock_shared
        2883(int8)bool 2889(int4,int4)bool pg_try_advisory_xact_lock 3091(int8)bool
        3095(int4,int4)bool pg_try_advisory_xact_lock_shared 3092(int8)bool 3096(int4,int4)bool
        setseed 1599(float8)void
        # session pg_catalog : session text 0
        pg_notify 3036(text,text)void
        # sets pg_catalog : sets 0 1
        set_config 2078(text,text,bool)text
        """
}
