import HTTP
import TestKit
import Testing

@Suite("Bodies")
struct BodyTests {
    private func chunked(_ body: String) -> [Exchange] {
        Exchange.allWays(Array(request("/x", "Transfer-Encoding: chunked", body: body).utf8))
    }

    @Test(
        "chunks are taken apart, however they are cut",
        arguments: [
            ("0\r\n\r\n", ""), ("3\r\nabc\r\n0\r\n\r\n", "abc"),
            ("1\r\n0\r\n1\r\n\r\r\n0\r\n\r\n", "0\r"),
            ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
            ("a\r\n0123456789\r\n00\r\n\r\n", "0123456789"),
            ("000000000000002\r\n\r\n\r\n000000000000000\r\n\r\n", "\r\n"),
        ])
    func chunks(_ body: String, _ expected: String) {
        for exchange in chunked(body) {
            #expect(exchange.refusal == nil)
            #expect(exchange.bodies.map { Array($0.utf8) } == [Array(expected.utf8)])
            #expect(exchange.pending == 0)
        }
    }

    @Test(
        "threat 28: a chunked body that could end elsewhere is refused",
        arguments: [
            "\r\n", "g\r\n", " 3\r\nabc\r\n", "3 \r\nabc\r\n", "3;a=b\r\nabc\r\n", "3;\r\nabc\r\n",
            "3\nabc\r\n", "3\r\nabc\n0\r\n\r\n", "3\r\nabcd\r\n", "3\r\nabc0\r\n\r\n", "-3\r\nabc",
            "+3\r\nabc\r\n", "0x3\r\nabc\r\n", "3\r\r\nabc", "3\rabc", "0\r\nX: a\r\n\r\n",
            "0\r\n\n", "0\r\n0\r\n\r\n", "0\r\n\r\r", "0000000000000003\r\nabc\r\n",
            "ffffffffffffffff\r\n", "1000000000000000\r\n", "3\r\nabc\r\n;\r\n", "\t3\r\n", "３\r\n",
            "3\r\nabc\r\n\r\n", "0;\r\n\r\n", "3\u{0}\r\n",
        ])
    func refused(_ body: String) {
        for exchange in chunked(body) {
            #expect(exchange.refusal?.status == 400)
            #expect(exchange.heads.count == 1)
        }
    }

    @Test("a chunk of the largest size is data from its first byte on")
    func largestChunk() {
        var decoder = BodyDecoder(.chunked)
        let bytes = Array((String(repeating: "f", count: HTTPLimits.chunkDigitsMax) + "\r\na").utf8)
        let step = bytes.withUnsafeBytes { decoder.next(in: $0) }
        #expect(step == .data(bytes.count - 1..<bytes.count))
        #expect(bytes.withUnsafeBytes { decoder.next(in: $0) } == .data(0..<bytes.count))
    }

    @Test(
        "a body that is cut off is seen to be so, and only what the connection ends is whole then")
    func cutOff() {
        let ends: [(BodyFraming, Bool)] = [
            (.length(5), false), (.chunked, false), (.untilClose, true), (.upgraded, true),
        ]
        for (framing, isWhole) in ends {
            var decoder = BodyDecoder(framing)
            let bytes = Array("1\r\na".utf8)
            var used = 0
            while case .data(let range) = bytes[used...].withUnsafeBytes({ decoder.next(in: $0) }) {
                used += range.upperBound
            }
            #expect(bytes[used...].withUnsafeBytes { decoder.next(in: $0) } == .needMore)
            #expect(decoder.endsWithConnection == isWhole)
        }
    }

    @Test("no body is over at once, and stays so", arguments: [BodyFraming.empty, .length(0)])
    func none(_ framing: BodyFraming) {
        var decoder = BodyDecoder(framing)
        for bytes in [[], Array("GET /".utf8)] {
            #expect(bytes.withUnsafeBytes { decoder.next(in: $0) } == .end(0))
        }
    }

    @Test("pieces that are written as chunks are read as they were", arguments: [1, 15, 16, 4096])
    func written(_ count: Int) {
        var bytes = Array(request("/x", "Transfer-Encoding: chunked").utf8)
        // An empty piece must not end the body.
        for count in [count, 0, 3] {
            let chunk = Chunk(byteCount: count)
            bytes += chunk.before + [UInt8](repeating: 0x61, count: count) + chunk.after
        }
        let exchange = Exchange(bytes + Chunk.last)
        #expect(exchange.refusal == nil && exchange.pending == 0)
        #expect(exchange.bodies == [String(repeating: "a", count: count + 3)])
    }
}
