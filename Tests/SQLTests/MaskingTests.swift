import SQL
import Testing

@Suite("Secrets in texts")
struct MaskingTests {
    private static let cases: [(text: String, masked: String)] = [
        ("ALTER ROLE a PASSWORD 'x'", "ALTER ROLE a PASSWORD '***'"),
        (
            "alter role a encrypted password e'x\\'y' login",
            "alter role a encrypted password e'***' login"
        ),
        ("CREATE ROLE a PASSWORD $$x$$", "CREATE ROLE a PASSWORD $$***$$"),
        ("ALTER ROLE a PASSWORD U&'x\\004B'", "ALTER ROLE a PASSWORD U&'***'"),
        ("ALTER ROLE a PASSWORD 'x'\n'y'", "ALTER ROLE a PASSWORD '***'\n'***'"),
        (
            "CREATE ROLE a PASSWORD /* ' */ 'x' VALID UNTIL 'y'",
            "CREATE ROLE a PASSWORD /* ' */ '***' VALID UNTIL 'y'"
        ),
        (
            "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'u', password 'x')",
            "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'u', password '***')"
        ),
        // Connection strings.
        (
            "CREATE SUBSCRIPTION s CONNECTION 'host=h password=x dbname=d' PUBLICATION p",
            "CREATE SUBSCRIPTION s CONNECTION 'host=h password=*** dbname=d' PUBLICATION p"
        ),
        ("SELECT f('host=h sslPassword = x')", "SELECT f('host=h sslPassword = ***')"),
        (
            "SELECT f('password\t\n=\u{0B}\u{0C}\rx user=y')",
            "SELECT f('password\t\n=\u{0B}\u{0C}\r*** user=y')"
        ),
        (#"SELECT f(E'password\t=\tx port=1')"#, "SELECT f(E'password\t=\t*** port=1')"),
        (#"SELECT f(E'\x70assw\157rd=x')"#, "SELECT f(E'password=***')"),
        (#"SELECT f(U&'p\0061ssword=x')"#, "SELECT f(U&'password=***')"),
        ("SELECT f('password=''x y'' user=u')", "SELECT f('password=*** user=u')"),
        (#"SELECT f('password=''it\''s x'' user=u')"#, "SELECT f('password=*** user=u')"),
        (#"SELECT f('password=''a\''b\''c'' user=u')"#, "SELECT f('password=*** user=u')"),
        ("SELECT f('password=x''y user=u')", "SELECT f('password=*** user=u')"),
        ("SELECT f('password=a password=b')", "SELECT f('password=*** password=***')"),
        // URIs.
        ("SELECT f('postgresql://u:x@h/d')", "SELECT f('postgresql://u:***@h/d')"),
        ("SELECT f('postgresql://u:x@y@h/d')", "SELECT f('postgresql://u:***@h/d')"),
        ("SELECT f('postgresql://u:x/y@h/d')", "SELECT f('postgresql://u:***@h/d')"),
        (
            "SELECT f('postgres://u:x@h/d postgres://u:y@h/d')",
            "SELECT f('postgres://u:***@h/d postgres://u:***@h/d')"
        ),
        (
            "SELECT f('postgres://h/d?password=x&user=u')",
            "SELECT f('postgres://h/d?password=***&user=u')"
        ),
        ("SELECT 'http://h/a', 'https://h:80/b'", "SELECT 'http://h/a', 'https://h:80/b'"),
        // SQL within SQL.
        ("DO $x$ ALTER ROLE a PASSWORD 'x' $x$", "DO $x$ ALTER ROLE a PASSWORD '***' $x$"),
        (
            "DO $$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''x'''; END $$",
            "DO $$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''***'''; END $$"
        ),
        (
            "DO 'BEGIN EXECUTE ''ALTER ROLE a PASSWORD ''''x''''''; END'",
            "DO 'BEGIN EXECUTE ''ALTER ROLE a PASSWORD ''''***''''''; END'"
        ),
        (
            #"DO E'BEGIN EXECUTE \'ALTER ROLE a PASSWORD \'\'x\'\'\'; END'"#,
            "DO E'BEGIN EXECUTE ''ALTER ROLE a PASSWORD ''''***''''''; END'"
        ),
        (
            "DO $$ SELECT f('password=x'); ALTER ROLE a PASSWORD 'y' $$",
            "DO $$ SELECT f('password=***'); ALTER ROLE a PASSWORD '***' $$"
        ),
        (
            "DO $$ SELECT f('password=x','y'); ALTER ROLE a PASSWORD 'z' $$",
            "DO $$ SELECT f('password=***','y'); ALTER ROLE a PASSWORD '***' $$"
        ),
        (
            "DO $$ SELECT f('postgres://u:x@h','a@b'); ALTER ROLE a PASSWORD 'z' $$",
            "DO $$ SELECT f('postgres://u:***@h','a@b'); ALTER ROLE a PASSWORD '***' $$"
        ),
        // Commands of the server's shell.
        (
            "COPY t FROM PROGRAM 'PGPASSWORD=x psql -h h postgres://u:y@h/d'",
            "COPY t FROM PROGRAM 'PGPASSWORD=*** psql -h h postgres://u:***@h/d'"
        ),
        (
            #"COPY t FROM PROGRAM 'PGPASSWORD="x y" psql'"#,
            #"COPY t FROM PROGRAM 'PGPASSWORD="***" psql'"#
        ),
        ("SELECT 'password' PASSWORD 'x", "SELECT 'password' PASSWORD '***"),
        ("DO $$ ALTER ROLE a PASSWORD 'x", "DO $$ ALTER ROLE a PASSWORD '***"),
    ]

    @Test("are masked wherever something calls them one", arguments: cases.indices)
    func masked(index: Int) {
        let (text, masked) = Self.cases[index]
        #expect(String(decoding: maskSecrets(Array(text.utf8)), as: UTF8.self) == masked)
    }

    @Test(
        "are not seen where there are none",
        arguments: [
            "", "SELECT 1", "SELECT password FROM t WHERE id = $1", "SELECT 'it''s the password'",
            "SELECT 'a' AS password, 'b'", "SELECT $a$x$a$, E'\\\\', U&'\\0041'", "SELECT 'a:b@c'",
            "UPDATE t SET password = crypt('x', 'y')", "SELECT '://', 'p', 'passwor'", "$", "'",
        ])
    func nothing(text: String) {
        #expect(String(decoding: maskSecrets(Array(text.utf8)), as: UTF8.self) == text)
    }

    @Test("however deep a text is within texts, nothing of a secret is left of it")
    func deep() {
        var text = "ALTER ROLE a PASSWORD $z$secret$z$"
        for depth in 0..<40 {
            text = "DO $a\(depth)$ \(text) $a\(depth)$"
            let masked = String(decoding: maskSecrets(Array(text.utf8)), as: UTF8.self)
            #expect(!masked.contains("secret"), "\(masked)")
        }
        var quoted = "ALTER ROLE a PASSWORD 'secret'"
        for _ in 0..<10 {
            quoted = "EXECUTE '\(quoted.replacing("'", with: "''"))'"
            let masked = String(decoding: maskSecrets(Array(quoted.utf8)), as: UTF8.self)
            #expect(!masked.contains("secret"))
        }
    }

    @Test(
        "of a text that does not parse are masked from the first `password` on",
        arguments: [
            ("ALTER ROLE a PASSWORD x", "ALTER ROLE a PASSWORD***"),
            ("SELECT 'it; ALTER ROLE a PASSWORD 'x'", "SELECT 'it; ALTER ROLE a PASSWORD***"),
            (#"ALTER ROLE "a Password 'x'"#, #"ALTER ROLE "a Password***"#),
            ("SELEC f('postgres://u:x@h/d')", "SELEC f('postgres://u:***@h/d')"),
            ("SELEC 1", "SELEC 1"), ("", ""),
        ])
    func unread(text: String, masked: String) {
        #expect(String(decoding: maskUnread(Array(text.utf8)), as: UTF8.self) == masked)
    }

    @Test(
        "are not in what the parser says of the text",
        arguments: [
            ("ALTER ROLE a PASSWORD 'x' bad bad", "unrecognized role option \"***\""),
            ("ALTER ROLE a PASSWORD 'x", "unterminated quoted string at or near \"***\""),
            ("ALTER ROLE a PASSWORD x", "syntax error at or near \"***\""),
            ("SELEC 'x'", "syntax error at or near \"SELEC\""),
            ("SELECT", nil), ("SELECT (", "syntax error at end of input"),
        ])
    func message(text: String, expected: String?) throws {
        let bytes = Array(text.utf8)
        guard let expected else {
            #expect(throws: Never.self) { try ParsedText.parse(bytes) }
            return
        }
        let refusal = try #require(throws: SQLRefusal.self) { try ParsedText.parse(bytes) }
        #expect(maskMessage(refusal.message, shown: maskUnread(bytes)) == expected)
    }

    @Test("an effect is shown without the secrets of what it names by a literal")
    func effects() throws {
        let text = "COPY t FROM PROGRAM 'PGPASSWORD=hunter2 psql -h x postgres://u:hunter2@h/d'"
        let inspection = try ParsedText.parse(Array(text.utf8)).inspect(
            in: SessionView(catalogue: .empty, searchPath: ["public"]), values: [], stage: .query)
        #expect("\(inspection.effects)".contains("hunter2"))
        let masked = inspection.effects.map(\.masked)
        #expect(!"\(masked)".contains("hunter2") && "\(masked)".contains("psql"))
        #expect(masked.map(\.verb) == inspection.effects.map(\.verb))
    }
}
