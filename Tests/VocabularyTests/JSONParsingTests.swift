import Testing
import Vocabulary

@Suite("Reading JSON")
struct JSONParsingTests {
    @Test(
        "what is canonical reads back to itself",
        arguments: [
            "null", "true", "false", "0", "-1", "9007199254740991", "-9007199254740991", "\"\"",
            "\"\\b\\t\\n\\f\\r\\\"\\\\\\u0000\\u001f/é😀\"", "[]", "{}", "[[],{}]",
            "{\"\":1,\"a\":[1,2,{\"b\":null}]}",
        ])
    func canonical(_ text: String) throws {
        let value = try JSONValue(parsing: Array(text.utf8))
        #expect(String(decoding: value.canonical, as: UTF8.self) == text)
    }

    @Test("white space and escapes are read as what they stand for")
    func loose() throws {
        let text = " { \"a\\/\\u00e9\\ud83d\\ude00\" : [ 1 ,\t2 ] }\r\n"
        #expect(try JSONValue(parsing: Array(text.utf8)) == ["a/é😀": [1, 2]])
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", " ", "nul", "tru", "1.0", "1e3", "1E3", "01", "-0", "-", "+1", "9007199254740992",
            "-9007199254740992", "-9223372036854775808", "9223372036854775807",
            "99999999999999999999", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"",
            "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\u0041\"", "\"\\udc00\"",
            "\"\n\"",
            "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{", "{\"a\"", "{\"a\":", "{\"a\":1",
            "{\"a\":1,}",
            "{a:1}", "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":2}", "1 1", "{} {}", "null,", "'a'",
            "NaN",
        ])
    func refused(_ text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test("malformed UTF-8 is refused")
    func encoding() {
        for bytes: [UInt8] in [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80]] {
            #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22] + bytes + [0x22]) }
        }
    }

    @Test("depth has a limit")
    func depth() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONValue(parsing: nested(JSONValue.depthMax))
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(JSONValue.depthMax + 1)) }
        #expect(throws: JSONError.self) {
            try JSONValue(parsing: [UInt8](repeating: 0x5B, count: 1 << 20))
        }
    }
}
