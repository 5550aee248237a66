extension FunctionTable {
    /// Signatures whose call only computes its result. Format: `FunctionTable`.
    static let harmless = """
        # harmless information_schema
        _pg_char_max_length 0(oid,int4)int4 _pg_char_octet_length 0(oid,int4)int4
        _pg_datetime_precision 0(oid,int4)int4 _pg_expandarray 0(anyarray)record _pg_index_position
        0(oid,int2)int4 _pg_interval_type 0(oid,int4)text _pg_numeric_precision 0(oid,int4)int4
        _pg_numeric_precision_radix 0(oid,int4)int4 _pg_numeric_scale 0(oid,int4)int4 _pg_truetypid
        0(pg_attribute,pg_type)oid _pg_truetypmod 0(pg_attribute,pg_type)int4
        # harmless pg_catalog
        abbrev 598(inet)text 599(cidr)text abs 1394(float4)float4 1395(float8)float8 1396(int8)int8
        1397(int4)int4 1398(int2)int2 1705(numeric)numeric aclcontains 1037(_aclitem,aclitem)bool
        acldefault 3943(char,oid)_aclitem aclexplode 1689(_aclitem)record aclinsert
        1035(_aclitem,aclitem)_aclitem aclitemeq 1062(aclitem,aclitem)bool aclremove
        1036(_aclitem,aclitem)_aclitem acos 1601(float8)float8 acosd 2732(float8)float8 acosh
        2466(float8)float8 age 1181(xid)int4 1199(timestamptz,timestamptz)interval
        1386(timestamptz)interval 2058(timestamp,timestamp)interval 2059(timestamp)interval area
        975(box)float8 979(path)float8 1468(circle)float8 array_agg 2335(anynonarray)anyarray
        4053(anyarray)anyarray array_append 378(anycompatiblearray,anycompatible)anycompatiblearray
        array_cat 383(anycompatiblearray,anycompatiblearray)anycompatiblearray array_dims
        747(anyarray)text array_fill 1193(anyelement,_int4)anyarray
        1286(anyelement,_int4,_int4)anyarray array_length 2176(anyarray,int4)int4 array_lower
        2091(anyarray,int4)int4 array_ndims 748(anyarray)int4 array_prepend
        379(anycompatible,anycompatiblearray)anycompatiblearray array_to_tsvector
        3327(_text)tsvector array_upper 2092(anyarray,int4)int4 ascii 1620(text)int4 asin
        1600(float8)float8 asind 2731(float8)float8 asinh 2465(float8)float8 atan 1602(float8)float8
        atan2 1603(float8,float8)float8 atan2d 2734(float8,float8)float8 atand 2733(float8)float8
        atanh 2467(float8)float8 avg 2100(int8)numeric 2101(int4)numeric 2102(int2)numeric
        2103(numeric)numeric 2104(float4)float8 2105(float8)float8 2106(interval)interval bit
        1683(int4,int4)bit 1685(bit,int4,bool)bit 2075(int8,int4)bit bit_and 2236(int2)int2
        2238(int4)int4 2240(int8)int8 2242(bit)bit bit_count 6162(bit)int8 6163(bytea)int8
        bit_length 1810(bytea)int4 1811(text)int4 1812(bit)int4 bit_or 2237(int2)int2 2239(int4)int4
        2241(int8)int8 2243(bit)bit bit_send 2457(bit)bytea bit_xor 6164(int2)int2 6165(int4)int4
        6166(int8)int8 6167(bit)bit bitand 1673(bit,bit)bit bitcat 1679(varbit,varbit)varbit bitcmp
        1596(bit,bit)int4 biteq 1581(bit,bit)bool bitge 1592(bit,bit)bool bitgt 1593(bit,bit)bool
        bitle 1594(bit,bit)bool bitlt 1595(bit,bit)bool bitne 1582(bit,bit)bool bitnot 1676(bit)bit
        bitor 1674(bit,bit)bit bitshiftleft 1677(bit,int4)bit bitshiftright 1678(bit,int4)bit bitxor
        1675(bit,bit)bit bool 2557(int4)bool 3556(jsonb)bool bool_and 2517(bool)bool bool_or
        2518(bool)bool booland_statefunc 2515(bool,bool)bool booleq 60(bool,bool)bool boolge
        1692(bool,bool)bool boolgt 57(bool,bool)bool boolle 1691(bool,bool)bool boollt
        56(bool,bool)bool boolne 84(bool,bool)bool boolor_statefunc 2516(bool,bool)bool boolsend
        2437(bool)bytea bound_box 4067(box,box)box box 1421(point,point)box 1446(polygon)box
        1480(circle)box 4091(point)box box_above 2565(box,box)bool box_above_eq 115(box,box)bool
        box_add 1422(box,point)box box_below 2562(box,box)bool box_below_eq 116(box,box)bool
        box_center 138(box)point box_contain 187(box,box)bool box_contain_pt 193(box,point)bool
        box_contained 192(box,box)bool box_distance 978(box,box)float8 box_div 1425(box,point)box
        box_eq 128(box,box)bool box_ge 126(box,box)bool box_gt 127(box,box)bool box_intersect
        980(box,box)box box_le 130(box,box)bool box_left 188(box,box)bool box_lt 129(box,box)bool
        box_mul 1424(box,point)box box_overabove 2564(box,box)bool box_overbelow 2563(box,box)bool
        box_overlap 125(box,box)bool box_overleft 189(box,box)bool box_overright 190(box,box)bool
        box_right 191(box,box)bool box_same 186(box,box)bool box_send 2485(box)bytea box_sub
        1423(box,point)box bpchar 408(name)bpchar 668(bpchar,int4,bool)bpchar 860(char)bpchar
        bpchar_larger 1063(bpchar,bpchar)bpchar bpchar_pattern_ge 2177(bpchar,bpchar)bool
        bpchar_pattern_gt 2178(bpchar,bpchar)bool bpchar_pattern_le 2175(bpchar,bpchar)bool
        bpchar_pattern_lt 2174(bpchar,bpchar)bool bpchar_smaller 1064(bpchar,bpchar)bpchar bpcharcmp
        1078(bpchar,bpchar)int4 bpchareq 1048(bpchar,bpchar)bool bpcharge 1052(bpchar,bpchar)bool
        bpchargt 1051(bpchar,bpchar)bool bpchariclike 1660(bpchar,text)bool bpcharicnlike
        1661(bpchar,text)bool bpcharicregexeq 1656(bpchar,text)bool bpcharicregexne
        1657(bpchar,text)bool bpcharle 1050(bpchar,bpchar)bool bpcharlike 1631(bpchar,text)bool
        bpcharlt 1049(bpchar,bpchar)bool bpcharne 1053(bpchar,bpchar)bool bpcharnlike
        1632(bpchar,text)bool bpcharregexeq 1658(bpchar,text)bool bpcharregexne
        1659(bpchar,text)bool bpcharsend 2431(bpchar)bytea brin_bloom_summary_send
        4599(pg_brin_bloom_summary)bytea brin_minmax_multi_summary_send
        4641(pg_brin_minmax_multi_summary)bytea broadcast 698(inet)inet btboolcmp
        1693(bool,bool)int4 btbpchar_pattern_cmp 2180(bpchar,bpchar)int4 btcharcmp
        358(char,char)int4 btequalimage 5051(oid)bool btfloat48cmp 2194(float4,float8)int4
        btfloat4cmp 354(float4,float4)int4 btfloat84cmp 2195(float8,float4)int4 btfloat8cmp
        355(float8,float8)int4 btint24cmp 2190(int2,int4)int4 btint28cmp 2192(int2,int8)int4
        btint2cmp 350(int2,int2)int4 btint42cmp 2191(int4,int2)int4 btint48cmp 2188(int4,int8)int4
        btint4cmp 351(int4,int4)int4 btint82cmp 2193(int8,int2)int4 btint84cmp 2189(int8,int4)int4
        btint8cmp 842(int8,int8)int4 btnamecmp 359(name,name)int4 btnametextcmp 246(name,text)int4
        btoidcmp 356(oid,oid)int4 btoidvectorcmp 404(oidvector,oidvector)int4 btrim
        884(text,text)text 885(text)text 2015(bytea,bytea)bytea bttext_pattern_cmp
        2166(text,text)int4 bttextcmp 360(text,text)int4 bttextnamecmp 253(text,name)int4 bttidcmp
        2794(tid,tid)int4 btvarstrequalimage 5050(oid)bool byteacat 2011(bytea,bytea)bytea byteacmp
        1954(bytea,bytea)int4 byteaeq 1948(bytea,bytea)bool byteage 1952(bytea,bytea)bool byteagt
        1951(bytea,bytea)bool byteale 1950(bytea,bytea)bool bytealike 2005(bytea,bytea)bool bytealt
        1949(bytea,bytea)bool byteane 1953(bytea,bytea)bool byteanlike 2006(bytea,bytea)bool
        byteasend 2413(bytea)bytea cardinality 3179(anyarray)int4 cash_cmp 377(money,money)int4
        cash_div_cash 3822(money,money)float8 cash_div_flt4 847(money,float4)money cash_div_flt8
        897(money,float8)money cash_div_int2 867(money,int2)money cash_div_int4 865(money,int4)money
        cash_div_int8 3345(money,int8)money cash_eq 888(money,money)bool cash_ge
        893(money,money)bool cash_gt 892(money,money)bool cash_le 891(money,money)bool cash_lt
        890(money,money)bool cash_mi 895(money,money)money cash_mul_flt4 846(money,float4)money
        cash_mul_flt8 896(money,float8)money cash_mul_int2 866(money,int2)money cash_mul_int4
        864(money,int4)money cash_mul_int8 3344(money,int8)money cash_ne 889(money,money)bool
        cash_pl 894(money,money)money cash_send 2493(money)bytea cash_words 935(money)text
        cashlarger 898(money,money)money cashsmaller 899(money,money)money cbrt 1345(float8)float8
        ceil 1711(numeric)numeric 2308(float8)float8 ceiling 2167(numeric)numeric 2320(float8)float8
        center 1542(box)point 1543(circle)point char 78(int4)char 944(text)char char_length
        1372(bpchar)int4 1381(text)int4 character_length 1367(bpchar)int4 1369(text)int4 chareq
        61(char,char)bool charge 74(char,char)bool chargt 73(char,char)bool charle 72(char,char)bool
        charlt 1246(char,char)bool charne 70(char,char)bool charsend 2435(char)bytea chr
        1621(int4)text cideq 69(cid,cid)bool cidr 1715(inet)cidr cidr_send 2499(cidr)bytea cidsend
        2443(cid)bytea circle 1473(point,float8)circle 1474(polygon)circle 1479(box)circle
        circle_above 1461(circle,circle)bool circle_add_pt 1146(circle,point)circle circle_below
        1460(circle,circle)bool circle_center 1472(circle)point circle_contain
        1453(circle,circle)bool circle_contain_pt 1477(circle,point)bool circle_contained
        1458(circle,circle)bool circle_distance 1471(circle,circle)float8 circle_div_pt
        1149(circle,point)circle circle_eq 1462(circle,circle)bool circle_ge 1467(circle,circle)bool
        circle_gt 1465(circle,circle)bool circle_le 1466(circle,circle)bool circle_left
        1454(circle,circle)bool circle_lt 1464(circle,circle)bool circle_mul_pt
        1148(circle,point)circle circle_ne 1463(circle,circle)bool circle_overabove
        2588(circle,circle)bool circle_overbelow 2587(circle,circle)bool circle_overlap
        1459(circle,circle)bool circle_overleft 1455(circle,circle)bool circle_overright
        1456(circle,circle)bool circle_right 1457(circle,circle)bool circle_same
        1452(circle,circle)bool circle_send 2491(circle)bytea circle_sub_pt 1147(circle,point)circle
        clock_timestamp 2649()timestamptz close_ls 1488(line,lseg)point close_lseg
        1489(lseg,lseg)point close_pb 367(point,box)point close_pl 961(point,line)point close_ps
        366(point,lseg)point close_sb 368(lseg,box)point col_description 1216(oid,int4)text convert
        1813(bytea,name,name)bytea convert_from 1714(bytea,name)text convert_to 1717(text,name)bytea
        corr 2829(float8,float8)float8 cos 1605(float8)float8 cosd 2736(float8)float8 cosh
        2463(float8)float8 cot 1607(float8)float8 cotd 2738(float8)float8 count 2147(any)int8
        2803()int8 covar_pop 2827(float8,float8)float8 covar_samp 2828(float8,float8)float8
        cume_dist 3104()float8 current_database 861()name current_query 817()text current_schema
        1402()name current_schemas 1403(bool)_name current_user 745()name date 1178(timestamptz)date
        2029(timestamp)date date_bin 6177(interval,timestamp,timestamp)timestamp
        6178(interval,timestamptz,timestamptz)timestamptz date_cmp 1092(date,date)int4
        date_cmp_timestamp 2344(date,timestamp)int4 date_cmp_timestamptz 2357(date,timestamptz)int4
        date_eq 1086(date,date)bool date_eq_timestamp 2340(date,timestamp)bool date_eq_timestamptz
        2353(date,timestamptz)bool date_ge 1090(date,date)bool date_ge_timestamp
        2342(date,timestamp)bool date_ge_timestamptz 2355(date,timestamptz)bool date_gt
        1089(date,date)bool date_gt_timestamp 2341(date,timestamp)bool date_gt_timestamptz
        2354(date,timestamptz)bool date_larger 1138(date,date)date date_le 1088(date,date)bool
        date_le_timestamp 2339(date,timestamp)bool date_le_timestamptz 2352(date,timestamptz)bool
        date_lt 1087(date,date)bool date_lt_timestamp 2338(date,timestamp)bool date_lt_timestamptz
        2351(date,timestamptz)bool date_mi 1140(date,date)int4 date_mi_interval
        2072(date,interval)timestamp date_mii 1142(date,int4)date date_ne 1091(date,date)bool
        date_ne_timestamp 2343(date,timestamp)bool date_ne_timestamptz 2356(date,timestamptz)bool
        date_part 1171(text,timestamptz)float8 1172(text,interval)float8 1273(text,timetz)float8
        1384(text,date)float8 1385(text,time)float8 2021(text,timestamp)float8 date_pl_interval
        2071(date,interval)timestamp date_pli 1141(date,int4)date date_send 2469(date)bytea
        date_smaller 1139(date,date)date date_trunc 1217(text,timestamptz)timestamptz
        1218(text,interval)interval 1284(text,timestamptz,text)timestamptz
        2020(text,timestamp)timestamp datemultirange 4292()datemultirange
        4293(daterange)datemultirange 4294(_daterange)datemultirange* daterange
        3941(date,date)daterange 3942(date,date,text)daterange daterange_canonical
        3915(daterange)daterange daterange_subdiff 3925(date,date)float8 datetime_pl
        1272(date,time)timestamp datetimetz_pl 1297(date,timetz)timestamptz dcbrt 231(float8)float8
        decode 1947(text,text)bytea degrees 1608(float8)float8 dense_rank 3102()int8 dexp
        233(float8)float8 diagonal 981(box)lseg diameter 1469(circle)float8 dist_bp
        357(box,point)float8 dist_bs 381(box,lseg)float8 dist_cpoint 3290(circle,point)float8
        dist_cpoly 728(circle,polygon)float8 dist_lp 702(line,point)float8 dist_ls
        704(line,lseg)float8 dist_pathp 421(path,point)float8 dist_pb 364(point,box)float8 dist_pc
        1476(point,circle)float8 dist_pl 725(point,line)float8 dist_polyc 785(polygon,circle)float8
        dist_polyp 3292(polygon,point)float8 dist_ppath 371(point,path)float8 dist_ppoly
        3275(point,polygon)float8 dist_ps 363(point,lseg)float8 dist_sb 365(lseg,box)float8 dist_sl
        727(lseg,line)float8 dist_sp 380(lseg,point)float8 div 1973(numeric,numeric)numeric dlog1
        234(float8)float8 dlog10 1339(float8)float8 dpow 232(float8,float8)float8 dround
        228(float8)float8 dsqrt 230(float8)float8 dtrunc 229(float8)float8 encode
        1946(bytea,text)text enum_cmp 3514(anyenum,anyenum)int4 enum_eq 3508(anyenum,anyenum)bool
        enum_first 3528(anyenum)anyenum enum_ge 3513(anyenum,anyenum)bool enum_gt
        3511(anyenum,anyenum)bool enum_larger 3525(anyenum,anyenum)anyenum enum_last
        3529(anyenum)anyenum enum_le 3512(anyenum,anyenum)bool enum_lt 3510(anyenum,anyenum)bool
        enum_ne 3509(anyenum,anyenum)bool enum_range 3530(anyenum,anyenum)anyarray
        3531(anyenum)anyarray enum_send 3533(anyenum)bytea enum_smaller 3524(anyenum,anyenum)anyenum
        every 2519(bool)bool exp 1347(float8)float8 1732(numeric)numeric extract
        6199(text,date)numeric 6200(text,time)numeric 6201(text,timetz)numeric
        6202(text,timestamp)numeric 6203(text,timestamptz)numeric 6204(text,interval)numeric
        factorial 1376(int8)numeric family 711(inet)int4 first_value 3112(anyelement)anyelement
        float4 236(int2)float4 312(float8)float4 318(int4)float4 652(int8)float4 1745(numeric)float4
        3453(jsonb)float4 float48div 280(float4,float8)float8 float48eq 299(float4,float8)bool
        float48ge 304(float4,float8)bool float48gt 303(float4,float8)bool float48le
        302(float4,float8)bool float48lt 301(float4,float8)bool float48mi 282(float4,float8)float8
        float48mul 279(float4,float8)float8 float48ne 300(float4,float8)bool float48pl
        281(float4,float8)float8 float4_accum 208(_float8,float4)_float8 float4abs 207(float4)float4
        float4div 203(float4,float4)float4 float4eq 287(float4,float4)bool float4ge
        292(float4,float4)bool float4gt 291(float4,float4)bool float4larger 209(float4,float4)float4
        float4le 290(float4,float4)bool float4lt 289(float4,float4)bool float4mi
        205(float4,float4)float4 float4mul 202(float4,float4)float4 float4ne 288(float4,float4)bool
        float4pl 204(float4,float4)float4 float4send 2425(float4)bytea float4smaller
        211(float4,float4)float4 float4um 206(float4)float4 float4up 1913(float4)float4 float8
        235(int2)float8 311(float4)float8 316(int4)float8 482(int8)float8 1746(numeric)float8
        2580(jsonb)float8 float84div 284(float8,float4)float8 float84eq 305(float8,float4)bool
        float84ge 310(float8,float4)bool float84gt 309(float8,float4)bool float84le
        308(float8,float4)bool float84lt 307(float8,float4)bool float84mi 286(float8,float4)float8
        float84mul 283(float8,float4)float8 float84ne 306(float8,float4)bool float84pl
        285(float8,float4)float8 float8_accum 222(_float8,float8)_float8 float8_avg
        1830(_float8)float8 float8_combine 276(_float8,_float8)_float8 float8_corr
        2817(_float8)float8 float8_covar_pop 2815(_float8)float8 float8_covar_samp
        2816(_float8)float8 float8_regr_accum 2806(_float8,float8,float8)_float8 float8_regr_avgx
        2810(_float8)float8 float8_regr_avgy 2811(_float8)float8 float8_regr_combine
        3342(_float8,_float8)_float8 float8_regr_intercept 2814(_float8)float8 float8_regr_r2
        2812(_float8)float8 float8_regr_slope 2813(_float8)float8 float8_regr_sxx
        2807(_float8)float8 float8_regr_sxy 2809(_float8)float8 float8_regr_syy 2808(_float8)float8
        float8_stddev_pop 2513(_float8)float8 float8_stddev_samp 1832(_float8)float8 float8_var_pop
        2512(_float8)float8 float8_var_samp 1831(_float8)float8 float8abs 221(float8)float8
        float8div 217(float8,float8)float8 float8eq 293(float8,float8)bool float8ge
        298(float8,float8)bool float8gt 297(float8,float8)bool float8larger 223(float8,float8)float8
        float8le 296(float8,float8)bool float8lt 295(float8,float8)bool float8mi
        219(float8,float8)float8 float8mul 216(float8,float8)float8 float8ne 294(float8,float8)bool
        float8pl 218(float8,float8)float8 float8send 2427(float8)bytea float8smaller
        224(float8,float8)float8 float8um 220(float8)float8 float8up 1914(float8)float8 floor
        1712(numeric)numeric 2309(float8)float8 flt4_mul_cash 848(float4,money)money flt8_mul_cash
        919(float8,money)money format 3540(text)text format_type 1081(oid,int4)text gcd
        5044(int4,int4)int4 5045(int8,int8)int8 5048(numeric,numeric)numeric gen_random_uuid
        3432()uuid generate_series 938(timestamp,timestamp,interval)timestamp
        939(timestamptz,timestamptz,interval)timestamptz 1066(int4,int4,int4)int4
        1067(int4,int4)int4 1068(int8,int8,int8)int8 1069(int8,int8)int8
        3259(numeric,numeric,numeric)numeric 3260(numeric,numeric)numeric generate_subscripts
        1191(anyarray,int4,bool)int4 1192(anyarray,int4)int4 get_bit 723(bytea,int8)int4
        3032(bit,int4)int4 get_byte 721(bytea,int4)int4 get_current_ts_config 3759()regconfig
        getdatabaseencoding 1039()name getpgusername 710()name gin_cmp_tslexeme 3724(text,text)int4
        gin_compare_jsonb 3480(text,text)int4 has_any_column_privilege 3024(name,text,text)bool
        3025(name,oid,text)bool 3026(oid,text,text)bool 3027(oid,oid,text)bool 3028(text,text)bool
        3029(oid,text)bool has_column_privilege 3012(name,text,text,text)bool
        3013(name,text,int2,text)bool 3014(name,oid,text,text)bool 3015(name,oid,int2,text)bool
        3016(oid,text,text,text)bool 3017(oid,text,int2,text)bool 3018(oid,oid,text,text)bool
        3019(oid,oid,int2,text)bool 3020(text,text,text)bool 3021(text,int2,text)bool
        3022(oid,text,text)bool 3023(oid,int2,text)bool has_database_privilege
        2250(name,text,text)bool 2251(name,oid,text)bool 2252(oid,text,text)bool
        2253(oid,oid,text)bool 2254(text,text)bool 2255(oid,text)bool
        has_foreign_data_wrapper_privilege 3000(name,text,text)bool 3001(name,oid,text)bool
        3002(oid,text,text)bool 3003(oid,oid,text)bool 3004(text,text)bool 3005(oid,text)bool
        has_function_privilege 2256(name,text,text)bool 2257(name,oid,text)bool
        2258(oid,text,text)bool 2259(oid,oid,text)bool 2260(text,text)bool 2261(oid,text)bool
        has_language_privilege 2262(name,text,text)bool 2263(name,oid,text)bool
        2264(oid,text,text)bool 2265(oid,oid,text)bool 2266(text,text)bool 2267(oid,text)bool
        has_parameter_privilege 6205(name,text,text)bool 6206(oid,text,text)bool 6207(text,text)bool
        has_schema_privilege 2268(name,text,text)bool 2269(name,oid,text)bool
        2270(oid,text,text)bool 2271(oid,oid,text)bool 2272(text,text)bool 2273(oid,text)bool
        has_sequence_privilege 2181(name,text,text)bool 2182(name,oid,text)bool
        2183(oid,text,text)bool 2184(oid,oid,text)bool 2185(text,text)bool 2186(oid,text)bool
        has_server_privilege 3006(name,text,text)bool 3007(name,oid,text)bool
        3008(oid,text,text)bool 3009(oid,oid,text)bool 3010(text,text)bool 3011(oid,text)bool
        has_table_privilege 1922(name,text,text)bool 1923(name,oid,text)bool 1924(oid,text,text)bool
        1925(oid,oid,text)bool 1926(text,text)bool 1927(oid,text)bool has_tablespace_privilege
        2390(name,text,text)bool 2391(name,oid,text)bool 2392(oid,text,text)bool
        2393(oid,oid,text)bool 2394(text,text)bool 2395(oid,text)bool has_type_privilege
        3138(name,text,text)bool 3139(name,oid,text)bool 3140(oid,text,text)bool
        3141(oid,oid,text)bool 3142(text,text)bool 3143(oid,text)bool hash_aclitem 329(aclitem)int4
        hash_aclitem_extended 777(aclitem,int8)int8 hash_numeric 432(numeric)int4
        hash_numeric_extended 780(numeric,int8)int8 hashbpchar 1080(bpchar)int4 hashbpcharextended
        972(bpchar,int8)int8 hashchar 454(char)int4 hashcharextended 446(char,int8)int8 hashenum
        3515(anyenum)int4 hashenumextended 3414(anyenum,int8)int8 hashfloat4 451(float4)int4
        hashfloat4extended 443(float4,int8)int8 hashfloat8 452(float8)int4 hashfloat8extended
        444(float8,int8)int8 hashinet 422(inet)int4 hashinetextended 779(inet,int8)int8 hashint2
        449(int2)int4 hashint2extended 441(int2,int8)int8 hashint4 450(int4)int4 hashint4extended
        425(int4,int8)int8 hashint8 949(int8)int4 hashint8extended 442(int8,int8)int8 hashmacaddr
        399(macaddr)int4 hashmacaddr8 328(macaddr8)int4 hashmacaddr8extended 781(macaddr8,int8)int8
        hashmacaddrextended 778(macaddr,int8)int8 hashname 455(name)int4 hashnameextended
        447(name,int8)int8 hashoid 453(oid)int4 hashoidextended 445(oid,int8)int8 hashoidvector
        457(oidvector)int4 hashoidvectorextended 776(oidvector,int8)int8 hashtext 400(text)int4
        hashtextextended 448(text,int8)int8 hashtid 2233(tid)int4 hashtidextended 2234(tid,int8)int8
        height 977(box)float8 host 699(inet)text hostmask 1362(inet)inet in_range
        4126(int8,int8,int8,bool,bool)bool 4127(int4,int4,int8,bool,bool)bool
        4128(int4,int4,int4,bool,bool)bool 4129(int4,int4,int2,bool,bool)bool
        4130(int2,int2,int8,bool,bool)bool 4131(int2,int2,int4,bool,bool)bool
        4132(int2,int2,int2,bool,bool)bool 4133(date,date,interval,bool,bool)bool
        4134(timestamp,timestamp,interval,bool,bool)bool
        4135(timestamptz,timestamptz,interval,bool,bool)bool
        4136(interval,interval,interval,bool,bool)bool 4137(time,time,interval,bool,bool)bool
        4138(timetz,timetz,interval,bool,bool)bool 4139(float8,float8,float8,bool,bool)bool
        4140(float4,float4,float8,bool,bool)bool 4141(numeric,numeric,numeric,bool,bool)bool
        inet_client_addr 2196()inet inet_client_port 2197()int4 inet_merge 4063(inet,inet)cidr
        inet_same_family 4071(inet,inet)bool inet_send 2497(inet)bytea inet_server_addr 2198()inet
        inet_server_port 2199()int4 inetand 2628(inet,inet)inet inetmi 2633(inet,inet)int8
        inetmi_int8 2632(inet,int8)inet inetnot 2627(inet)inet inetor 2629(inet,inet)inet inetpl
        2630(inet,int8)inet initcap 872(text)text int2 237(float8)int2 238(float4)int2 314(int4)int2
        714(int8)int2 1783(numeric)int2 3450(jsonb)int2 int24div 172(int2,int4)int4 int24eq
        158(int2,int4)bool int24ge 168(int2,int4)bool int24gt 162(int2,int4)bool int24le
        166(int2,int4)bool int24lt 160(int2,int4)bool int24mi 182(int2,int4)int4 int24mul
        170(int2,int4)int4 int24ne 164(int2,int4)bool int24pl 178(int2,int4)int4 int28div
        948(int2,int8)int8 int28eq 1850(int2,int8)bool int28ge 1855(int2,int8)bool int28gt
        1853(int2,int8)bool int28le 1854(int2,int8)bool int28lt 1852(int2,int8)bool int28mi
        942(int2,int8)int8 int28mul 943(int2,int8)int8 int28ne 1851(int2,int8)bool int28pl
        841(int2,int8)int8 int2_avg_accum 1962(_int8,int2)_int8 int2_avg_accum_inv
        3570(_int8,int2)_int8 int2_mul_cash 863(int2,money)money int2_sum 1840(int8,int2)int8
        int2abs 1253(int2)int2 int2and 1892(int2,int2)int2 int2div 153(int2,int2)int2 int2eq
        63(int2,int2)bool int2ge 151(int2,int2)bool int2gt 146(int2,int2)bool int2int4_sum
        3572(_int8)int8 int2larger 770(int2,int2)int2 int2le 148(int2,int2)bool int2lt
        64(int2,int2)bool int2mi 180(int2,int2)int2 int2mod 155(int2,int2)int2 int2mul
        152(int2,int2)int2 int2ne 145(int2,int2)bool int2not 1895(int2)int2 int2or
        1893(int2,int2)int2 int2pl 176(int2,int2)int2 int2send 2405(int2)bytea int2shl
        1896(int2,int4)int2 int2shr 1897(int2,int4)int2 int2smaller 771(int2,int2)int2 int2um
        213(int2)int2 int2up 1911(int2)int2 int2vectorsend 2411(int2vector)bytea int2xor
        1894(int2,int2)int2 int4 77(char)int4 313(int2)int4 317(float8)int4 319(float4)int4
        480(int8)int4 1684(bit)int4 1744(numeric)int4 2558(bool)int4 3451(jsonb)int4 int42div
        173(int4,int2)int4 int42eq 159(int4,int2)bool int42ge 169(int4,int2)bool int42gt
        163(int4,int2)bool int42le 167(int4,int2)bool int42lt 161(int4,int2)bool int42mi
        183(int4,int2)int4 int42mul 171(int4,int2)int4 int42ne 165(int4,int2)bool int42pl
        179(int4,int2)int4 int48div 1281(int4,int8)int8 int48eq 852(int4,int8)bool int48ge
        857(int4,int8)bool int48gt 855(int4,int8)bool int48le 856(int4,int8)bool int48lt
        854(int4,int8)bool int48mi 1279(int4,int8)int8 int48mul 1280(int4,int8)int8 int48ne
        853(int4,int8)bool int48pl 1278(int4,int8)int8 int4_avg_accum 1963(_int8,int4)_int8
        int4_avg_accum_inv 3571(_int8,int4)_int8 int4_avg_combine 3324(_int8,_int8)_int8
        int4_mul_cash 862(int4,money)money int4_sum 1841(int8,int4)int8 int4abs 1251(int4)int4
        int4and 1898(int4,int4)int4 int4div 154(int4,int4)int4 int4eq 65(int4,int4)bool int4ge
        150(int4,int4)bool int4gt 147(int4,int4)bool int4inc 766(int4)int4 int4larger
        768(int4,int4)int4 int4le 149(int4,int4)bool int4lt 66(int4,int4)bool int4mi
        181(int4,int4)int4 int4mod 156(int4,int4)int4 int4mul 141(int4,int4)int4 int4multirange
        4280()int4multirange 4281(int4range)int4multirange 4282(_int4range)int4multirange* int4ne
        144(int4,int4)bool int4not 1901(int4)int4 int4or 1899(int4,int4)int4 int4pl
        177(int4,int4)int4 int4range 3840(int4,int4)int4range 3841(int4,int4,text)int4range
        int4range_canonical 3914(int4range)int4range int4range_subdiff 3922(int4,int4)float8
        int4send 2407(int4)bytea int4shl 1902(int4,int4)int4 int4shr 1903(int4,int4)int4 int4smaller
        769(int4,int4)int4 int4um 212(int4)int4 int4up 1912(int4)int4 int4xor 1900(int4,int4)int4
        int8 481(int4)int8 483(float8)int8 653(float4)int8 754(int2)int8 1288(oid)int8
        1779(numeric)int8 2076(bit)int8 3452(jsonb)int8 int82div 840(int8,int2)int8 int82eq
        1856(int8,int2)bool int82ge 1861(int8,int2)bool int82gt 1859(int8,int2)bool int82le
        1860(int8,int2)bool int82lt 1858(int8,int2)bool int82mi 838(int8,int2)int8 int82mul
        839(int8,int2)int8 int82ne 1857(int8,int2)bool int82pl 837(int8,int2)int8 int84div
        1277(int8,int4)int8 int84eq 474(int8,int4)bool int84ge 479(int8,int4)bool int84gt
        477(int8,int4)bool int84le 478(int8,int4)bool int84lt 476(int8,int4)bool int84mi
        1275(int8,int4)int8 int84mul 1276(int8,int4)int8 int84ne 475(int8,int4)bool int84pl
        1274(int8,int4)int8 int8_avg 1964(_int8)numeric int8_mul_cash 3399(int8,money)money int8_sum
        1842(numeric,int8)numeric int8abs 1230(int8)int8 int8and 1904(int8,int8)int8 int8dec
        3546(int8)int8 int8dec_any 3547(int8,any)int8 int8div 466(int8,int8)int8 int8eq
        467(int8,int8)bool int8ge 472(int8,int8)bool int8gt 470(int8,int8)bool int8inc
        1219(int8)int8 int8inc_any 2804(int8,any)int8 int8inc_float8_float8
        2805(int8,float8,float8)int8 int8larger 1236(int8,int8)int8 int8le 471(int8,int8)bool int8lt
        469(int8,int8)bool int8mi 464(int8,int8)int8 int8mod 945(int8,int8)int8 int8mul
        465(int8,int8)int8 int8multirange 4295()int8multirange 4296(int8range)int8multirange
        4297(_int8range)int8multirange* int8ne 468(int8,int8)bool int8not 1907(int8)int8 int8or
        1905(int8,int8)int8 int8pl 463(int8,int8)int8 int8pl_inet 2631(int8,inet)inet int8range
        3945(int8,int8)int8range 3946(int8,int8,text)int8range int8range_canonical
        3928(int8range)int8range int8range_subdiff 3923(int8,int8)float8 int8send 2409(int8)bytea
        int8shl 1908(int8,int4)int8 int8shr 1909(int8,int4)int8 int8smaller 1237(int8,int8)int8
        int8um 462(int8)int8 int8up 1910(int8)int8 int8xor 1906(int8,int8)int8 integer_pl_date
        2550(int4,date)date inter_lb 278(line,box)bool inter_sb 373(lseg,box)bool inter_sl
        277(lseg,line)bool interval 1200(interval,int4)interval 1370(time)interval interval_accum
        1843(_interval,interval)_interval interval_accum_inv 3549(_interval,interval)_interval
        interval_avg 1844(_interval)interval interval_cmp 1315(interval,interval)int4
        interval_combine 3325(_interval,_interval)_interval interval_div
        1326(interval,float8)interval interval_eq 1162(interval,interval)bool interval_ge
        1166(interval,interval)bool interval_gt 1167(interval,interval)bool interval_hash
        1697(interval)int4 interval_hash_extended 3418(interval,int8)int8 interval_larger
        1198(interval,interval)interval interval_le 1165(interval,interval)bool interval_lt
        1164(interval,interval)bool interval_mi 1170(interval,interval)interval interval_mul
        1618(interval,float8)interval interval_ne 1163(interval,interval)bool interval_pl
        1169(interval,interval)interval interval_pl_date 2546(interval,date)timestamp
        interval_pl_time 1848(interval,time)time interval_pl_timestamp
        2548(interval,timestamp)timestamp interval_pl_timestamptz
        2549(interval,timestamptz)timestamptz interval_pl_timetz 2547(interval,timetz)timetz
        interval_send 2479(interval)bytea interval_smaller 1197(interval,interval)interval
        interval_um 1168(interval)interval is_normalized 4351(text,text)bool=1 isclosed
        1430(path)bool isempty 3850(anyrange)bool 4237(anymultirange)bool isfinite 1373(date)bool
        1389(timestamptz)bool 1390(interval)bool 2048(timestamp)bool ishorizontal
        1407(point,point)bool 1411(lseg)bool 1415(line)bool isopen 1431(path)bool isparallel
        1408(lseg,lseg)bool 1412(line,line)bool isperp 1409(lseg,lseg)bool 1413(line,line)bool
        isvertical 1406(point,point)bool 1410(lseg)bool 1414(line)bool json_array_element
        3949(json,int4)json json_array_element_text 3950(json,int4)text json_array_elements
        3955(json)json json_array_elements_text 3969(json)text json_array_length 3956(json)int4
        json_build_array 3199()json json_build_object 3201()json json_each 3958(json)record
        json_each_text 3959(json)record json_extract_path 3951(json,_text)json*
        json_extract_path_text 3953(json,_text)text* json_object 3202(_text)json
        3203(_text,_text)json json_object_field 3947(json,text)json json_object_field_text
        3948(json,text)text json_object_keys 3957(json)text json_send 324(json)bytea
        json_strip_nulls 3261(json)json json_to_record 3204(json)record json_to_recordset
        3205(json)record json_to_tsvector 4215(json,jsonb)tsvector
        4216(regconfig,json,jsonb)tsvector json_typeof 3968(json)text jsonb_array_element
        3215(jsonb,int4)jsonb jsonb_array_element_text 3216(jsonb,int4)text jsonb_array_elements
        3219(jsonb)jsonb jsonb_array_elements_text 3465(jsonb)text jsonb_array_length
        3207(jsonb)int4 jsonb_build_array 3272()jsonb jsonb_build_object 3274()jsonb jsonb_cmp
        4044(jsonb,jsonb)int4 jsonb_concat 3301(jsonb,jsonb)jsonb jsonb_contained
        4050(jsonb,jsonb)bool jsonb_contains 4046(jsonb,jsonb)bool jsonb_delete
        3302(jsonb,text)jsonb 3303(jsonb,int4)jsonb 3343(jsonb,_text)jsonb* jsonb_delete_path
        3304(jsonb,_text)jsonb jsonb_each 3208(jsonb)record jsonb_each_text 3932(jsonb)record
        jsonb_eq 4043(jsonb,jsonb)bool jsonb_exists 4047(jsonb,text)bool jsonb_exists_all
        4049(jsonb,_text)bool jsonb_exists_any 4048(jsonb,_text)bool jsonb_extract_path
        3217(jsonb,_text)jsonb* jsonb_extract_path_text 3940(jsonb,_text)text* jsonb_ge
        4042(jsonb,jsonb)bool jsonb_gt 4040(jsonb,jsonb)bool jsonb_hash 4045(jsonb)int4
        jsonb_hash_extended 3416(jsonb,int8)int8 jsonb_insert 3579(jsonb,_text,jsonb,bool)jsonb=1
        jsonb_le 4041(jsonb,jsonb)bool jsonb_lt 4039(jsonb,jsonb)bool jsonb_ne 4038(jsonb,jsonb)bool
        jsonb_object 3263(_text)jsonb 3264(_text,_text)jsonb jsonb_object_field
        3478(jsonb,text)jsonb jsonb_object_field_text 3214(jsonb,text)text jsonb_object_keys
        3931(jsonb)text jsonb_path_exists 4005(jsonb,jsonpath,jsonb,bool)bool=2
        jsonb_path_exists_opr 4010(jsonb,jsonpath)bool jsonb_path_exists_tz
        1177(jsonb,jsonpath,jsonb,bool)bool=2 jsonb_path_match 4009(jsonb,jsonpath,jsonb,bool)bool=2
        jsonb_path_match_opr 4011(jsonb,jsonpath)bool jsonb_path_match_tz
        2030(jsonb,jsonpath,jsonb,bool)bool=2 jsonb_path_query
        4006(jsonb,jsonpath,jsonb,bool)jsonb=2 jsonb_path_query_array
        4007(jsonb,jsonpath,jsonb,bool)jsonb=2 jsonb_path_query_array_tz
        1180(jsonb,jsonpath,jsonb,bool)jsonb=2 jsonb_path_query_first
        4008(jsonb,jsonpath,jsonb,bool)jsonb=2 jsonb_path_query_first_tz
        2023(jsonb,jsonpath,jsonb,bool)jsonb=2 jsonb_path_query_tz
        1179(jsonb,jsonpath,jsonb,bool)jsonb=2 jsonb_pretty 3306(jsonb)text jsonb_send
        3803(jsonb)bytea jsonb_set 3305(jsonb,_text,jsonb,bool)jsonb=1 jsonb_set_lax
        5054(jsonb,_text,jsonb,bool,text)jsonb=2 jsonb_strip_nulls 3262(jsonb)jsonb jsonb_to_record
        3490(jsonb)record jsonb_to_recordset 3491(jsonb)record jsonb_to_tsvector
        4213(jsonb,jsonb)tsvector 4214(regconfig,jsonb,jsonb)tsvector jsonb_typeof 3210(jsonb)text
        jsonpath_send 4004(jsonpath)bytea justify_days 1295(interval)interval justify_hours
        1175(interval)interval justify_interval 2711(interval)interval lag
        3106(anyelement)anyelement 3107(anyelement,int4)anyelement
        3108(anycompatible,int4,anycompatible)anycompatible last_value 3113(anyelement)anyelement
        lcm 5046(int4,int4)int4 5047(int8,int8)int8 5049(numeric,numeric)numeric lead
        3109(anyelement)anyelement 3110(anyelement,int4)anyelement
        3111(anycompatible,int4,anycompatible)anycompatible left 3060(text,int4)text length
        1317(text)int4 1318(bpchar)int4 1530(lseg)float8 1531(path)float8 1681(bit)int4
        1713(bytea,name)int4 2010(bytea)int4 3711(tsvector)int4 like 1569(text,text)bool
        1571(name,text)bool 2007(bytea,bytea)bool like_escape 1637(text,text)text
        2009(bytea,bytea)bytea line 1493(point,point)line line_distance 239(line,line)float8 line_eq
        1492(line,line)bool line_horizontal 1499(line)bool line_interpt 1494(line,line)point
        line_intersect 1495(line,line)bool line_parallel 1496(line,line)bool line_perp
        1497(line,line)bool line_send 2489(line)bytea line_vertical 1498(line)bool ln
        1341(float8)float8 1734(numeric)numeric log 1340(float8)float8 1736(numeric,numeric)numeric
        1741(numeric)numeric log10 1194(float8)float8 1481(numeric)numeric lower 870(text)text
        3848(anyrange)anyelement 4235(anymultirange)anyelement lower_inc 3851(anyrange)bool
        4238(anymultirange)bool lower_inf 3853(anyrange)bool 4240(anymultirange)bool lpad
        873(text,int4,text)text 879(text,int4)text lseg 993(point,point)lseg 1541(box)lseg
        lseg_center 225(lseg)point lseg_distance 361(lseg,lseg)float8 lseg_eq 999(lseg,lseg)bool
        lseg_ge 1486(lseg,lseg)bool lseg_gt 1485(lseg,lseg)bool lseg_horizontal 998(lseg)bool
        lseg_interpt 362(lseg,lseg)point lseg_intersect 994(lseg,lseg)bool lseg_le
        1484(lseg,lseg)bool lseg_length 1487(lseg)float8 lseg_lt 1483(lseg,lseg)bool lseg_ne
        1482(lseg,lseg)bool lseg_parallel 995(lseg,lseg)bool lseg_perp 996(lseg,lseg)bool lseg_send
        2481(lseg)bytea lseg_vertical 997(lseg)bool ltrim 875(text,text)text 881(text)text
        6195(bytea,bytea)bytea macaddr 4124(macaddr8)macaddr macaddr8 4123(macaddr)macaddr8
        macaddr8_and 4121(macaddr8,macaddr8)macaddr8 macaddr8_cmp 4119(macaddr8,macaddr8)int4
        macaddr8_eq 4113(macaddr8,macaddr8)bool macaddr8_ge 4117(macaddr8,macaddr8)bool macaddr8_gt
        4116(macaddr8,macaddr8)bool macaddr8_le 4115(macaddr8,macaddr8)bool macaddr8_lt
        4114(macaddr8,macaddr8)bool macaddr8_ne 4118(macaddr8,macaddr8)bool macaddr8_not
        4120(macaddr8)macaddr8 macaddr8_or 4122(macaddr8,macaddr8)macaddr8 macaddr8_send
        3447(macaddr8)bytea macaddr8_set7bit 4125(macaddr8)macaddr8 macaddr_and
        3145(macaddr,macaddr)macaddr macaddr_cmp 836(macaddr,macaddr)int4 macaddr_eq
        830(macaddr,macaddr)bool macaddr_ge 834(macaddr,macaddr)bool macaddr_gt
        833(macaddr,macaddr)bool macaddr_le 832(macaddr,macaddr)bool macaddr_lt
        831(macaddr,macaddr)bool macaddr_ne 835(macaddr,macaddr)bool macaddr_not
        3144(macaddr)macaddr macaddr_or 3146(macaddr,macaddr)macaddr macaddr_send 2495(macaddr)bytea
        make_date 3846(int4,int4,int4)date make_interval
        3464(int4,int4,int4,int4,int4,int4,float8)interval=7 make_time 3847(int4,int4,float8)time
        make_timestamp 3461(int4,int4,int4,int4,int4,float8)timestamp make_timestamptz
        3462(int4,int4,int4,int4,int4,float8)timestamptz
        3463(int4,int4,int4,int4,int4,float8,text)timestamptz makeaclitem
        1365(oid,oid,text,bool)aclitem masklen 697(inet)int4 max 2115(int8)int8 2116(int4)int4
        2117(int2)int2 2118(oid)oid 2119(float4)float4 2120(float8)float8 2122(date)date
        2123(time)time 2124(timetz)timetz 2125(money)money 2126(timestamp)timestamp
        2127(timestamptz)timestamptz 2128(interval)interval 2129(text)text 2130(numeric)numeric
        2244(bpchar)bpchar 2797(tid)tid 3526(anyenum)anyenum 3564(inet)inet 4189(pg_lsn)pg_lsn
        5099(xid8)xid8 md5 2311(text)text 2321(bytea)text min 2131(int8)int8 2132(int4)int4
        2133(int2)int2 2134(oid)oid 2135(float4)float4 2136(float8)float8 2138(date)date
        2139(time)time 2140(timetz)timetz 2141(money)money 2142(timestamp)timestamp
        2143(timestamptz)timestamptz 2144(interval)interval 2145(text)text 2146(numeric)numeric
        2245(bpchar)bpchar 2798(tid)tid 3527(anyenum)anyenum 3565(inet)inet 4190(pg_lsn)pg_lsn
        5100(xid8)xid8 min_scale 5042(numeric)int4 mod 940(int2,int2)int2 941(int4,int4)int4
        947(int8,int8)int8 1728(numeric,numeric)numeric money 3811(int4)money 3812(int8)money
        3824(numeric)money mul_d_interval 1624(float8,interval)interval mxid_age 3939(xid)int4 name
        407(text)name 409(bpchar)name 1400(varchar)name nameconcatoid 266(name,oid)name nameeq
        62(name,name)bool nameeqtext 240(name,text)bool namege 658(name,name)bool namegetext
        243(name,text)bool namegt 657(name,name)bool namegttext 244(name,text)bool nameiclike
        1635(name,text)bool nameicnlike 1636(name,text)bool nameicregexeq 1240(name,text)bool
        nameicregexne 1241(name,text)bool namele 656(name,name)bool nameletext 242(name,text)bool
        namelike 858(name,text)bool namelt 655(name,name)bool namelttext 241(name,text)bool namene
        659(name,name)bool namenetext 245(name,text)bool namenlike 859(name,text)bool nameregexeq
        79(name,text)bool nameregexne 1252(name,text)bool namesend 2423(name)bytea netmask
        696(inet)inet network 683(inet)cidr network_cmp 926(inet,inet)int4 network_eq
        920(inet,inet)bool network_ge 924(inet,inet)bool network_gt 923(inet,inet)bool
        network_larger 3562(inet,inet)inet network_le 922(inet,inet)bool network_lt
        921(inet,inet)bool network_ne 925(inet,inet)bool network_overlap 3551(inet,inet)bool
        network_smaller 3563(inet,inet)inet network_sub 927(inet,inet)bool network_subeq
        928(inet,inet)bool network_sup 929(inet,inet)bool network_supeq 930(inet,inet)bool normalize
        4350(text,text)text=1 notlike 1570(text,text)bool 1572(name,text)bool 2008(bytea,bytea)bool
        now 1299()timestamptz npoints 1545(path)int4 1556(polygon)int4 nth_value
        3114(anyelement,int4)anyelement ntile 3105(int4)int4 num_nonnulls 440(any)int4* num_nulls
        438(any)int4* numeric 1703(numeric,int4)numeric 1740(int4)numeric 1742(float4)numeric
        1743(float8)numeric 1781(int8)numeric 1782(int2)numeric 3449(jsonb)numeric
        3823(money)numeric numeric_abs 1704(numeric)numeric numeric_add 1724(numeric,numeric)numeric
        numeric_cmp 1769(numeric,numeric)int4 numeric_div 1727(numeric,numeric)numeric
        numeric_div_trunc 1980(numeric,numeric)numeric numeric_eq 1718(numeric,numeric)bool
        numeric_exp 1733(numeric)numeric numeric_ge 1721(numeric,numeric)bool numeric_gt
        1720(numeric,numeric)bool numeric_inc 1764(numeric)numeric numeric_larger
        1767(numeric,numeric)numeric numeric_le 1723(numeric,numeric)bool numeric_ln
        1735(numeric)numeric numeric_log 1737(numeric,numeric)numeric numeric_lt
        1722(numeric,numeric)bool numeric_mod 1729(numeric,numeric)numeric numeric_mul
        1726(numeric,numeric)numeric numeric_ne 1719(numeric,numeric)bool numeric_pl_pg_lsn
        5023(numeric,pg_lsn)pg_lsn numeric_power 1739(numeric,numeric)numeric numeric_send
        2461(numeric)bytea numeric_smaller 1766(numeric,numeric)numeric numeric_sqrt
        1731(numeric)numeric numeric_sub 1725(numeric,numeric)numeric numeric_uminus
        1771(numeric)numeric numeric_uplus 1915(numeric)numeric nummultirange 4283()nummultirange
        4284(numrange)nummultirange 4285(_numrange)nummultirange* numnode 3672(tsquery)int4 numrange
        3844(numeric,numeric)numrange 3845(numeric,numeric,text)numrange numrange_subdiff
        3924(numeric,numeric)float8 obj_description 1215(oid,name)text 1348(oid)text octet_length
        720(bytea)int4 1374(text)int4 1375(bpchar)int4 1682(bit)int4 oid 1287(int8)oid oideq
        184(oid,oid)bool oidge 1639(oid,oid)bool oidgt 1638(oid,oid)bool oidlarger 1965(oid,oid)oid
        oidle 717(oid,oid)bool oidlt 716(oid,oid)bool oidne 185(oid,oid)bool oidsend 2419(oid)bytea
        oidsmaller 1966(oid,oid)oid oidvectoreq 679(oidvector,oidvector)bool oidvectorge
        680(oidvector,oidvector)bool oidvectorgt 681(oidvector,oidvector)bool oidvectorle
        678(oidvector,oidvector)bool oidvectorlt 677(oidvector,oidvector)bool oidvectorne
        619(oidvector,oidvector)bool oidvectorsend 2421(oidvector)bytea oidvectortypes
        1349(oidvector)text on_pb 136(point,box)bool on_pl 959(point,line)bool on_ppath
        137(point,path)bool on_ps 369(point,lseg)bool on_sb 372(lseg,box)bool on_sl
        960(lseg,line)bool overlaps 1271(timetz,timetz,timetz,timetz)bool
        1304(timestamptz,timestamptz,timestamptz,timestamptz)bool
        1305(timestamptz,interval,timestamptz,interval)bool
        1306(timestamptz,timestamptz,timestamptz,interval)bool
        1307(timestamptz,interval,timestamptz,timestamptz)bool 1308(time,time,time,time)bool
        1309(time,interval,time,interval)bool 1310(time,time,time,interval)bool
        1311(time,interval,time,time)bool 2041(timestamp,timestamp,timestamp,timestamp)bool
        2042(timestamp,interval,timestamp,interval)bool
        2043(timestamp,timestamp,timestamp,interval)bool
        2044(timestamp,interval,timestamp,timestamp)bool overlay 749(bytea,bytea,int4,int4)bytea
        752(bytea,bytea,int4)bytea 1404(text,text,int4,int4)text 1405(text,text,int4)text
        3030(bit,bit,int4,int4)bit 3031(bit,bit,int4)bit parse_ident 1268(text,bool)_text=1 path
        1447(polygon)path path_add 1435(path,path)path path_add_pt 1436(path,point)path
        path_contain_pt 1426(path,point)bool path_distance 370(path,path)float8 path_div_pt
        1439(path,point)path path_inter 973(path,path)bool path_length 987(path)float8 path_mul_pt
        1438(path,point)path path_n_eq 984(path,path)bool path_n_ge 986(path,path)bool path_n_gt
        983(path,path)bool path_n_le 985(path,path)bool path_n_lt 982(path,path)bool path_npoints
        1432(path)int4 path_send 2483(path)bytea path_sub_pt 1437(path,point)path pclose
        1433(path)path percent_rank 3103()float8 percentile_cont 3974(float8,float8)float8
        3976(float8,interval)interval 3980(_float8,float8)_float8 3982(_float8,interval)_interval
        pg_available_extension_versions 3083()record pg_available_extensions 3082()record
        pg_backend_pid 2026()int4 pg_blocking_pids 2561(int4)_int4 pg_char_to_encoding
        1264(name)int4 pg_client_encoding 810()name pg_collation_actual_version 3448(oid)text
        pg_collation_for 3162(any)text pg_collation_is_visible 3815(oid)bool pg_column_compression
        2121(any)text pg_column_is_updatable 3843(regclass,int2,bool)bool pg_column_size
        1269(any)int4 pg_conf_load_time 2034()timestamptz pg_config 3400()record
        pg_control_checkpoint 3442()record pg_control_init 3444()record pg_control_recovery
        3443()record pg_control_system 3441()record pg_conversion_is_visible 2093(oid)bool
        pg_current_snapshot 5061()pg_snapshot pg_current_wal_flush_lsn 3330()pg_lsn
        pg_current_wal_insert_lsn 2852()pg_lsn pg_current_wal_lsn 2849()pg_lsn pg_current_xact_id
        5059()xid8 pg_current_xact_id_if_assigned 5060()xid8 pg_cursor 2511()record
        pg_database_collation_actual_version 6249(oid)text pg_database_size 2168(name)int8
        2324(oid)int8 pg_dependencies_send 3407(pg_dependencies)bytea pg_describe_object
        3537(oid,oid,int4)text pg_encoding_max_length 2319(int4)int4 pg_encoding_to_char
        1597(int4)name pg_extension_update_paths 3084(name)record pg_filenode_relation
        3454(oid,oid)regclass pg_function_is_visible 2081(oid)bool pg_get_catalog_foreign_keys
        6159()record pg_get_constraintdef 1387(oid)text 2508(oid,bool)text pg_get_expr
        1716(pg_node_tree,oid)text 2509(pg_node_tree,oid,bool)text pg_get_function_arg_default
        3808(oid,int4)text pg_get_function_arguments 2162(oid)text
        pg_get_function_identity_arguments 2232(oid)text pg_get_function_result 2165(oid)text
        pg_get_function_sqlbody 6197(oid)text pg_get_functiondef 2098(oid)text pg_get_indexdef
        1643(oid)text 2507(oid,int4,bool)text pg_get_keywords 1686()record pg_get_multixact_members
        3819(xid)record pg_get_object_address 3954(text,_text,_text)record
        pg_get_partition_constraintdef 3408(oid)text pg_get_partkeydef 3352(oid)text
        pg_get_publication_tables 6119(text)record pg_get_replica_identity_index
        6120(regclass)regclass pg_get_ruledef 1573(oid)text 2504(oid,bool)text
        pg_get_serial_sequence 1665(text,text)text pg_get_statisticsobjdef 3415(oid)text
        pg_get_statisticsobjdef_columns 6174(oid)text pg_get_statisticsobjdef_expressions
        6173(oid)_text pg_get_triggerdef 1662(oid)text 2730(oid,bool)text pg_get_userbyid
        1642(oid)name pg_get_viewdef 1640(text)text 1641(oid)text 2505(text,bool)text
        2506(oid,bool)text 3159(oid,int4)text pg_get_wal_replay_pause_state 1137()text
        pg_get_wal_resource_managers 6224()record pg_has_role 2705(name,name,text)bool
        2706(name,oid,text)bool 2707(oid,name,text)bool 2708(oid,oid,text)bool 2709(name,text)bool
        2710(oid,text)bool pg_identify_object 3839(oid,oid,int4)record pg_identify_object_as_address
        3382(oid,oid,int4)record pg_index_column_has_property 638(regclass,int4,text)bool
        pg_index_has_property 637(regclass,text)bool pg_indexam_has_property 636(oid,text)bool
        pg_indexam_progress_phasename 676(oid,int8)text pg_indexes_size 2998(regclass)int8
        pg_is_in_recovery 3810()bool pg_is_other_temp_schema 2855(oid)bool pg_is_wal_replay_paused
        3073()bool pg_jit_available 315()bool pg_last_committed_xact 3583()record
        pg_last_wal_receive_lsn 3820()pg_lsn pg_last_wal_replay_lsn 3821()pg_lsn
        pg_last_xact_replay_timestamp 3830()timestamptz pg_listening_channels 3035()text pg_lsn
        6103(numeric)pg_lsn pg_lsn_cmp 3251(pg_lsn,pg_lsn)int4 pg_lsn_eq 3233(pg_lsn,pg_lsn)bool
        pg_lsn_ge 3234(pg_lsn,pg_lsn)bool pg_lsn_gt 3235(pg_lsn,pg_lsn)bool pg_lsn_hash
        3252(pg_lsn)int4 pg_lsn_hash_extended 3413(pg_lsn,int8)int8 pg_lsn_larger
        4187(pg_lsn,pg_lsn)pg_lsn pg_lsn_le 3232(pg_lsn,pg_lsn)bool pg_lsn_lt
        3231(pg_lsn,pg_lsn)bool pg_lsn_mi 3237(pg_lsn,pg_lsn)numeric pg_lsn_mii
        5024(pg_lsn,numeric)pg_lsn pg_lsn_ne 3236(pg_lsn,pg_lsn)bool pg_lsn_pli
        5022(pg_lsn,numeric)pg_lsn pg_lsn_send 3239(pg_lsn)bytea pg_lsn_smaller
        4188(pg_lsn,pg_lsn)pg_lsn pg_mcv_list_send 5021(pg_mcv_list)bytea pg_my_temp_schema
        2854()oid pg_ndistinct_send 3358(pg_ndistinct)bytea pg_node_tree_send 198(pg_node_tree)bytea
        pg_notification_queue_usage 3296()float8 pg_opclass_is_visible 2083(oid)bool
        pg_operator_is_visible 2082(oid)bool pg_opfamily_is_visible 3829(oid)bool
        pg_options_to_table 2289(_text)record pg_partition_ancestors 3425(regclass)regclass
        pg_partition_root 3424(regclass)regclass pg_partition_tree 3423(regclass)record
        pg_postmaster_start_time 2560()timestamptz pg_prepared_statement 2510()record
        pg_relation_filenode 2999(regclass)oid pg_relation_filepath 3034(regclass)text
        pg_relation_is_publishable 6121(regclass)bool pg_relation_is_updatable
        3842(regclass,bool)int4 pg_relation_size 2325(regclass)int8 2332(regclass,text)int8
        pg_safe_snapshot_blocking_pids 3376(int4)_int4 pg_sequence_parameters 3078(oid)record
        pg_settings_get_flags 6240(text)_text pg_size_bytes 3334(text)int8 pg_size_pretty
        2288(int8)text 3166(numeric)text pg_snapshot_send 5058(pg_snapshot)bytea pg_snapshot_xip
        5064(pg_snapshot)xid8 pg_snapshot_xmax 5063(pg_snapshot)xid8 pg_snapshot_xmin
        5062(pg_snapshot)xid8 pg_stat_get_analyze_count 3056(oid)int8 pg_stat_get_archiver
        3195()record pg_stat_get_autoanalyze_count 3057(oid)int8 pg_stat_get_autovacuum_count
        3055(oid)int8 pg_stat_get_backend_idset 1936()int4
        pg_stat_get_bgwriter_buf_written_checkpoints 2771()int8
        pg_stat_get_bgwriter_buf_written_clean 2772()int8 pg_stat_get_bgwriter_maxwritten_clean
        2773()int8 pg_stat_get_bgwriter_requested_checkpoints 2770()int8
        pg_stat_get_bgwriter_stat_reset_time 3075()timestamptz
        pg_stat_get_bgwriter_timed_checkpoints 2769()int8 pg_stat_get_blocks_fetched 1934(oid)int8
        pg_stat_get_blocks_hit 1935(oid)int8 pg_stat_get_buf_alloc 2859()int8
        pg_stat_get_buf_fsync_backend 3063()int8 pg_stat_get_buf_written_backend 2775()int8
        pg_stat_get_checkpoint_sync_time 3161()float8 pg_stat_get_checkpoint_write_time 3160()float8
        pg_stat_get_db_active_time 6186(oid)float8 pg_stat_get_db_blk_read_time 2844(oid)float8
        pg_stat_get_db_blk_write_time 2845(oid)float8 pg_stat_get_db_blocks_fetched 1944(oid)int8
        pg_stat_get_db_blocks_hit 1945(oid)int8 pg_stat_get_db_checksum_failures 3426(oid)int8
        pg_stat_get_db_checksum_last_failure 3428(oid)timestamptz pg_stat_get_db_conflict_all
        3070(oid)int8 pg_stat_get_db_conflict_bufferpin 3068(oid)int8 pg_stat_get_db_conflict_lock
        3066(oid)int8 pg_stat_get_db_conflict_snapshot 3067(oid)int8
        pg_stat_get_db_conflict_startup_deadlock 3069(oid)int8 pg_stat_get_db_conflict_tablespace
        3065(oid)int8 pg_stat_get_db_deadlocks 3152(oid)int8 pg_stat_get_db_idle_in_transaction_time
        6187(oid)float8 pg_stat_get_db_numbackends 1941(oid)int4 pg_stat_get_db_session_time
        6185(oid)float8 pg_stat_get_db_sessions 6188(oid)int8 pg_stat_get_db_sessions_abandoned
        6189(oid)int8 pg_stat_get_db_sessions_fatal 6190(oid)int8 pg_stat_get_db_sessions_killed
        6191(oid)int8 pg_stat_get_db_stat_reset_time 3074(oid)timestamptz pg_stat_get_db_temp_bytes
        3151(oid)int8 pg_stat_get_db_temp_files 3150(oid)int8 pg_stat_get_db_tuples_deleted
        2762(oid)int8 pg_stat_get_db_tuples_fetched 2759(oid)int8 pg_stat_get_db_tuples_inserted
        2760(oid)int8 pg_stat_get_db_tuples_returned 2758(oid)int8 pg_stat_get_db_tuples_updated
        2761(oid)int8 pg_stat_get_db_xact_commit 1942(oid)int8 pg_stat_get_db_xact_rollback
        1943(oid)int8 pg_stat_get_dead_tuples 2879(oid)int8 pg_stat_get_function_calls 2978(oid)int8
        pg_stat_get_function_self_time 2980(oid)float8 pg_stat_get_function_total_time
        2979(oid)float8 pg_stat_get_ins_since_vacuum 5053(oid)int8 pg_stat_get_last_analyze_time
        2783(oid)timestamptz pg_stat_get_last_autoanalyze_time 2784(oid)timestamptz
        pg_stat_get_last_autovacuum_time 2782(oid)timestamptz pg_stat_get_last_vacuum_time
        2781(oid)timestamptz pg_stat_get_live_tuples 2878(oid)int8 pg_stat_get_mod_since_analyze
        3177(oid)int8 pg_stat_get_numscans 1928(oid)int8 pg_stat_get_progress_info 3318(text)record
        pg_stat_get_recovery_prefetch 6248()record pg_stat_get_replication_slot 6169(text)record
        pg_stat_get_slru 2306()record pg_stat_get_snapshot_timestamp 3788()timestamptz
        pg_stat_get_subscription 6118(oid)record pg_stat_get_subscription_stats 6231(oid)record
        pg_stat_get_tuples_deleted 1933(oid)int8 pg_stat_get_tuples_fetched 1930(oid)int8
        pg_stat_get_tuples_hot_updated 1972(oid)int8 pg_stat_get_tuples_inserted 1931(oid)int8
        pg_stat_get_tuples_returned 1929(oid)int8 pg_stat_get_tuples_updated 1932(oid)int8
        pg_stat_get_vacuum_count 3054(oid)int8 pg_stat_get_wal 1136()record
        pg_stat_get_xact_blocks_fetched 3044(oid)int8 pg_stat_get_xact_blocks_hit 3045(oid)int8
        pg_stat_get_xact_function_calls 3046(oid)int8 pg_stat_get_xact_function_self_time
        3048(oid)float8 pg_stat_get_xact_function_total_time 3047(oid)float8
        pg_stat_get_xact_numscans 3037(oid)int8 pg_stat_get_xact_tuples_deleted 3042(oid)int8
        pg_stat_get_xact_tuples_fetched 3039(oid)int8 pg_stat_get_xact_tuples_hot_updated
        3043(oid)int8 pg_stat_get_xact_tuples_inserted 3040(oid)int8
        pg_stat_get_xact_tuples_returned 3038(oid)int8 pg_stat_get_xact_tuples_updated 3041(oid)int8
        pg_stat_have_stats 6230(text,oid,oid)bool pg_statistics_obj_is_visible 3403(oid)bool
        pg_table_is_visible 2079(oid)bool pg_table_size 2997(regclass)int8 pg_tablespace_databases
        2556(oid)oid pg_tablespace_location 3778(oid)text pg_tablespace_size 2322(oid)int8
        2323(name)int8 pg_timezone_abbrevs 2599()record pg_timezone_names 2856()record
        pg_total_relation_size 2286(regclass)int8 pg_trigger_depth 3163()int4
        pg_ts_config_is_visible 3758(oid)bool pg_ts_dict_is_visible 3757(oid)bool
        pg_ts_parser_is_visible 3756(oid)bool pg_ts_template_is_visible 3768(oid)bool
        pg_type_is_visible 2080(oid)bool pg_typeof 1619(any)regtype pg_visible_in_snapshot
        5065(xid8,pg_snapshot)bool pg_wal_lsn_diff 3165(pg_lsn,pg_lsn)numeric pg_walfile_name
        2851(pg_lsn)text pg_walfile_name_offset 2850(pg_lsn)record pg_xact_commit_timestamp
        3581(xid)timestamptz pg_xact_commit_timestamp_origin 6168(xid)record pg_xact_status
        5066(xid8)text phraseto_tsquery 5001(text)tsquery 5006(regconfig,text)tsquery pi
        1610()float8 plainto_tsquery 3747(regconfig,text)tsquery 3751(text)tsquery point
        1416(circle)point 1440(float8,float8)point 1532(lseg)point 1534(box)point 1540(polygon)point
        point_above 131(point,point)bool point_add 1441(point,point)point point_below
        134(point,point)bool point_distance 991(point,point)float8 point_div 1444(point,point)point
        point_eq 135(point,point)bool point_horiz 990(point,point)bool point_left
        132(point,point)bool point_mul 1443(point,point)point point_ne 988(point,point)bool
        point_right 133(point,point)bool point_send 2429(point)bytea point_sub
        1442(point,point)point point_vert 989(point,point)bool poly_above 2569(polygon,polygon)bool
        poly_below 2566(polygon,polygon)bool poly_center 227(polygon)point poly_contain
        340(polygon,polygon)bool poly_contain_pt 1428(polygon,point)bool poly_contained
        345(polygon,polygon)bool poly_distance 729(polygon,polygon)float8 poly_left
        341(polygon,polygon)bool poly_npoints 1445(polygon)int4 poly_overabove
        2568(polygon,polygon)bool poly_overbelow 2567(polygon,polygon)bool poly_overlap
        346(polygon,polygon)bool poly_overleft 342(polygon,polygon)bool poly_overright
        343(polygon,polygon)bool poly_right 344(polygon,polygon)bool poly_same
        339(polygon,polygon)bool poly_send 2487(polygon)bytea polygon 1448(box)polygon
        1449(path)polygon 1475(int4,circle)polygon 1544(circle)polygon popen 1434(path)path position
        849(text,text)int4 1698(bit,bit)int4 2014(bytea,bytea)int4 pow 1346(float8,float8)float8
        1738(numeric,numeric)numeric power 1368(float8,float8)float8 2169(numeric,numeric)numeric
        pt_contained_circle 1478(point,circle)bool pt_contained_poly 1429(point,polygon)bool
        querytree 3673(tsquery)text quote_ident 1282(text)text quote_literal 1283(text)text
        quote_nullable 1289(text)text radians 1609(float8)float8 radius 1470(circle)float8 random
        1598()float8 rank 3101()int8 regclass 1079(text)regclass regclasssend 2453(regclass)bytea
        regcollationsend 4197(regcollation)bytea regconfigsend 3739(regconfig)bytea
        regdictionarysend 3774(regdictionary)bytea regexp_count 6254(text,text)int4
        6255(text,text,int4)int4 6256(text,text,int4,text)int4 regexp_instr 6257(text,text)int4
        6258(text,text,int4)int4 6259(text,text,int4,int4)int4 6260(text,text,int4,int4,int4)int4
        6261(text,text,int4,int4,int4,text)int4 6262(text,text,int4,int4,int4,text,int4)int4
        regexp_like 6263(text,text)bool 6264(text,text,text)bool regexp_match 3396(text,text)_text
        3397(text,text,text)_text regexp_matches 2763(text,text)_text 2764(text,text,text)_text
        regexp_replace 2284(text,text,text)text 2285(text,text,text,text)text
        6251(text,text,text,int4,int4,text)text 6252(text,text,text,int4,int4)text
        6253(text,text,text,int4)text regexp_split_to_array 2767(text,text)_text
        2768(text,text,text)_text regexp_split_to_table 2765(text,text)text 2766(text,text,text)text
        regexp_substr 6265(text,text)text 6266(text,text,int4)text 6267(text,text,int4,int4)text
        6268(text,text,int4,int4,text)text 6269(text,text,int4,int4,text,int4)text regnamespacesend
        4088(regnamespace)bytea regoperatorsend 2451(regoperator)bytea regopersend
        2449(regoper)bytea regproceduresend 2447(regprocedure)bytea regprocsend 2445(regproc)bytea
        regr_avgx 2822(float8,float8)float8 regr_avgy 2823(float8,float8)float8 regr_count
        2818(float8,float8)int8 regr_intercept 2826(float8,float8)float8 regr_r2
        2824(float8,float8)float8 regr_slope 2825(float8,float8)float8 regr_sxx
        2819(float8,float8)float8 regr_sxy 2821(float8,float8)float8 regr_syy
        2820(float8,float8)float8 regrolesend 4095(regrole)bytea regtypesend 2455(regtype)bytea
        repeat 1622(text,int4)text replace 2087(text,text,text)text reverse 3062(text)text right
        3061(text,int4)text round 1342(float8)float8 1707(numeric,int4)numeric 1708(numeric)numeric
        row_number 3100()int8 row_security_active 3298(oid)bool 3299(text)bool rpad
        874(text,int4,text)text 880(text,int4)text rtrim 876(text,text)text 882(text)text
        6196(bytea,bytea)bytea scale 3281(numeric)int4 session_user 746()name set_bit
        724(bytea,int8,int4)bytea 3033(bit,int4,int4)bit set_byte 722(bytea,int4,int4)bytea
        set_masklen 605(inet,int4)inet 635(cidr,int4)cidr setweight
        3320(tsvector,char,_text)tsvector 3624(tsvector,char)tsvector sha224 3419(bytea)bytea sha256
        3420(bytea)bytea sha384 3421(bytea)bytea sha512 3422(bytea)bytea shobj_description
        1993(oid,name)text sign 1706(numeric)numeric 2310(float8)float8 similar_escape
        1623(text,text)text similar_to_escape 1986(text,text)text 1987(text)text sin
        1604(float8)float8 sind 2735(float8)float8 sinh 2462(float8)float8 slope
        992(point,point)float8 spg_poly_quad_compress 5011(polygon)box split_part
        2088(text,text,int4)text sqrt 1344(float8)float8 1730(numeric)numeric starts_with
        3696(text,text)bool statement_timestamp 2648()timestamptz stddev 2154(int8)numeric
        2155(int4)numeric 2156(int2)numeric 2157(float4)float8 2158(float8)float8
        2159(numeric)numeric stddev_pop 2724(int8)numeric 2725(int4)numeric 2726(int2)numeric
        2727(float4)float8 2728(float8)float8 2729(numeric)numeric stddev_samp 2712(int8)numeric
        2713(int4)numeric 2714(int2)numeric 2715(float4)float8 2716(float8)float8
        2717(numeric)numeric string_agg 3538(text,text)text 3545(bytea,bytea)bytea string_to_array
        376(text,text,text)_text 394(text,text)_text string_to_table 6160(text,text)text
        6161(text,text,text)text strip 3623(tsvector)tsvector strpos 868(text,text)int4 substr
        877(text,int4,int4)text 883(text,int4)text 2085(bytea,int4,int4)bytea 2086(bytea,int4)bytea
        substring 936(text,int4,int4)text 937(text,int4)text 1680(bit,int4,int4)bit
        1699(bit,int4)bit 2012(bytea,int4,int4)bytea 2013(bytea,int4)bytea 2073(text,text)text
        2074(text,text,text)text sum 2107(int8)numeric 2108(int4)int8 2109(int2)int8
        2110(float4)float4 2111(float8)float8 2112(money)money 2113(interval)interval
        2114(numeric)numeric tan 1606(float8)float8 tand 2737(float8)float8 tanh 2464(float8)float8
        text 401(bpchar)text 406(name)text 730(inet)text 946(char)text 2922(xml)text 2971(bool)text
        text_ge 743(text,text)bool text_gt 742(text,text)bool text_larger 458(text,text)text text_le
        741(text,text)bool text_lt 740(text,text)bool text_pattern_ge 2163(text,text)bool
        text_pattern_gt 2164(text,text)bool text_pattern_le 2161(text,text)bool text_pattern_lt
        2160(text,text)bool text_smaller 459(text,text)text textcat 1258(text,text)text texteq
        67(text,text)bool texteqname 247(text,name)bool textgename 250(text,name)bool textgtname
        251(text,name)bool texticlike 1633(text,text)bool texticnlike 1634(text,text)bool
        texticregexeq 1238(text,text)bool texticregexne 1239(text,text)bool textlen 1257(text)int4
        textlename 249(text,name)bool textlike 850(text,text)bool textltname 248(text,name)bool
        textne 157(text,text)bool textnename 252(text,name)bool textnlike 851(text,text)bool
        textregexeq 1254(text,text)bool textregexne 1256(text,text)bool textsend 2415(text)bytea
        tideq 1292(tid,tid)bool tidge 2792(tid,tid)bool tidgt 2790(tid,tid)bool tidlarger
        2795(tid,tid)tid tidle 2793(tid,tid)bool tidlt 2791(tid,tid)bool tidne 1265(tid,tid)bool
        tidsend 2439(tid)bytea tidsmaller 2796(tid,tid)tid time 1316(timestamp)time
        1419(interval)time 1968(time,int4)time 2019(timestamptz)time 2046(timetz)time time_cmp
        1107(time,time)int4 time_eq 1145(time,time)bool time_ge 1105(time,time)bool time_gt
        1104(time,time)bool time_hash 1688(time)int4 time_hash_extended 3409(time,int8)int8
        time_larger 1377(time,time)time time_le 1103(time,time)bool time_lt 1102(time,time)bool
        time_mi_interval 1748(time,interval)time time_mi_time 1690(time,time)interval time_ne
        1106(time,time)bool time_pl_interval 1747(time,interval)time time_send 2471(time)bytea
        time_smaller 1378(time,time)time timedate_pl 1296(time,date)timestamp timeofday 274()text
        timestamp 1961(timestamp,int4)timestamp 2024(date)timestamp 2025(date,time)timestamp
        2027(timestamptz)timestamp timestamp_cmp 2045(timestamp,timestamp)int4 timestamp_cmp_date
        2370(timestamp,date)int4 timestamp_cmp_timestamptz 2526(timestamp,timestamptz)int4
        timestamp_eq 2052(timestamp,timestamp)bool timestamp_eq_date 2366(timestamp,date)bool
        timestamp_eq_timestamptz 2522(timestamp,timestamptz)bool timestamp_ge
        2056(timestamp,timestamp)bool timestamp_ge_date 2368(timestamp,date)bool
        timestamp_ge_timestamptz 2524(timestamp,timestamptz)bool timestamp_gt
        2057(timestamp,timestamp)bool timestamp_gt_date 2367(timestamp,date)bool
        timestamp_gt_timestamptz 2523(timestamp,timestamptz)bool timestamp_hash 2039(timestamp)int4
        timestamp_hash_extended 3411(timestamp,int8)int8 timestamp_larger
        2036(timestamp,timestamp)timestamp timestamp_le 2055(timestamp,timestamp)bool
        timestamp_le_date 2365(timestamp,date)bool timestamp_le_timestamptz
        2521(timestamp,timestamptz)bool timestamp_lt 2054(timestamp,timestamp)bool timestamp_lt_date
        2364(timestamp,date)bool timestamp_lt_timestamptz 2520(timestamp,timestamptz)bool
        timestamp_mi 2031(timestamp,timestamp)interval timestamp_mi_interval
        2033(timestamp,interval)timestamp timestamp_ne 2053(timestamp,timestamp)bool
        timestamp_ne_date 2369(timestamp,date)bool timestamp_ne_timestamptz
        2525(timestamp,timestamptz)bool timestamp_pl_interval 2032(timestamp,interval)timestamp
        timestamp_send 2475(timestamp)bytea timestamp_smaller 2035(timestamp,timestamp)timestamp
        timestamptz 1174(date)timestamptz 1176(date,time)timestamptz 1359(date,timetz)timestamptz
        1967(timestamptz,int4)timestamptz 2028(timestamp)timestamptz timestamptz_cmp
        1314(timestamptz,timestamptz)int4 timestamptz_cmp_date 2383(timestamptz,date)int4
        timestamptz_cmp_timestamp 2533(timestamptz,timestamp)int4 timestamptz_eq
        1152(timestamptz,timestamptz)bool timestamptz_eq_date 2379(timestamptz,date)bool
        timestamptz_eq_timestamp 2529(timestamptz,timestamp)bool timestamptz_ge
        1156(timestamptz,timestamptz)bool timestamptz_ge_date 2381(timestamptz,date)bool
        timestamptz_ge_timestamp 2531(timestamptz,timestamp)bool timestamptz_gt
        1157(timestamptz,timestamptz)bool timestamptz_gt_date 2380(timestamptz,date)bool
        timestamptz_gt_timestamp 2530(timestamptz,timestamp)bool timestamptz_larger
        1196(timestamptz,timestamptz)timestamptz timestamptz_le 1155(timestamptz,timestamptz)bool
        timestamptz_le_date 2378(timestamptz,date)bool timestamptz_le_timestamp
        2528(timestamptz,timestamp)bool timestamptz_lt 1154(timestamptz,timestamptz)bool
        timestamptz_lt_date 2377(timestamptz,date)bool timestamptz_lt_timestamp
        2527(timestamptz,timestamp)bool timestamptz_mi 1188(timestamptz,timestamptz)interval
        timestamptz_mi_interval 1190(timestamptz,interval)timestamptz timestamptz_ne
        1153(timestamptz,timestamptz)bool timestamptz_ne_date 2382(timestamptz,date)bool
        timestamptz_ne_timestamp 2532(timestamptz,timestamp)bool timestamptz_pl_interval
        1189(timestamptz,interval)timestamptz timestamptz_send 2477(timestamptz)bytea
        timestamptz_smaller 1195(timestamptz,timestamptz)timestamptz timetz 1388(timestamptz)timetz
        1969(timetz,int4)timetz 2047(time)timetz timetz_cmp 1358(timetz,timetz)int4 timetz_eq
        1352(timetz,timetz)bool timetz_ge 1356(timetz,timetz)bool timetz_gt 1357(timetz,timetz)bool
        timetz_hash 1696(timetz)int4 timetz_hash_extended 3410(timetz,int8)int8 timetz_larger
        1379(timetz,timetz)timetz timetz_le 1355(timetz,timetz)bool timetz_lt
        1354(timetz,timetz)bool timetz_mi_interval 1750(timetz,interval)timetz timetz_ne
        1353(timetz,timetz)bool timetz_pl_interval 1749(timetz,interval)timetz timetz_send
        2473(timetz)bytea timetz_smaller 1380(timetz,timetz)timetz timetzdate_pl
        1298(timetz,date)timestamptz timezone 1026(interval,timestamptz)timestamp
        1159(text,timestamptz)timestamp 2037(text,timetz)timetz 2038(interval,timetz)timetz
        2069(text,timestamp)timestamptz 2070(interval,timestamp)timestamptz to_ascii 1845(text)text
        1846(text,int4)text 1847(text,name)text to_char 1768(interval,text)text
        1770(timestamptz,text)text 1772(numeric,text)text 1773(int4,text)text 1774(int8,text)text
        1775(float4,text)text 1776(float8,text)text 2049(timestamp,text)text to_date
        1780(text,text)date to_hex 2089(int4)text 2090(int8)text to_number 1777(text,text)numeric
        to_regclass 3495(text)regclass to_regcollation 4195(text)regcollation to_regnamespace
        4086(text)regnamespace to_regoper 3492(text)regoper to_regoperator 3476(text)regoperator
        to_regproc 3494(text)regproc to_regprocedure 3479(text)regprocedure to_regrole
        4093(text)regrole to_regtype 3493(text)regtype to_timestamp 1158(float8)timestamptz
        1778(text,text)timestamptz to_tsquery 3746(regconfig,text)tsquery 3750(text)tsquery
        to_tsvector 3745(regconfig,text)tsvector 3749(text)tsvector 4209(jsonb)tsvector
        4210(json)tsvector 4211(regconfig,jsonb)tsvector 4212(regconfig,json)tsvector
        transaction_timestamp 2647()timestamptz translate 878(text,text,text)text trim_array
        6172(anyarray,int4)anyarray trim_scale 5043(numeric)numeric trunc 753(macaddr)macaddr
        1343(float8)float8 1709(numeric,int4)numeric 1710(numeric)numeric 4112(macaddr8)macaddr8
        ts_debug 6183(regconfig,text)record 6184(text)record ts_delete 3321(tsvector,text)tsvector
        3323(tsvector,_text)tsvector ts_filter 3319(tsvector,_char)tsvector ts_headline
        3743(regconfig,text,tsquery,text)text 3744(regconfig,text,tsquery)text
        3754(text,tsquery,text)text 3755(text,tsquery)text 4201(regconfig,jsonb,tsquery,text)jsonb
        4202(regconfig,jsonb,tsquery)jsonb 4203(jsonb,tsquery,text)jsonb 4204(jsonb,tsquery)jsonb
        4205(regconfig,json,tsquery,text)json 4206(regconfig,json,tsquery)json
        4207(json,tsquery,text)json 4208(json,tsquery)json ts_lexize 3723(regdictionary,text)_text
        ts_match_qv 3635(tsquery,tsvector)bool ts_match_tq 3761(text,tsquery)bool ts_match_tt
        3760(text,text)bool ts_match_vq 3634(tsvector,tsquery)bool ts_parse 3715(oid,text)record
        3716(text,text)record ts_rank 3703(_float4,tsvector,tsquery,int4)float4
        3704(_float4,tsvector,tsquery)float4 3705(tsvector,tsquery,int4)float4
        3706(tsvector,tsquery)float4 ts_rank_cd 3707(_float4,tsvector,tsquery,int4)float4
        3708(_float4,tsvector,tsquery)float4 3709(tsvector,tsquery,int4)float4
        3710(tsvector,tsquery)float4 ts_rewrite 3684(tsquery,tsquery,tsquery)tsquery ts_token_type
        3713(oid)record 3714(text)record tsmultirange 4286()tsmultirange 4287(tsrange)tsmultirange
        4288(_tsrange)tsmultirange* tsq_mcontained 3692(tsquery,tsquery)bool tsq_mcontains
        3691(tsquery,tsquery)bool tsquery_and 3669(tsquery,tsquery)tsquery tsquery_cmp
        3668(tsquery,tsquery)int4 tsquery_eq 3664(tsquery,tsquery)bool tsquery_ge
        3666(tsquery,tsquery)bool tsquery_gt 3667(tsquery,tsquery)bool tsquery_le
        3663(tsquery,tsquery)bool tsquery_lt 3662(tsquery,tsquery)bool tsquery_ne
        3665(tsquery,tsquery)bool tsquery_not 3671(tsquery)tsquery tsquery_or
        3670(tsquery,tsquery)tsquery tsquery_phrase 5003(tsquery,tsquery)tsquery
        5004(tsquery,tsquery,int4)tsquery tsquerysend 3640(tsquery)bytea tsrange
        3933(timestamp,timestamp)tsrange 3934(timestamp,timestamp,text)tsrange tsrange_subdiff
        3929(timestamp,timestamp)float8 tstzmultirange 4289()tstzmultirange
        4290(tstzrange)tstzmultirange 4291(_tstzrange)tstzmultirange* tstzrange
        3937(timestamptz,timestamptz)tstzrange 3938(timestamptz,timestamptz,text)tstzrange
        tstzrange_subdiff 3930(timestamptz,timestamptz)float8 tsvector_cmp
        3622(tsvector,tsvector)int4 tsvector_concat 3625(tsvector,tsvector)tsvector tsvector_eq
        3618(tsvector,tsvector)bool tsvector_ge 3620(tsvector,tsvector)bool tsvector_gt
        3621(tsvector,tsvector)bool tsvector_le 3617(tsvector,tsvector)bool tsvector_lt
        3616(tsvector,tsvector)bool tsvector_ne 3619(tsvector,tsvector)bool tsvector_to_array
        3326(tsvector)_text tsvectorsend 3638(tsvector)bytea txid_current 2943()int8
        txid_current_if_assigned 3348()int8 txid_current_snapshot 2944()txid_snapshot
        txid_snapshot_send 2942(txid_snapshot)bytea txid_snapshot_xip 2947(txid_snapshot)int8
        txid_snapshot_xmax 2946(txid_snapshot)int8 txid_snapshot_xmin 2945(txid_snapshot)int8
        txid_status 3360(int8)text txid_visible_in_snapshot 2948(int8,txid_snapshot)bool unistr
        6198(text)text unknownsend 2417(unknown)bytea unnest 1293(anymultirange)anyrange
        2331(anyarray)anyelement 3322(tsvector)record upper 871(text)text 3849(anyrange)anyelement
        4236(anymultirange)anyelement upper_inc 3852(anyrange)bool 4239(anymultirange)bool upper_inf
        3854(anyrange)bool 4241(anymultirange)bool uuid_cmp 2960(uuid,uuid)int4 uuid_eq
        2956(uuid,uuid)bool uuid_ge 2957(uuid,uuid)bool uuid_gt 2958(uuid,uuid)bool uuid_hash
        2963(uuid)int4 uuid_hash_extended 3412(uuid,int8)int8 uuid_le 2955(uuid,uuid)bool uuid_lt
        2954(uuid,uuid)bool uuid_ne 2959(uuid,uuid)bool uuid_send 2962(uuid)bytea var_pop
        2718(int8)numeric 2719(int4)numeric 2720(int2)numeric 2721(float4)float8 2722(float8)float8
        2723(numeric)numeric var_samp 2641(int8)numeric 2642(int4)numeric 2643(int2)numeric
        2644(float4)float8 2645(float8)float8 2646(numeric)numeric varbit
        1687(varbit,int4,bool)varbit varbit_send 2459(varbit)bytea varbitcmp 1672(varbit,varbit)int4
        varbiteq 1666(varbit,varbit)bool varbitge 1668(varbit,varbit)bool varbitgt
        1669(varbit,varbit)bool varbitle 1670(varbit,varbit)bool varbitlt 1671(varbit,varbit)bool
        varbitne 1667(varbit,varbit)bool varchar 669(varchar,int4,bool)varchar 1401(name)varchar
        varcharsend 2433(varchar)bytea variance 2148(int8)numeric 2149(int4)numeric
        2150(int2)numeric 2151(float4)float8 2152(float8)float8 2153(numeric)numeric version
        89()text websearch_to_tsquery 5007(regconfig,text)tsquery 5009(text)tsquery width
        976(box)float8 width_bucket 320(float8,float8,float8,int4)int4
        2170(numeric,numeric,numeric,int4)int4 xid 5071(xid8)xid xid8_larger 5097(xid8,xid8)xid8
        xid8_smaller 5098(xid8,xid8)xid8 xid8cmp 5096(xid8,xid8)int4 xid8eq 5084(xid8,xid8)bool
        xid8ge 5037(xid8,xid8)bool xid8gt 5035(xid8,xid8)bool xid8le 5036(xid8,xid8)bool xid8lt
        5034(xid8,xid8)bool xid8ne 5085(xid8,xid8)bool xid8send 5083(xid8)bytea xideq
        68(xid,xid)bool xideqint4 1319(xid,int4)bool xidneq 3308(xid,xid)bool xidneqint4
        3309(xid,int4)bool xidsend 2441(xid)bytea xml 2896(text)xml xml_is_well_formed
        3051(text)bool xml_is_well_formed_content 3053(text)bool xml_is_well_formed_document
        3052(text)bool xml_send 2899(xml)bytea xmlagg 2901(xml)xml xmlcomment 2895(text)xml
        xmlconcat2 2900(xml,xml)xml xmlexists 2614(text,xml)bool xmlvalidate 2897(xml,text)bool
        xpath 2931(text,xml,_text)_xml 2932(text,xml)_xml xpath_exists 3049(text,xml,_text)bool
        3050(text,xml)bool
        """
}
