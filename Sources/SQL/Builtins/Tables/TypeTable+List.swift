extension TypeTable {
    /// `name:oid`, with `[element oid]` for arrays; under `implicit`, which types the server turns
    /// into which others unasked (`pg_cast`, context `i`).
    static let list = """
        # harmless
        bool:16 bytea:17 char:18 name:19 int8:20 int2:21 int2vector:22 int4:23 regproc:24 text:25
        oid:26 tid:27 xid:28 cid:29 oidvector:30 json:114 xml:142 _xml:143[142] pg_node_tree:194
        _json:199[114] _pg_type:210[71] _pg_attribute:270[75] _xid8:271[5069] _pg_proc:272[81]
        _pg_class:273[83] point:600 lseg:601 path:602 box:603 polygon:604 line:628 _line:629[628]
        cidr:650 _cidr:651[650] float4:700 float8:701 unknown:705 circle:718 _circle:719[718]
        macaddr8:774 _macaddr8:775[774] money:790 _money:791[790] macaddr:829 inet:869
        _bool:1000[16] _bytea:1001[17] _char:1002[18] _name:1003[19] _int2:1005[21]
        _int2vector:1006[22] _int4:1007[23] _regproc:1008[24] _text:1009[25] _tid:1010[27]
        _xid:1011[28] _cid:1012[29] _oidvector:1013[30] _bpchar:1014[1042] _varchar:1015[1043]
        _int8:1016[20] _point:1017[600] _lseg:1018[601] _path:1019[602] _box:1020[603]
        _float4:1021[700] _float8:1022[701] _polygon:1027[604] _oid:1028[26] aclitem:1033
        _aclitem:1034[1033] _macaddr:1040[829] _inet:1041[869] bpchar:1042 varchar:1043 date:1082
        time:1083 timestamp:1114 _timestamp:1115[1114] _date:1182[1082] _time:1183[1083]
        timestamptz:1184 _timestamptz:1185[1184] interval:1186 _interval:1187[1186]
        _numeric:1231[1700] timetz:1266 _timetz:1270[1266] bit:1560 _bit:1561[1560] varbit:1562
        _varbit:1563[1562] numeric:1700 refcursor:1790 _refcursor:2201[1790] regprocedure:2202
        regoper:2203 regoperator:2204 regclass:2205 regtype:2206 _regprocedure:2207[2202]
        _regoper:2208[2203] _regoperator:2209[2204] _regclass:2210[2205] _regtype:2211[2206]
        void:2278 _txid_snapshot:2949[2970] uuid:2950 _uuid:2951[2950] txid_snapshot:2970
        pg_lsn:3220 _pg_lsn:3221[3220] pg_ndistinct:3361 pg_dependencies:3402 tsvector:3614
        tsquery:3615 gtsvector:3642 _tsvector:3643[3614] _gtsvector:3644[3642] _tsquery:3645[3615]
        regconfig:3734 _regconfig:3735[3734] regdictionary:3769 _regdictionary:3770[3769] jsonb:3802
        _jsonb:3807[3802] int4range:3904 _int4range:3905[3904] numrange:3906 _numrange:3907[3906]
        tsrange:3908 _tsrange:3909[3908] tstzrange:3910 _tstzrange:3911[3910] daterange:3912
        _daterange:3913[3912] int8range:3926 _int8range:3927[3926] jsonpath:4072
        _jsonpath:4073[4072] regnamespace:4089 _regnamespace:4090[4089] regrole:4096
        _regrole:4097[4096] regcollation:4191 _regcollation:4192[4191] int4multirange:4451
        nummultirange:4532 tsmultirange:4533 tstzmultirange:4534 datemultirange:4535
        int8multirange:4536 pg_brin_bloom_summary:4600 pg_brin_minmax_multi_summary:4601
        pg_mcv_list:5017 pg_snapshot:5038 _pg_snapshot:5039[5038] xid8:5069
        _int4multirange:6150[4451] _nummultirange:6151[4532] _tsmultirange:6152[4533]
        _tstzmultirange:6153[4534] _datemultirange:6155[4535] _int8multirange:6157[4536]
        # row
        pg_type:71 pg_attribute:75 pg_proc:81 pg_class:83 pg_database:1248 pg_authid:2842
        pg_auth_members:2843 pg_shseclabel:4066 pg_subscription:6101
        # polymorphic
        record:2249 any:2276 anyarray:2277 anyelement:2283 _record:2287[2249] anynonarray:2776
        anyenum:3500 anyrange:3831 anymultirange:4537 anycompatiblemultirange:4538
        anycompatible:5077 anycompatiblearray:5078 anycompatiblenonarray:5079
        anycompatiblerange:5080
        # internal
        pg_ddl_command:32 table_am_handler:269 index_am_handler:325 _cstring:1263[2275] cstring:2275
        trigger:2279 language_handler:2280 internal:2281 fdw_handler:3115 tsm_handler:3310
        event_trigger:3838
        # implicit
        bit>varbit bpchar>name,text,varchar char>text cidr>inet date>timestamp,timestamptz
        float4>float8
        int2>float4,float8,int4,int8,numeric,oid,regclass,regcollation,regconfig,regdictionary,regnamespace,regoper,regoperator,regproc,regprocedure,regrole,regtype
        int4>float4,float8,int8,numeric,oid,regclass,regcollation,regconfig,regdictionary,regnamespace,regoper,regoperator,regproc,regprocedure,regrole,regtype
        int8>float4,float8,numeric,oid,regclass,regcollation,regconfig,regdictionary,regnamespace,regoper,regoperator,regproc,regprocedure,regrole,regtype
        macaddr>macaddr8 macaddr8>macaddr name>text numeric>float4,float8
        oid>regclass,regcollation,regconfig,regdictionary,regnamespace,regoper,regoperator,regproc,regprocedure,regrole,regtype
        pg_dependencies>bytea,text pg_mcv_list>bytea,text pg_ndistinct>bytea,text pg_node_tree>text
        regclass>oid regcollation>oid regconfig>oid regdictionary>oid regnamespace>oid
        regoper>oid,regoperator regoperator>oid,regoper regproc>oid,regprocedure
        regprocedure>oid,regproc regrole>oid regtype>oid text>bpchar,name,regclass,varchar
        time>interval,timetz timestamp>timestamptz varbit>bit varchar>bpchar,name,regclass,text
        """
}
