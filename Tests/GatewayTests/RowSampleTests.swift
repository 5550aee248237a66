import TestKit
import Testing

@testable import Gateway

@Suite("The first rows")
struct RowSampleTests {
    private func frame(_ type: Character, _ body: [UInt8]) -> [UInt8] {
        let size = UInt32(body.count + 4)
        return [type.asciiValue ?? 0]
            + (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) }
            + body
    }

    private func row(_ cell: [UInt8]) -> [UInt8] {
        let size = UInt32(cell.count)
        return frame(
            "D", [0, 1] + (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) } + cell)
    }

    private var done: [UInt8] { frame("C", Array("SELECT 1\0".utf8)) }
    private var ready: [UInt8] { frame("Z", [UInt8(ascii: "I")]) }

    @Test("are those of each Execute, and of all of a Query together")
    func taken() {
        for pieces in splits(of: row([1]) + done + row([2]) + row([3]) + done + ready) {
            var executes = RowSample(rowsMax: 1)
            var query = RowSample(rowsMax: 2)
            for piece in pieces {
                piece.withUnsafeBytes {
                    executes.read($0)
                    query.read($0)
                }
            }
            #expect(executes.takeOne() == [[[1]]])
            #expect(executes.takeOne() == [[[2]]])
            #expect(query.takeGroup() == [[[1]], [[2]]])
            query.groupEnded()
            #expect(query.takeOne() == [])
        }
    }

    @Test("of a Query with thousands of statements take no more memory than of one")
    func bounded() {
        var sample = RowSample(rowsMax: 10)
        let cell = [UInt8](repeating: 7, count: 100_000)
        for _ in 0..<2_000 { (row(cell) + done).withUnsafeBytes { sample.read($0) } }
        ready.withUnsafeBytes { sample.read($0) }
        let rows = sample.takeGroup()
        #expect(!rows.isEmpty)
        #expect(rows.joined().reduce(0) { $0 + ($1?.count ?? 0) } <= GatewayLimits.sampledBytesMax)
        sample.groupEnded()
        (row([1]) + done).withUnsafeBytes { sample.read($0) }
        #expect(sample.takeOne() == [[[1]]])
    }
}
