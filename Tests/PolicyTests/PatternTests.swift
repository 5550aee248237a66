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
