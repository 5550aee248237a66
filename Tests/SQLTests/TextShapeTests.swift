import SQL
import TestKit
import Testing

@Suite("The shape of a text")
struct TextShapeTests {
    private func shape(_ text: String) -> [UInt8]? {
        Array(text.utf8).withUnsafeBytes { TextShape.of($0) }
    }

    @Test(
        "is the same for texts that differ in whole numbers only",
        arguments: [
            ("SELECT a FROM t WHERE id = 1", "SELECT a FROM t WHERE id = 987654321"),
            ("SELECT 1+2", "SELECT 3+4"), ("SELECT f(1,2)", "SELECT f(30,4)"),
            ("SELECT -1;", "SELECT -0;"), ("SELECT 1-1", "SELECT 2-2"),
        ])
    func same(one: String, other: String) {
        #expect(shape(one) != nil && shape(one) == shape(other))
    }

    @Test(
        "differs where anything else does, and where a number may be of another type",
        arguments: [
            ("SELECT a1 FROM t", "SELECT a2 FROM t"), ("SELECT 1", "SELECT 1.0"),
            ("SELECT 1", "SELECT 1e1"), ("SELECT 1", "SELECT 1234567890"),
            ("SELECT 1", "SELECT 1 2"),
            ("SELECT 1.5", "SELECT 1.6"), ("SELECT 1 a", "SELECT 1a"), ("SELECT .5", "SELECT .6"),
            ("SELECT a FROM t1", "SELECT a FROM t2"), ("SELECT 1", "SELECT  1"),
            ("SELECT a", "SELECT A"),
            ("SELECT 0x1", "SELECT 0x2"), ("SELECT 1_0", "SELECT 1_1"),
        ])
    func different(one: String, other: String) {
        #expect(shape(one) != shape(other))
    }

    @Test(
        "is none where a number may be part of something else",
        arguments: [
            "SELECT '1'", "SELECT \"a1\" ", "SELECT $1", "SELECT 1 -- 2", "SELECT 1 /* 2 */",
            "SELECT $$1$$",
            "SELECT E'\\1'", "SELECT 1 # 2", "SELECT é1", "SELECT a[1]", "SELECT 1\u{0}",
            "SELECT a::int4",
        ])
    func none(text: String) {
        #expect(shape(text) == nil)
    }
}
