extension FunctionTable {
    /// Signatures that are not surely harmless: they take or make the server's internal values,
    /// run the functions of types that come with the arguments, or nobody calls them. Format:
    /// `FunctionTable`.
    static let execute = """
        # execute pg_catalog : execute function
        RI_FKey_cascade_del 1646()trigger RI_FKey_cascade_upd 1647()trigger RI_FKey_check_ins
        1644()trigger RI_FKey_check_upd 1645()trigger RI_FKey_noaction_del 1654()trigger
        RI_FKey_noaction_upd 1655()trigger RI_FKey_restrict_del 1648()trigger RI_FKey_restrict_upd
        1649()trigger RI_FKey_setdefault_del 1652()trigger RI_FKey_setdefault_upd 1653()trigger
        RI_FKey_setnull_del 1650()trigger RI_FKey_setnull_upd 1651()trigger aclitemin
        1031(cstring)aclitem aclitemout 1032(aclitem)cstring amvalidate 338(oid)bool any_in
        2294(cstring)any any_out 2295(any)cstring anyarray_in 2296(cstring)anyarray anyarray_out
        2297(anyarray)cstring anyarray_recv 2502(internal)anyarray anycompatible_in
        5086(cstring)anycompatible anycompatible_out 5087(anycompatible)cstring
        anycompatiblearray_in 5088(cstring)anycompatiblearray anycompatiblearray_out
        5089(anycompatiblearray)cstring anycompatiblearray_recv 5090(internal)anycompatiblearray
        anycompatiblemultirange_in 4226(cstring,oid,int4)anycompatiblemultirange
        anycompatiblemultirange_out 4227(anycompatiblemultirange)cstring anycompatiblenonarray_in
        5092(cstring)anycompatiblenonarray anycompatiblenonarray_out
        5093(anycompatiblenonarray)cstring anycompatiblerange_in
        5094(cstring,oid,int4)anycompatiblerange anycompatiblerange_out
        5095(anycompatiblerange)cstring anyelement_in 2312(cstring)anyelement anyelement_out
        2313(anyelement)cstring anyenum_in 3504(cstring)anyenum anyenum_out 3505(anyenum)cstring
        anymultirange_in 4229(cstring,oid,int4)anymultirange anymultirange_out
        4230(anymultirange)cstring anynonarray_in 2777(cstring)anynonarray anynonarray_out
        2778(anynonarray)cstring anyrange_in 3832(cstring,oid,int4)anyrange anyrange_out
        3833(anyrange)cstring areajoinsel 140(internal,oid,internal,int2,internal)float8 areasel
        139(internal,oid,internal,int4)float8 array_agg_array_finalfn
        4052(internal,anyarray)anyarray array_agg_array_transfn 4051(internal,anyarray)internal
        array_agg_finalfn 2334(internal,anynonarray)anyarray array_agg_transfn
        2333(internal,anynonarray)internal array_in 750(cstring,oid,int4)anyarray array_out
        751(anyarray)cstring array_recv 2400(internal,oid,int4)anyarray array_subscript_handler
        6179(internal)internal array_typanalyze 3816(internal)bool array_unnest_support
        3996(internal)internal arraycontjoinsel 3818(internal,oid,internal,int2,internal)float8
        arraycontsel 3817(internal,oid,internal,int4)float8 bernoulli 3313(internal)tsm_handler
        big5_to_euc_tw 4333(int4,int4,cstring,internal,int4,bool)int4 big5_to_mic
        4335(int4,int4,cstring,internal,int4,bool)int4 big5_to_utf8
        4352(int4,int4,cstring,internal,int4,bool)int4 binary_upgrade_create_empty_extension
        3591(text,text,bool,text,_oid,_text,_text)void binary_upgrade_set_missing_value
        4101(oid,text,text)void binary_upgrade_set_next_array_pg_type_oid 3584(oid)void
        binary_upgrade_set_next_heap_pg_class_oid 3586(oid)void
        binary_upgrade_set_next_heap_relfilenode 4545(oid)void
        binary_upgrade_set_next_index_pg_class_oid 3587(oid)void
        binary_upgrade_set_next_index_relfilenode 4546(oid)void
        binary_upgrade_set_next_multirange_array_pg_type_oid 4391(oid)void
        binary_upgrade_set_next_multirange_pg_type_oid 4390(oid)void
        binary_upgrade_set_next_pg_authid_oid 3590(oid)void binary_upgrade_set_next_pg_enum_oid
        3589(oid)void binary_upgrade_set_next_pg_tablespace_oid 4548(oid)void
        binary_upgrade_set_next_pg_type_oid 3582(oid)void binary_upgrade_set_next_toast_pg_class_oid
        3588(oid)void binary_upgrade_set_next_toast_relfilenode 4547(oid)void
        binary_upgrade_set_record_init_privs 4083(bool)void bit_in 1564(cstring,oid,int4)bit bit_out
        1565(bit)cstring bit_recv 2456(internal,oid,int4)bit bittypmodin 2919(_cstring)int4
        bittypmodout 2920(int4)cstring bool_accum 3496(internal,bool)internal bool_accum_inv
        3497(internal,bool)internal bool_alltrue 3498(internal)bool bool_anytrue 3499(internal)bool
        boolin 1242(cstring)bool boolout 1243(bool)cstring boolrecv 2436(internal)bool box_in
        123(cstring)box box_out 124(box)cstring box_recv 2484(internal)box bpchar_sortsupport
        3328(internal)void bpcharin 1044(cstring,oid,int4)bpchar bpcharout 1045(bpchar)cstring
        bpcharrecv 2430(internal,oid,int4)bpchar bpchartypmodin 2913(_cstring)int4 bpchartypmodout
        2914(int4)cstring brin_bloom_add_value 4592(internal,internal,internal,internal)bool
        brin_bloom_consistent 4593(internal,internal,internal,int4)bool brin_bloom_opcinfo
        4591(internal)internal brin_bloom_options 4595(internal)void brin_bloom_summary_in
        4596(cstring)pg_brin_bloom_summary brin_bloom_summary_out 4597(pg_brin_bloom_summary)cstring
        brin_bloom_summary_recv 4598(internal)pg_brin_bloom_summary brin_bloom_union
        4594(internal,internal,internal)bool brin_inclusion_add_value
        4106(internal,internal,internal,internal)bool brin_inclusion_consistent
        4107(internal,internal,internal)bool brin_inclusion_opcinfo 4105(internal)internal
        brin_inclusion_union 4108(internal,internal,internal)bool brin_minmax_add_value
        3384(internal,internal,internal,internal)bool brin_minmax_consistent
        3385(internal,internal,internal)bool brin_minmax_multi_add_value
        4617(internal,internal,internal,internal)bool brin_minmax_multi_consistent
        4618(internal,internal,internal,int4)bool brin_minmax_multi_distance_date
        4629(internal,internal)float8 brin_minmax_multi_distance_float4
        4624(internal,internal)float8 brin_minmax_multi_distance_float8
        4625(internal,internal)float8 brin_minmax_multi_distance_inet 4636(internal,internal)float8
        brin_minmax_multi_distance_int2 4621(internal,internal)float8
        brin_minmax_multi_distance_int4 4622(internal,internal)float8
        brin_minmax_multi_distance_int8 4623(internal,internal)float8
        brin_minmax_multi_distance_interval 4631(internal,internal)float8
        brin_minmax_multi_distance_macaddr 4634(internal,internal)float8
        brin_minmax_multi_distance_macaddr8 4635(internal,internal)float8
        brin_minmax_multi_distance_numeric 4626(internal,internal)float8
        brin_minmax_multi_distance_pg_lsn 4633(internal,internal)float8
        brin_minmax_multi_distance_tid 4627(internal,internal)float8 brin_minmax_multi_distance_time
        4630(internal,internal)float8 brin_minmax_multi_distance_timestamp
        4637(internal,internal)float8 brin_minmax_multi_distance_timetz
        4632(internal,internal)float8 brin_minmax_multi_distance_uuid 4628(internal,internal)float8
        brin_minmax_multi_opcinfo 4616(internal)internal brin_minmax_multi_options
        4620(internal)void brin_minmax_multi_summary_in 4638(cstring)pg_brin_minmax_multi_summary
        brin_minmax_multi_summary_out 4639(pg_brin_minmax_multi_summary)cstring
        brin_minmax_multi_summary_recv 4640(internal)pg_brin_minmax_multi_summary
        brin_minmax_multi_union 4619(internal,internal,internal)bool brin_minmax_opcinfo
        3383(internal)internal brin_minmax_union 3386(internal,internal,internal)bool brinhandler
        335(internal)index_am_handler btbpchar_pattern_sortsupport 3333(internal)void
        btfloat4sortsupport 3132(internal)void btfloat8sortsupport 3133(internal)void bthandler
        330(internal)index_am_handler btint2sortsupport 3129(internal)void btint4sortsupport
        3130(internal)void btint8sortsupport 3131(internal)void btnamesortsupport 3135(internal)void
        btoidsortsupport 3134(internal)void bttext_pattern_sortsupport 3332(internal)void
        bttextsortsupport 3255(internal)void bytea_sortsupport 3331(internal)void
        bytea_string_agg_finalfn 3544(internal)bytea bytea_string_agg_transfn
        3543(internal,bytea,bytea)internal byteain 1244(cstring)bytea byteaout 31(bytea)cstring
        bytearecv 2412(internal)bytea cash_in 886(cstring)money cash_out 887(money)cstring cash_recv
        2492(internal)money charin 1245(cstring)char charout 33(char)cstring charrecv
        2434(internal)char cidin 52(cstring)cid cidout 53(cid)cstring cidr_in 1267(cstring)cidr
        cidr_out 1427(cidr)cstring cidr_recv 2498(internal)cidr cidrecv 2442(internal)cid circle_in
        1450(cstring)circle circle_out 1451(circle)cstring circle_recv 2490(internal)circle
        contjoinsel 1303(internal,oid,internal,int2,internal)float8 contsel
        1302(internal,oid,internal,int4)float8 cstring_in 2292(cstring)cstring cstring_out
        2293(cstring)cstring cstring_recv 2500(internal)cstring cstring_send 2501(cstring)bytea
        cume_dist_final 3991(internal,any)float8* date_in 1084(cstring)date date_out
        1085(date)cstring date_recv 2468(internal)date date_sortsupport 3136(internal)void
        dense_rank_final 3993(internal,any)int8* dispell_init 3731(internal)internal dispell_lexize
        3732(internal,internal,internal,internal)internal domain_in 2597(cstring,oid,int4)any
        domain_recv 2598(internal,oid,int4)any dsimple_init 3725(internal)internal dsimple_lexize
        3726(internal,internal,internal,internal)internal dsnowball_init 0(internal)internal
        dsnowball_lexize 0(internal,internal,internal,internal)internal dsynonym_init
        3728(internal)internal dsynonym_lexize 3729(internal,internal,internal,internal)internal
        enum_in 3506(cstring,oid)anyenum enum_out 3507(anyenum)cstring enum_recv
        3532(internal,oid)anyenum eqjoinsel 105(internal,oid,internal,int2,internal)float8 eqsel
        101(internal,oid,internal,int4)float8 euc_cn_to_mic
        4322(int4,int4,cstring,internal,int4,bool)int4 euc_cn_to_utf8
        4360(int4,int4,cstring,internal,int4,bool)int4 euc_jis_2004_to_shift_jis_2004
        4386(int4,int4,cstring,internal,int4,bool)int4 euc_jis_2004_to_utf8
        4382(int4,int4,cstring,internal,int4,bool)int4 euc_jp_to_mic
        4326(int4,int4,cstring,internal,int4,bool)int4 euc_jp_to_sjis
        4324(int4,int4,cstring,internal,int4,bool)int4 euc_jp_to_utf8
        4362(int4,int4,cstring,internal,int4,bool)int4 euc_kr_to_mic
        4330(int4,int4,cstring,internal,int4,bool)int4 euc_kr_to_utf8
        4364(int4,int4,cstring,internal,int4,bool)int4 euc_tw_to_big5
        4332(int4,int4,cstring,internal,int4,bool)int4 euc_tw_to_mic
        4334(int4,int4,cstring,internal,int4,bool)int4 euc_tw_to_utf8
        4366(int4,int4,cstring,internal,int4,bool)int4 event_trigger_in 3594(cstring)event_trigger
        event_trigger_out 3595(event_trigger)cstring fdw_handler_in 3116(cstring)fdw_handler
        fdw_handler_out 3117(fdw_handler)cstring float4in 200(cstring)float4 float4out
        201(float4)cstring float4recv 2424(internal)float4 float8in 214(cstring)float8 float8out
        215(float8)cstring float8recv 2426(internal)float8 fmgr_c_validator 2247(oid)void
        fmgr_internal_validator 2246(oid)void fmgr_sql_validator 2248(oid)void gb18030_to_utf8
        4368(int4,int4,cstring,internal,int4,bool)int4 gbk_to_utf8
        4370(int4,int4,cstring,internal,int4,bool)int4 generate_series_int4_support
        3994(internal)internal generate_series_int8_support 3995(internal)internal gin_cmp_prefix
        2700(text,text,int2,internal)int4 gin_consistent_jsonb
        3484(internal,int2,jsonb,int4,internal,internal,internal,internal)bool
        gin_consistent_jsonb_path
        3487(internal,int2,jsonb,int4,internal,internal,internal,internal)bool gin_extract_jsonb
        3482(jsonb,internal,internal)internal gin_extract_jsonb_path
        3485(jsonb,internal,internal)internal gin_extract_jsonb_query
        3483(jsonb,internal,int2,internal,internal,internal,internal)internal
        gin_extract_jsonb_query_path
        3486(jsonb,internal,int2,internal,internal,internal,internal)internal gin_extract_tsquery
        3087(tsquery,internal,int2,internal,internal)internal
        3657(tsvector,internal,int2,internal,internal,internal,internal)internal
        3791(tsquery,internal,int2,internal,internal,internal,internal)internal gin_extract_tsvector
        3077(tsvector,internal)internal 3656(tsvector,internal,internal)internal
        gin_triconsistent_jsonb 3488(internal,int2,jsonb,int4,internal,internal,internal)char
        gin_triconsistent_jsonb_path 3489(internal,int2,jsonb,int4,internal,internal,internal)char
        gin_tsquery_consistent 3088(internal,int2,tsquery,int4,internal,internal)bool
        3658(internal,int2,tsvector,int4,internal,internal,internal,internal)bool
        3792(internal,int2,tsquery,int4,internal,internal,internal,internal)bool
        gin_tsquery_triconsistent 3921(internal,int2,tsvector,int4,internal,internal,internal)char
        ginarrayconsistent 2744(internal,int2,anyarray,int4,internal,internal,internal,internal)bool
        ginarrayextract 2743(anyarray,internal,internal)internal 3076(anyarray,internal)internal
        ginarraytriconsistent 3920(internal,int2,anyarray,int4,internal,internal,internal)char
        ginhandler 333(internal)index_am_handler ginqueryarrayextract
        2774(anyarray,internal,int2,internal,internal,internal,internal)internal gist_box_consistent
        2578(internal,box,int2,oid,internal)bool gist_box_distance
        3998(internal,box,int2,oid,internal)float8 gist_box_penalty
        2581(internal,internal,internal)internal gist_box_picksplit 2582(internal,internal)internal
        gist_box_same 2584(box,box,internal)internal gist_box_union 2583(internal,internal)box
        gist_circle_compress 2592(internal)internal gist_circle_consistent
        2591(internal,circle,int2,oid,internal)bool gist_circle_distance
        3280(internal,circle,int2,oid,internal)float8 gist_point_compress 1030(internal)internal
        gist_point_consistent 2179(internal,point,int2,oid,internal)bool gist_point_distance
        3064(internal,point,int2,oid,internal)float8 gist_point_fetch 3282(internal)internal
        gist_point_sortsupport 3435(internal)void gist_poly_compress 2586(internal)internal
        gist_poly_consistent 2585(internal,polygon,int2,oid,internal)bool gist_poly_distance
        3288(internal,polygon,int2,oid,internal)float8 gisthandler 332(internal)index_am_handler
        gtsquery_compress 3695(internal)internal gtsquery_consistent
        3701(internal,tsquery,int2,oid,internal)bool 3793(internal,internal,int4,oid,internal)bool
        gtsquery_penalty 3700(internal,internal,internal)internal gtsquery_picksplit
        3697(internal,internal)internal gtsquery_same 3699(int8,int8,internal)internal
        gtsquery_union 3698(internal,internal)int8 gtsvector_compress 3648(internal)internal
        gtsvector_consistent 3654(internal,tsvector,int2,oid,internal)bool
        3790(internal,gtsvector,int4,oid,internal)bool gtsvector_decompress 3649(internal)internal
        gtsvector_options 3434(internal)void gtsvector_penalty
        3653(internal,internal,internal)internal gtsvector_picksplit 3650(internal,internal)internal
        gtsvector_same 3652(gtsvector,gtsvector,internal)internal gtsvector_union
        3651(internal,internal)gtsvector gtsvectorin 3646(cstring)gtsvector gtsvectorout
        3647(gtsvector)cstring hashhandler 331(internal)index_am_handler hashvarlena
        456(internal)int4 hashvarlenaextended 772(internal,int8)int8 heap_tableam_handler
        3(internal)table_am_handler iclikejoinsel 1816(internal,oid,internal,int2,internal)float8
        iclikesel 1814(internal,oid,internal,int4)float8 icnlikejoinsel
        1817(internal,oid,internal,int2,internal)float8 icnlikesel
        1815(internal,oid,internal,int4)float8 icregexeqjoinsel
        1826(internal,oid,internal,int2,internal)float8 icregexeqsel
        1820(internal,oid,internal,int4)float8 icregexnejoinsel
        1829(internal,oid,internal,int2,internal)float8 icregexnesel
        1823(internal,oid,internal,int4)float8 index_am_handler_in 326(cstring)index_am_handler
        index_am_handler_out 327(index_am_handler)cstring inet_gist_compress 3555(internal)internal
        inet_gist_consistent 3553(internal,inet,int2,oid,internal)bool inet_gist_fetch
        3573(internal)internal inet_gist_penalty 3557(internal,internal,internal)internal
        inet_gist_picksplit 3558(internal,internal)internal inet_gist_same
        3559(inet,inet,internal)internal inet_gist_union 3554(internal,internal)inet inet_in
        910(cstring)inet inet_out 911(inet)cstring inet_recv 2496(internal)inet inet_spg_choose
        3796(internal,internal)void inet_spg_config 3795(internal,internal)void
        inet_spg_inner_consistent 3798(internal,internal)void inet_spg_leaf_consistent
        3799(internal,internal)bool inet_spg_picksplit 3797(internal,internal)void int2_accum
        1834(internal,int2)internal int2_accum_inv 3567(internal,int2)internal int2in
        38(cstring)int2 int2out 39(int2)cstring int2recv 2404(internal)int2 int2vectorin
        40(cstring)int2vector int2vectorout 41(int2vector)cstring int2vectorrecv
        2410(internal)int2vector int4_accum 1835(internal,int4)internal int4_accum_inv
        3568(internal,int4)internal int4in 42(cstring)int4 int4out 43(int4)cstring int4recv
        2406(internal)int4 int8_accum 1836(internal,int8)internal int8_accum_inv
        3569(internal,int8)internal int8_avg_accum 2746(internal,int8)internal int8_avg_accum_inv
        3387(internal,int8)internal int8_avg_combine 2785(internal,internal)internal
        int8_avg_deserialize 2787(bytea,internal)internal int8_avg_serialize 2786(internal)bytea
        int8in 460(cstring)int8 int8inc_support 6236(internal)internal int8out 461(int8)cstring
        int8recv 2408(internal)int8 internal_in 2304(cstring)internal internal_out
        2305(internal)cstring interval_in 1160(cstring,oid,int4)interval interval_out
        1161(interval)cstring interval_recv 2478(internal,oid,int4)interval interval_support
        3918(internal)internal intervaltypmodin 2903(_cstring)int4 intervaltypmodout
        2904(int4)cstring iso8859_1_to_utf8 4374(int4,int4,cstring,internal,int4,bool)int4
        iso8859_to_utf8 4373(int4,int4,cstring,internal,int4,bool)int4 iso_to_koi8r
        4316(int4,int4,cstring,internal,int4,bool)int4 iso_to_mic
        4304(int4,int4,cstring,internal,int4,bool)int4 iso_to_win1251
        4318(int4,int4,cstring,internal,int4,bool)int4 iso_to_win866
        4320(int4,int4,cstring,internal,int4,bool)int4 johab_to_utf8
        4376(int4,int4,cstring,internal,int4,bool)int4 json_agg_finalfn 3174(internal)json
        json_agg_transfn 3173(internal,anyelement)internal json_in 321(cstring)json
        json_object_agg_finalfn 3196(internal)json json_object_agg_transfn
        3180(internal,any,any)internal json_out 322(json)cstring json_recv 323(internal)json
        jsonb_agg_finalfn 3266(internal)jsonb jsonb_agg_transfn 3265(internal,anyelement)internal
        jsonb_in 3806(cstring)jsonb jsonb_object_agg_finalfn 3269(internal)jsonb
        jsonb_object_agg_transfn 3268(internal,any,any)internal jsonb_out 3804(jsonb)cstring
        jsonb_recv 3805(internal)jsonb jsonb_subscript_handler 6098(internal)internal jsonpath_in
        4001(cstring)jsonpath jsonpath_out 4003(jsonpath)cstring jsonpath_recv
        4002(internal)jsonpath koi8r_to_iso 4317(int4,int4,cstring,internal,int4,bool)int4
        koi8r_to_mic 4302(int4,int4,cstring,internal,int4,bool)int4 koi8r_to_utf8
        4355(int4,int4,cstring,internal,int4,bool)int4 koi8r_to_win1251
        4310(int4,int4,cstring,internal,int4,bool)int4 koi8r_to_win866
        4312(int4,int4,cstring,internal,int4,bool)int4 koi8u_to_utf8
        4357(int4,int4,cstring,internal,int4,bool)int4 language_handler_in
        2302(cstring)language_handler language_handler_out 2303(language_handler)cstring
        latin1_to_mic 4344(int4,int4,cstring,internal,int4,bool)int4 latin2_to_mic
        4338(int4,int4,cstring,internal,int4,bool)int4 latin2_to_win1250
        4342(int4,int4,cstring,internal,int4,bool)int4 latin3_to_mic
        4346(int4,int4,cstring,internal,int4,bool)int4 latin4_to_mic
        4348(int4,int4,cstring,internal,int4,bool)int4 likejoinsel
        1825(internal,oid,internal,int2,internal)float8 likesel
        1819(internal,oid,internal,int4)float8 line_in 1490(cstring)line line_out 1491(line)cstring
        line_recv 2488(internal)line lseg_in 119(cstring)lseg lseg_out 120(lseg)cstring lseg_recv
        2480(internal)lseg macaddr8_in 4110(cstring)macaddr8 macaddr8_out 4111(macaddr8)cstring
        macaddr8_recv 3446(internal)macaddr8 macaddr_in 436(cstring)macaddr macaddr_out
        437(macaddr)cstring macaddr_recv 2494(internal)macaddr macaddr_sortsupport
        3359(internal)void matchingjoinsel 5041(internal,oid,internal,int2,internal)float8
        matchingsel 5040(internal,oid,internal,int4)float8 mic_to_big5
        4337(int4,int4,cstring,internal,int4,bool)int4 mic_to_euc_cn
        4323(int4,int4,cstring,internal,int4,bool)int4 mic_to_euc_jp
        4328(int4,int4,cstring,internal,int4,bool)int4 mic_to_euc_kr
        4331(int4,int4,cstring,internal,int4,bool)int4 mic_to_euc_tw
        4336(int4,int4,cstring,internal,int4,bool)int4 mic_to_iso
        4305(int4,int4,cstring,internal,int4,bool)int4 mic_to_koi8r
        4303(int4,int4,cstring,internal,int4,bool)int4 mic_to_latin1
        4345(int4,int4,cstring,internal,int4,bool)int4 mic_to_latin2
        4339(int4,int4,cstring,internal,int4,bool)int4 mic_to_latin3
        4347(int4,int4,cstring,internal,int4,bool)int4 mic_to_latin4
        4349(int4,int4,cstring,internal,int4,bool)int4 mic_to_sjis
        4329(int4,int4,cstring,internal,int4,bool)int4 mic_to_win1250
        4341(int4,int4,cstring,internal,int4,bool)int4 mic_to_win1251
        4307(int4,int4,cstring,internal,int4,bool)int4 mic_to_win866
        4309(int4,int4,cstring,internal,int4,bool)int4 mode_final
        3985(internal,anyelement)anyelement multirange_agg_finalfn
        6226(internal,anymultirange)anymultirange multirange_agg_transfn
        6225(internal,anymultirange)internal multirange_gist_compress 6156(internal)internal
        multirange_gist_consistent 6154(internal,anymultirange,int2,oid,internal)bool multirange_in
        4231(cstring,oid,int4)anymultirange multirange_out 4232(anymultirange)cstring
        multirange_recv 4233(internal,oid,int4)anymultirange multirange_typanalyze
        4242(internal)bool multirangesel 4243(internal,oid,internal,int4)float8 namein
        34(cstring)name nameout 35(name)cstring namerecv 2422(internal)name neqjoinsel
        106(internal,oid,internal,int2,internal)float8 neqsel 102(internal,oid,internal,int4)float8
        network_sortsupport 5033(internal)void network_subset_support 1173(internal)internal
        networkjoinsel 3561(internal,oid,internal,int2,internal)float8 networksel
        3560(internal,oid,internal,int4)float8 nlikejoinsel
        1828(internal,oid,internal,int2,internal)float8 nlikesel
        1822(internal,oid,internal,int4)float8 numeric_accum 1833(internal,numeric)internal
        numeric_accum_inv 3548(internal,numeric)internal numeric_avg 1837(internal)numeric
        numeric_avg_accum 2858(internal,numeric)internal numeric_avg_combine
        3337(internal,internal)internal numeric_avg_deserialize 2741(bytea,internal)internal
        numeric_avg_serialize 2740(internal)bytea numeric_combine 3341(internal,internal)internal
        numeric_deserialize 3336(bytea,internal)internal numeric_in 1701(cstring,oid,int4)numeric
        numeric_out 1702(numeric)cstring numeric_poly_avg 3389(internal)numeric numeric_poly_combine
        3338(internal,internal)internal numeric_poly_deserialize 3340(bytea,internal)internal
        numeric_poly_serialize 3339(internal)bytea numeric_poly_stddev_pop 3392(internal)numeric
        numeric_poly_stddev_samp 3393(internal)numeric numeric_poly_sum 3388(internal)numeric
        numeric_poly_var_pop 3390(internal)numeric numeric_poly_var_samp 3391(internal)numeric
        numeric_recv 2460(internal,oid,int4)numeric numeric_serialize 3335(internal)bytea
        numeric_sortsupport 3283(internal)void numeric_stddev_pop 2596(internal)numeric
        numeric_stddev_samp 1839(internal)numeric numeric_sum 3178(internal)numeric numeric_support
        3157(internal)internal numeric_var_pop 2514(internal)numeric numeric_var_samp
        1838(internal)numeric numerictypmodin 2917(_cstring)int4 numerictypmodout 2918(int4)cstring
        oidin 1798(cstring)oid oidout 1799(oid)cstring oidrecv 2418(internal)oid oidvectorin
        54(cstring)oidvector oidvectorout 55(oidvector)cstring oidvectorrecv 2420(internal)oidvector
        ordered_set_transition 3970(internal,any)internal ordered_set_transition_multi
        3971(internal,any)internal* path_in 121(cstring)path path_out 122(path)cstring path_recv
        2482(internal)path percent_rank_final 3989(internal,any)float8* percentile_cont_float8_final
        3975(internal,float8)float8 percentile_cont_float8_multi_final 3981(internal,_float8)_float8
        percentile_cont_interval_final 3977(internal,float8)interval
        percentile_cont_interval_multi_final 3983(internal,_float8)_interval percentile_disc_final
        3973(internal,float8,anyelement)anyelement percentile_disc_multi_final
        3979(internal,_float8,anyelement)anyarray pg_ddl_command_in 86(cstring)pg_ddl_command
        pg_ddl_command_out 87(pg_ddl_command)cstring pg_ddl_command_recv 88(internal)pg_ddl_command
        pg_ddl_command_send 90(pg_ddl_command)bytea pg_dependencies_in 3404(cstring)pg_dependencies
        pg_dependencies_out 3405(pg_dependencies)cstring pg_dependencies_recv
        3406(internal)pg_dependencies pg_event_trigger_ddl_commands 4568()record
        pg_event_trigger_dropped_objects 3566()record pg_event_trigger_table_rewrite_oid 4566()oid
        pg_event_trigger_table_rewrite_reason 4567()int4 pg_extension_config_dump
        3086(regclass,text)void pg_isolation_test_session_is_blocked 3378(int4,_int4)bool pg_lsn_in
        3229(cstring)pg_lsn pg_lsn_out 3230(pg_lsn)cstring pg_lsn_recv 3238(internal)pg_lsn
        pg_mcv_list_in 5018(cstring)pg_mcv_list pg_mcv_list_out 5019(pg_mcv_list)cstring
        pg_mcv_list_recv 5020(internal)pg_mcv_list pg_ndistinct_in 3355(cstring)pg_ndistinct
        pg_ndistinct_out 3356(pg_ndistinct)cstring pg_ndistinct_recv 3357(internal)pg_ndistinct
        pg_nextoid 275(regclass,name,regclass)oid pg_node_tree_in 195(cstring)pg_node_tree
        pg_node_tree_out 196(pg_node_tree)cstring pg_node_tree_recv 197(internal)pg_node_tree
        pg_snapshot_in 5055(cstring)pg_snapshot pg_snapshot_out 5056(pg_snapshot)cstring
        pg_snapshot_recv 5057(internal)pg_snapshot pg_stop_making_pinned_objects 6241()void
        plpgsql_call_handler 0()language_handler plpgsql_inline_handler 0(internal)void
        plpgsql_validator 0(oid)void point_in 117(cstring)point point_out 118(point)cstring
        point_recv 2428(internal)point poly_in 347(cstring)polygon poly_out 348(polygon)cstring
        poly_recv 2486(internal)polygon positionjoinsel
        1301(internal,oid,internal,int2,internal)float8 positionsel
        1300(internal,oid,internal,int4)float8 postgresql_fdw_validator 2316(_text,oid)bool
        prefixjoinsel 3438(internal,oid,internal,int2,internal)float8 prefixsel
        3437(internal,oid,internal,int4)float8 prsd_end 3719(internal)void prsd_headline
        3720(internal,internal,tsquery)internal prsd_lextype 3721(internal)internal prsd_nexttoken
        3718(internal,internal,internal)internal prsd_start 3717(internal,int4)internal
        range_agg_finalfn 4300(internal,anyrange)anymultirange range_agg_transfn
        4299(internal,anyrange)internal range_gist_consistent
        3875(internal,anyrange,int2,oid,internal)bool range_gist_penalty
        3879(internal,internal,internal)internal range_gist_picksplit
        3880(internal,internal)internal range_gist_same 3881(anyrange,anyrange,internal)internal
        range_gist_union 3876(internal,internal)anyrange range_in 3834(cstring,oid,int4)anyrange
        range_out 3835(anyrange)cstring range_recv 3836(internal,oid,int4)anyrange range_typanalyze
        3916(internal)bool rangesel 3169(internal,oid,internal,int4)float8 rank_final
        3987(internal,any)int8* raw_array_subscript_handler 6180(internal)internal record_in
        2290(cstring,oid,int4)record record_out 2291(record)cstring record_recv
        2402(internal,oid,int4)record regclassin 2218(cstring)regclass regclassout
        2219(regclass)cstring regclassrecv 2452(internal)regclass regcollationin
        4193(cstring)regcollation regcollationout 4194(regcollation)cstring regcollationrecv
        4196(internal)regcollation regconfigin 3736(cstring)regconfig regconfigout
        3737(regconfig)cstring regconfigrecv 3738(internal)regconfig regdictionaryin
        3771(cstring)regdictionary regdictionaryout 3772(regdictionary)cstring regdictionaryrecv
        3773(internal)regdictionary regexeqjoinsel 1824(internal,oid,internal,int2,internal)float8
        regexeqsel 1818(internal,oid,internal,int4)float8 regexnejoinsel
        1827(internal,oid,internal,int2,internal)float8 regexnesel
        1821(internal,oid,internal,int4)float8 regnamespacein 4084(cstring)regnamespace
        regnamespaceout 4085(regnamespace)cstring regnamespacerecv 4087(internal)regnamespace
        regoperatorin 2216(cstring)regoperator regoperatorout 2217(regoperator)cstring
        regoperatorrecv 2450(internal)regoperator regoperin 2214(cstring)regoper regoperout
        2215(regoper)cstring regoperrecv 2448(internal)regoper regprocedurein
        2212(cstring)regprocedure regprocedureout 2213(regprocedure)cstring regprocedurerecv
        2446(internal)regprocedure regprocin 44(cstring)regproc regprocout 45(regproc)cstring
        regprocrecv 2444(internal)regproc regrolein 4098(cstring)regrole regroleout
        4092(regrole)cstring regrolerecv 4094(internal)regrole regtypein 2220(cstring)regtype
        regtypeout 2221(regtype)cstring regtyperecv 2454(internal)regtype satisfies_hash_partition
        5028(oid,int4,int4,any)bool* scalargejoinsel 398(internal,oid,internal,int2,internal)float8
        scalargesel 337(internal,oid,internal,int4)float8 scalargtjoinsel
        108(internal,oid,internal,int2,internal)float8 scalargtsel
        104(internal,oid,internal,int4)float8 scalarlejoinsel
        386(internal,oid,internal,int2,internal)float8 scalarlesel
        336(internal,oid,internal,int4)float8 scalarltjoinsel
        107(internal,oid,internal,int2,internal)float8 scalarltsel
        103(internal,oid,internal,int4)float8 shell_in 2398(cstring)void shell_out 2399(void)cstring
        shift_jis_2004_to_euc_jis_2004 4387(int4,int4,cstring,internal,int4,bool)int4
        shift_jis_2004_to_utf8 4384(int4,int4,cstring,internal,int4,bool)int4 sjis_to_euc_jp
        4325(int4,int4,cstring,internal,int4,bool)int4 sjis_to_mic
        4327(int4,int4,cstring,internal,int4,bool)int4 sjis_to_utf8
        4378(int4,int4,cstring,internal,int4,bool)int4 spg_bbox_quad_config
        5010(internal,internal)void spg_box_quad_choose 5013(internal,internal)void
        spg_box_quad_config 5012(internal,internal)void spg_box_quad_inner_consistent
        5015(internal,internal)void spg_box_quad_leaf_consistent 5016(internal,internal)bool
        spg_box_quad_picksplit 5014(internal,internal)void spg_kd_choose 4024(internal,internal)void
        spg_kd_config 4023(internal,internal)void spg_kd_inner_consistent
        4026(internal,internal)void spg_kd_picksplit 4025(internal,internal)void spg_quad_choose
        4019(internal,internal)void spg_quad_config 4018(internal,internal)void
        spg_quad_inner_consistent 4021(internal,internal)void spg_quad_leaf_consistent
        4022(internal,internal)bool spg_quad_picksplit 4020(internal,internal)void
        spg_range_quad_choose 3470(internal,internal)void spg_range_quad_config
        3469(internal,internal)void spg_range_quad_inner_consistent 3472(internal,internal)void
        spg_range_quad_leaf_consistent 3473(internal,internal)bool spg_range_quad_picksplit
        3471(internal,internal)void spg_text_choose 4028(internal,internal)void spg_text_config
        4027(internal,internal)void spg_text_inner_consistent 4030(internal,internal)void
        spg_text_leaf_consistent 4031(internal,internal)bool spg_text_picksplit
        4029(internal,internal)void spghandler 334(internal)index_am_handler string_agg_finalfn
        3536(internal)text string_agg_transfn 3535(internal,text,text)internal
        suppress_redundant_updates_trigger 1291()trigger system 3314(internal)tsm_handler
        table_am_handler_in 267(cstring)table_am_handler table_am_handler_out
        268(table_am_handler)cstring text_starts_with_support 6242(internal)internal
        texticlike_support 1025(internal)internal texticregexeq_support 1024(internal)internal
        textin 46(cstring)text textlike_support 1023(internal)internal textout 47(text)cstring
        textrecv 2414(internal)text textregexeq_support 1364(internal)internal thesaurus_init
        3740(internal)internal thesaurus_lexize 3741(internal,internal,internal,internal)internal
        tidin 48(cstring)tid tidout 49(tid)cstring tidrecv 2438(internal)tid time_in
        1143(cstring,oid,int4)time time_out 1144(time)cstring time_recv 2470(internal,oid,int4)time
        time_support 3944(internal)internal timestamp_in 1312(cstring,oid,int4)timestamp
        timestamp_out 1313(timestamp)cstring timestamp_recv 2474(internal,oid,int4)timestamp
        timestamp_sortsupport 3137(internal)void timestamp_support 3917(internal)internal
        timestamptypmodin 2905(_cstring)int4 timestamptypmodout 2906(int4)cstring timestamptz_in
        1150(cstring,oid,int4)timestamptz timestamptz_out 1151(timestamptz)cstring timestamptz_recv
        2476(internal,oid,int4)timestamptz timestamptztypmodin 2907(_cstring)int4
        timestamptztypmodout 2908(int4)cstring timetypmodin 2909(_cstring)int4 timetypmodout
        2910(int4)cstring timetz_in 1350(cstring,oid,int4)timetz timetz_out 1351(timetz)cstring
        timetz_recv 2472(internal,oid,int4)timetz timetztypmodin 2911(_cstring)int4 timetztypmodout
        2912(int4)cstring trigger_in 2300(cstring)trigger trigger_out 2301(trigger)cstring
        ts_typanalyze 3688(internal)bool tsm_handler_in 3311(cstring)tsm_handler tsm_handler_out
        3312(tsm_handler)cstring tsmatchjoinsel 3687(internal,oid,internal,int2,internal)float8
        tsmatchsel 3686(internal,oid,internal,int4)float8 tsqueryin 3612(cstring)tsquery tsqueryout
        3613(tsquery)cstring tsqueryrecv 3641(internal)tsquery tsvector_update_trigger 3752()trigger
        tsvector_update_trigger_column 3753()trigger tsvectorin 3610(cstring)tsvector tsvectorout
        3611(tsvector)cstring tsvectorrecv 3639(internal)tsvector txid_snapshot_in
        2939(cstring)txid_snapshot txid_snapshot_out 2940(txid_snapshot)cstring txid_snapshot_recv
        2941(internal)txid_snapshot uhc_to_utf8 4380(int4,int4,cstring,internal,int4,bool)int4
        unique_key_recheck 1250()trigger unknownin 109(cstring)unknown unknownout
        110(unknown)cstring unknownrecv 2416(internal)unknown utf8_to_big5
        4353(int4,int4,cstring,internal,int4,bool)int4 utf8_to_euc_cn
        4361(int4,int4,cstring,internal,int4,bool)int4 utf8_to_euc_jis_2004
        4383(int4,int4,cstring,internal,int4,bool)int4 utf8_to_euc_jp
        4363(int4,int4,cstring,internal,int4,bool)int4 utf8_to_euc_kr
        4365(int4,int4,cstring,internal,int4,bool)int4 utf8_to_euc_tw
        4367(int4,int4,cstring,internal,int4,bool)int4 utf8_to_gb18030
        4369(int4,int4,cstring,internal,int4,bool)int4 utf8_to_gbk
        4371(int4,int4,cstring,internal,int4,bool)int4 utf8_to_iso8859
        4372(int4,int4,cstring,internal,int4,bool)int4 utf8_to_iso8859_1
        4375(int4,int4,cstring,internal,int4,bool)int4 utf8_to_johab
        4377(int4,int4,cstring,internal,int4,bool)int4 utf8_to_koi8r
        4354(int4,int4,cstring,internal,int4,bool)int4 utf8_to_koi8u
        4356(int4,int4,cstring,internal,int4,bool)int4 utf8_to_shift_jis_2004
        4385(int4,int4,cstring,internal,int4,bool)int4 utf8_to_sjis
        4379(int4,int4,cstring,internal,int4,bool)int4 utf8_to_uhc
        4381(int4,int4,cstring,internal,int4,bool)int4 utf8_to_win
        4358(int4,int4,cstring,internal,int4,bool)int4 uuid_in 2952(cstring)uuid uuid_out
        2953(uuid)cstring uuid_recv 2961(internal)uuid uuid_sortsupport 3300(internal)void varbit_in
        1579(cstring,oid,int4)varbit varbit_out 1580(varbit)cstring varbit_recv
        2458(internal,oid,int4)varbit varbit_support 3158(internal)internal varbittypmodin
        2902(_cstring)int4 varbittypmodout 2921(int4)cstring varchar_support 3097(internal)internal
        varcharin 1046(cstring,oid,int4)varchar varcharout 1047(varchar)cstring varcharrecv
        2432(internal,oid,int4)varchar varchartypmodin 2915(_cstring)int4 varchartypmodout
        2916(int4)cstring void_in 2298(cstring)void void_out 2299(void)cstring void_recv
        3120(internal)void void_send 3121(void)bytea win1250_to_latin2
        4343(int4,int4,cstring,internal,int4,bool)int4 win1250_to_mic
        4340(int4,int4,cstring,internal,int4,bool)int4 win1251_to_iso
        4319(int4,int4,cstring,internal,int4,bool)int4 win1251_to_koi8r
        4311(int4,int4,cstring,internal,int4,bool)int4 win1251_to_mic
        4306(int4,int4,cstring,internal,int4,bool)int4 win1251_to_win866
        4315(int4,int4,cstring,internal,int4,bool)int4 win866_to_iso
        4321(int4,int4,cstring,internal,int4,bool)int4 win866_to_koi8r
        4313(int4,int4,cstring,internal,int4,bool)int4 win866_to_mic
        4308(int4,int4,cstring,internal,int4,bool)int4 win866_to_win1251
        4314(int4,int4,cstring,internal,int4,bool)int4 win_to_utf8
        4359(int4,int4,cstring,internal,int4,bool)int4 window_dense_rank_support
        6235(internal)internal window_rank_support 6234(internal)internal window_row_number_support
        6233(internal)internal xid8in 5070(cstring)xid8 xid8out 5081(xid8)cstring xid8recv
        5082(internal)xid8 xidin 50(cstring)xid xidout 51(xid)cstring xidrecv 2440(internal)xid
        xml_in 2893(cstring)xml xml_out 2894(xml)cstring xml_recv 2898(internal)xml
        """
}
