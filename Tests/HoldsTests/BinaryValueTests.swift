import TestKit
import Testing

@testable import Holds

@Suite("Values in binary")
struct BinaryValueTests {
    private static let types: [UInt32] = [
        16, 17, 18, 19, 20, 21, 23, 25, 26, 114, 142, 199, 700, 701, 1000, 1001, 1003, 1005, 1007,
        1009, 1014, 1015, 1016, 1021, 1022, 1028, 1042, 1043, 1082, 1083, 1114, 1115, 1182, 1183,
        1184, 1185, 1186, 1187, 1231, 1700, 2950, 2951, 3802, 3807,
    ]

    private static func int8(_ value: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * Int64($0))) }
    }

    @Test(
        "a time is what the server prints, to the ends of its range",
        arguments: [
            (0, "2000-01-01 00:00:00"), (-1, "1999-12-31 23:59:59.999999"),
            (-86_400_000_000, "1999-12-31 00:00:00"),
            (-211_813_488_000_000_000, "4714-11-24 00:00:00 BC"), (.max, "infinity"),
            (.min, "-infinity"),
            (.min + 1, "290279-12-22 19:59:05.224193 BC"),
            (.max - 1, "294277-01-09 04:00:54.775806"),
        ] as [(Int64, String)])
    func timestamp(value: Int64, text: String) {
        #expect(BinaryValue(Self.int8(value), 1114).text == text)
    }

    @Test("threat 18: one element of an array never looks like two")
    func array() {
        func array(_ items: [String]) -> [UInt8] {
            var bytes: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 25, 0, 0, 0, UInt8(items.count)]
            bytes += [0, 0, 0, 1]
            for item in items { bytes += [0, 0, 0, UInt8(item.utf8.count)] + Array(item.utf8) }
            return bytes
        }
        let texts = [["a\",\"b"], ["a", "b"], ["a\\", "b"], ["a\\\",\"b"]].map {
            BinaryValue(array($0), 1009).text
        }
        #expect(texts[0] == #"{"a\",\"b"}"# && texts[1] == #"{"a","b"}"#)
        #expect(Set(texts).count == texts.count)
    }

    @Test("threat 34: a number whose few bytes stand for many digits is shown in hexadecimal")
    func longNumber() {
        func number(weight: UInt8, scale: UInt8) -> [UInt8] {
            [0, 1, 0, weight, 0, 0, 0, scale, 0, 9]
        }
        #expect(BinaryValue(number(weight: 63, scale: 0), 1700).text?.count == 253)
        #expect(BinaryValue(number(weight: 63, scale: 1), 1700).text == nil)
        #expect(BinaryValue(number(weight: 62, scale: 4), 1700).text?.count == 254)
        #expect(BinaryValue([0, 1, 0x7F, 0xFF, 0, 0, 0, 0, 0, 1], 1700).text == nil)
        #expect(BinaryValue([0, 1, 0x80, 0, 0, 0, 0x3F, 0xFF, 0, 1], 1700).text == nil)
    }

    @Test("no bytes of any type stop the program, whole or cut anywhere", arguments: types)
    func hostile(type: UInt32) {
        var random = SeededRandom(seed: UInt64(type))
        let extremes: [[UInt8]] = [
            [], Self.int8(.min), Self.int8(.min + 1), Self.int8(.max), Self.int8(-1),
            Array(repeating: 0xFF, count: 64), Array(repeating: 0x7F, count: 64),
            Array(repeating: 0x80, count: 64), [0, 1, 0x7F, 0xFF, 0, 0, 0, 1, 0, 5],
            [0, 1, 0x80, 0, 0, 0, 0x3F, 0xFF, 0, 5],
            [0, 0, 0, 1, 0, 0, 0, 0] + Self.int8(Int64(type)) + Self.int8(.max),
        ]
        let others = (0..<300).map { _ in
            (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
        }
        var shown = 0
        for bytes in extremes + others {
            for count in 0...bytes.count {
                shown += BinaryValue(Array(bytes.prefix(count)), type).text?.count ?? 0
            }
        }
        #expect(shown >= 0 && BinaryValue([1], 4_000_000_000).text == nil)
    }
}
