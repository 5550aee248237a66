import Testing
import Vocabulary

@Suite("Names")
struct NameTests {
    @Test(
        "a principal's name is canonicalised once",
        arguments: [
            ("Alice", "alice"), ("deploy-bot", "deploy-bot"), ("a.b_c", "a.b_c"), ("7up", "7up"),
        ])
    func canonical(_ raw: String, _ expected: String) {
        #expect(PrincipalName(raw)?.text == expected)
    }

    @Test(
        "what is not a plain ASCII name is no name",
        arguments: [
            "", "-x", ".x", "a b", "a#b", "аlice", "alice\u{200B}", "a/b",
            String(repeating: "a", count: 64),
        ])
    func refused(_ raw: String) {
        #expect(PrincipalName(raw) == nil)
    }

    @Test(
        "an object's name reads back to the components it was written from",
        arguments: [
            [], ["public", "customers"], ["odd.name", "x"], ["Quoted\"Name"], ["*"],
            ["pg_catalog", "a b"],
        ])
    func objectNameRoundTrip(_ components: [String]) {
        let name = ObjectName(components)
        #expect(ObjectName(parsing: name.description) == name)
    }

    @Test(
        "a malformed object name is refused",
        arguments: ["", ".", "a.", ".a", "a..b", "\"a", "\"a\"b", "a\"b"])
    func malformedObjectName(_ text: String) {
        #expect(ObjectName(parsing: text) == nil)
    }
}
