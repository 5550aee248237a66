import Testing

@testable import SQL

@Suite("Code in texts")
struct MaskedCodeTests {
    /// Bodies in which something looks like a secret's beginning, and what could run stands behind it.
    private static let bodies = [
        """
        begin
          -- rotate the demo password='
          delete from public.orders; delete from public.customers; --'
          perform 1;
        end
        """,
        "begin /* password=' */ delete from orders; /* ' */ end",
        "declare password int; begin password=1;delete/**/from/**/orders; end",
        "begin /*://a:*/perform 1;delete/**/from/**/orders;/*@*/ end",
        "begin /* postgres://u: */ delete from orders; /* @ */ end",
        "begin execute 'update t set ' || 'password=1;delete/**/from/**/orders'; end",
        "begin execute 'select 1 as ' || 'password=lo_unlink(1)'; end",
        "begin execute 'select 1 as password, ' || 'postgres://a:1;delete/**/from/**/orders@h'; end",
        "begin password = 'delete from orders; delete from customers'; execute password; end",
        "begin password = 'select purge(5)'; execute password; end",
        "begin password = $q$\ndelete from orders\n$q$; execute password; end",
        #"x='a\' password ' ; plpy.execute("delete from orders") ; y=' '"#,
        "password=1;plpy.execute('delete')",
        "password = a if b else plpy.execute('delete from orders')",
        "begin perform f('password=x y'); perform g('host=h password=x; delete from orders'); end",
    ]

    @Test(
        "threat 17: what can run stays as it is where it only looks like a secret",
        arguments: bodies)
    func attacks(body: String) {
        let texts = [
            "DO $do$ \(body) $do$", "DO '\(body.replacing("'", with: "''"))'",
            "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $do$ \(body) $do$",
            "SELECT run($do$ \(body) $do$)", "SELECT run('\(body.replacing("'", with: "''"))')",
            "DO $do$ BEGIN EXECUTE $in$ \(body) $in$; END $do$",
        ]
        for text in texts {
            #expect(String(decoding: maskSecrets(Array(text.utf8)), as: UTF8.self) == text)
        }
    }

    @Test(
        "threat 17: what the server's shell would run is shown",
        arguments: [
            ("PGPASSWORD=1;rm${IFS}-rf psql", "PGPASSWORD=***;rm${IFS}-rf psql"),
            ("PGPASSWORD=1|rm${IFS}-rf", "PGPASSWORD=***|rm${IFS}-rf"),
            ("PGPASSWORD=$(rm -rf /) psql", "PGPASSWORD=$(rm -rf /) psql"),
            ("PGPASSWORD=`rm` psql", "PGPASSWORD=`rm` psql"),
            ("PGPASSWORD=\"$(rm)\" psql", "PGPASSWORD=\"$(rm)\" psql"),
            (
                "echo \"PGPASSWORD=\"\"\"; rm -rf x; echo \"\"\"",
                "echo \"PGPASSWORD=\"\"\"; rm -rf x; echo \"\"\""
            ),
            ("curl http://a:$(rm)@h", "curl http://a:$(rm)@h"),
            ("curl http://a:1;rm${IFS}x@h", "curl http://a:1;rm${IFS}x@h"),
            ("echo password $q$ rm -rf / $q$", "echo password $q$ rm -rf / $q$"),
        ])
    func shell(command: String, shown: String) {
        for nested in [false, true] {
            func text(_ command: String) -> String {
                let copy = "COPY t FROM PROGRAM $sh$\(command)$sh$"
                return nested ? "DO $do$ BEGIN \(copy); END $do$" : copy
            }
            let masked = maskSecrets(Array(text(command).utf8))
            #expect(String(decoding: masked, as: UTF8.self) == text(shown))
        }
    }

    @Test("has the same tokens with and without its secrets, but for its strings")
    func tokens() throws {
        let table = try EffectsTable()
        let bodies =
            Self.bodies + table.rows.map(\.statement) + [table.fixture] + [
                "ALTER ROLE a PASSWORD 'x'", "SELECT f('host=h password=x', 'postgres://u:x@h/d')",
                "BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''x'''; COMMENT ON ROLE a IS 'p'; END",
                "COPY t FROM PROGRAM 'PGPASSWORD=x psql'",
            ]
        // What would begin a secret before each body, in a comment, in a string, open, and what would end it behind.
        let frames = [
            ("", ""), ("-- password='\n", "\n--'"), ("/* password= */", ""),
            ("/*://u:*/", "/*@h*/"),
            ("SELECT 'password='; ", "; SELECT ''"), ("password=", "@"), ("password=''", "''"),
            ("SELECT password '", "'"), ("postgres://u:", "@h"),
        ]
        var changed = 0
        for body in bodies {
            for (before, behind) in frames {
                let text = Array((before + body + behind).utf8)
                let masked = maskSecrets(text)
                #expect(Self.split(text) == Self.split(masked), "\(before)\(body)\(behind)")
                changed += masked == text ? 0 : 1
            }
        }
        #expect(changed > 0)
    }

    /// The tokens, a string only by its kind.
    private static func split(_ text: [UInt8]) -> [String] {
        text.withUnsafeBytes { raw in
            var lexer = Lexer(raw)
            var tokens: [String] = []
            while let token = lexer.next() {
                let isString =
                    switch token.kind {
                    case .plainString, .escapeString, .unicodeString, .dollarString: true
                    default: false
                    }
                tokens.append(
                    isString ? "\(token.kind)" : String(decoding: raw[token.range], as: UTF8.self))
            }
            return tokens
        }
    }

    @Test(
        "says how much of it a secret hides, for whoever decides by it",
        arguments: [
            ("ALTER ROLE a PASSWORD 'secret'", "ALTER ROLE a PASSWORD '***(6 bytes)'"),
            ("ALTER ROLE a PASSWORD 'x'", "ALTER ROLE a PASSWORD '***(1 byte)'"),
            (
                "SELECT f('host=h password=secret user=u')",
                "SELECT f('host=h password=***(6 bytes) user=u')"
            ),
            (
                "DO $$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''secret'''; END $$",
                "DO $$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''***(6 bytes of code)'''; END $$"
            ),
            (
                "DO $$ BEGIN password = 'delete from orders'; EXECUTE password; END $$",
                "DO $$ BEGIN password = '***(18 bytes of code)'; EXECUTE password; END $$"
            ),
        ])
    func counted(text: String, shown: String) {
        let masked = maskSecrets(Array(text.utf8), isCounted: true)
        #expect(String(decoding: masked, as: UTF8.self) == shown)
    }

    @Test("is shown however deep it is within texts, and large texts are masked in time")
    func deep() {
        var text = "BEGIN password=1;delete/**/from/**/orders; END"
        for depth in 0..<40 { text = "DO $a\(depth)$ \(text) $a\(depth)$" }
        #expect(String(decoding: maskSecrets(Array(text.utf8)), as: UTF8.self) == text)
        // Each level is looked into for as long as the whole text's budget lasts, and no longer.
        let open = (0..<20_000).map { "$a\($0)$" }.joined() + "password"
        #expect(maskSecrets(Array(open.utf8)) == Array(open.utf8))
    }
}
