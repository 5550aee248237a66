import TestKit
import Testing
import Vocabulary

@testable import Policy

@Suite("Patterns compare components")
struct PatternTests {
    /// Pattern, name, whether it covers the whole name, whether it has anything in common with it.
    static let table: [(String, String, Bool, Bool)] = [
        ("*", "-", true, true),
        ("*", "public.customers", true, true),
        ("-", "-", true, true),
        ("-", "public", false, false),
        ("public", "-", false, false),
        ("public.customers", "public.customers", true, true),
        ("public.customers", "public.customers.ssn", true, true),
        ("public.customers", "public.customers2", false, false),
        ("public.customers", "public", false, true),
        ("public.customers.*", "public.customers", true, true),
        ("public.customers.*", "public.customers.id", true, true),
        ("public.customers.ssn", "public.customers", false, true),
        ("public.customers.ssn", "public.customers.id", false, false),
        ("public.customers.ssn", "hr", false, false),
        ("hr.*", "hr", true, true),
        ("hr.*", "hrx.pay", false, false),
        ("*.customers", "public.customers", true, true),
        ("*.customers", "hr.pay", false, false),
        ("*.customers", "public", false, true),
        ("*.*.ssn", "public.customers.ssn", true, true),
        ("*.*.ssn", "public.customers", false, true),
        ("public.*.ssn", "public.customers.id", false, false),
        ("\"*\".a", "public.a", false, false),
        ("\"*\".a", "\"*\".a", true, true),
        ("\"Odd.Name\".a", "\"Odd.Name\".a", true, true),
        ("odd.name", "\"odd.name\"", false, false),
        ("\"-\"", "-", false, false),
        ("/", "/usr/bin/git", true, true),
        ("/*", "/usr/bin/git", true, true),
        ("/", "usr.bin.git", false, false),
        ("*", "/usr/bin/git", true, true),
        ("/usr/bin/git", "/usr/bin/git", true, true),
        ("/usr/bin/git", "/usr/bin/git2", false, false),
        ("/usr/bin/git", "/usr/bin/Git", false, false),
        ("/usr/bin/git", "usr.bin.git", false, false),
        ("usr.bin.git", "/usr/bin/git", false, false),
        ("/usr/bin/git", "/usr/bin", false, true),
        ("/usr/bin", "/usr/bin/git", true, true),
        ("/usr/bin/*", "/usr/bin/git", true, true),
        ("/usr/bin/*", "/usr/local/bin/git", false, false),
        ("/usr/*/git", "/usr/bin/git", true, true),
        ("/usr/*/git", "/usr/local/bin/git", false, false),
        ("/home/*/bin", "/home/jo/bin/x", true, true),
        ("/usr/bin/\"*\"", "/usr/bin/git", false, false),
        ("/usr/bin/\"*\"", "/usr/bin/\"*\"", true, true),
        ("/usr/lib/Odd.Name", "/usr/lib/Odd.Name", true, true),
        ("/usr/bin/[", "/usr/bin/[", true, true),
        ("/srv/jörg", "/srv/j\\xc3\\xb6rg", true, true),
        ("/srv/jörg", "/srv/jo\u{308}rg", false, false),
        ("/srv/\"a b\"", "/srv/\"a b\"", true, true),
    ]

    @Test("a pattern covers, touches, or neither", arguments: table)
    func compare(_ pattern: String, _ name: String, _ covers: Bool, _ touches: Bool) throws {
        let read = try ObjectPattern(parsing: pattern)
        let components = try #require(ObjectName(parsing: name)).components
        #expect(read.covers(components, mustBeNamed: false) == covers)
        #expect(read.touches(components) == touches)
    }

    @Test("a pattern's spelling reads back to it", arguments: table.map(\.0))
    func spelling(_ pattern: String) throws {
        let read = try ObjectPattern(parsing: pattern)
        #expect(try ObjectPattern(parsing: read.description) == read)
    }

    @Test(
        "what is no path is no pattern that begins with a slash",
        arguments: [
            "//usr", "/usr/", "/usr//bin", "/usr/./bin", "/usr/../bin", "/usr/bi*", "/usr/**",
            "/usr/a b", "/usr/\"a", "/usr/a\\", "/usr/a\\y", "/usr/a\\x4", "/usr/a\\x00",
            "/usr/\\x2e\\x2e", "/usr/a\\x2fb", "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16",
        ])
    func noPath(_ pattern: String) {
        #expect(throws: PatternProblem.self) { try ObjectPattern(parsing: pattern) }
    }

    /// Paths' bytes and their one spelling.
    static let paths: [([UInt8], String)] = [
        (Array("/".utf8), "/"), (Array("/usr/bin/git".utf8), "/usr/bin/git"),
        (Array("//usr//bin/".utf8), "/usr/bin"), (Array("/a b".utf8), "/\"a b\""),
        (Array("/\"".utf8), "/\"\"\"\""), (Array("/a\\b".utf8), "/a\\\\b"),
        (Array("/a\\xff".utf8), "/a\\\\xff"), ([47, 0xFF], "/\\xff"),
        ([47, 0xEF, 0xBF, 0xBD], "/\\xef\\xbf\\xbd"), ([47, 0x1B, 0x0A], "/\\x1b\\x0a"),
        (Array("/é".utf8), "/\\xc3\\xa9"), (Array("/e\u{301}".utf8), "/e\\xcc\\x81"),
    ]

    @Test("a path's name is the path: its spelling reads back to the same bytes", arguments: paths)
    func pathNames(_ bytes: [UInt8], _ spelling: String) throws {
        let name = try #require(ObjectName(path: bytes))
        #expect(name.description == spelling)
        #expect(ObjectName(parsing: spelling) == name)
        let path = try #require(name.path)
        #expect(ObjectName(path: path) == name)
        #expect(try ObjectPattern(parsing: spelling).covers(name.components, mustBeNamed: false))
        if name.components.count > 1 {
            #expect(try ObjectPattern(parsing: spelling).literalPath == path)
        }
    }

    @Test("every two different paths have different names, whatever their bytes")
    func distinctPaths() {
        var random = SeededRandom(seed: 31)
        var seen: [ObjectName: [UInt8]] = [:]
        for _ in 0..<20_000 {
            let letters: [UInt8] = [
                0x5C, 0x78, 0x66, 0x61, 0xFF, 0xC3, 0xA9, 0x22, 0x65, 0xCC, 0x81,
            ]
            let path =
                [47] + (0...Int.random(in: 0...3, using: &random)).map { _ in random.pick(letters) }
            guard let name = ObjectName(path: path) else { continue }
            #expect(name.path == path)
            #expect(ObjectName(parsing: name.description) == name)
            #expect(seen[name] == nil || seen[name] == path)
            seen[name] = path
        }
    }

    @Test(
        "a path that is not absolute, or goes up, has no name",
        arguments: ["", "usr", "./x", "/usr/..", "/./x", "/a\0b"])
    func nameless(_ path: String) {
        #expect(ObjectName(path: Array(path.utf8)) == nil)
    }

    @Test(
        "what must be named is covered by spelled components alone",
        arguments: [
            ("*", false), ("pg_catalog.*", false), ("pg_catalog", false), ("*.pg_authid", false),
            ("*.*", false), ("pg_catalog.pg_authid", true), ("pg_catalog.pg_authid.*", true),
        ])
    func mustBeNamed(_ pattern: String, _ covers: Bool) throws {
        let read = try ObjectPattern(parsing: pattern)
        #expect(read.covers(["pg_catalog", "pg_authid"], mustBeNamed: true) == covers)
        #expect(read.covers(["pg_catalog", "pg_authid", "rolname"], mustBeNamed: true) == covers)
        #expect(read.touches(["pg_catalog", "pg_authid"]))
    }
}
