import TestKit
import Testing
import Wire

@Suite("Wire")
struct WireTests {
    @Test("a reader never reads past the end and then moves nothing", arguments: 0...4)
    func bounds(_ count: Int) {
        let bytes = [UInt8](repeating: 1, count: count)
        bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            #expect((reader.uint32() == nil) == (count < 4))
            #expect(reader.offset == (count < 4 ? 0 : 4))
            var other = ByteReader(bytes)
            #expect((other.uint16() == nil) == (count < 2))
            #expect(other.range(-1) == nil)
            #expect(other.range(Int.max) == nil)
            #expect(other.terminatedRange() == nil)
        }
    }

    @Test("integers are written and read in network order")
    func integers() {
        var writer = ByteWriter()
        writer.uint8(1)
        writer.uint16(0x0203)
        writer.uint32(0x0405_0607)
        writer.int32(-1)
        #expect(writer.bytes == [1, 2, 3, 4, 5, 6, 7, 255, 255, 255, 255])
        writer.bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            #expect(reader.uint8() == 1)
            #expect(reader.uint16() == 0x0203)
            #expect(reader.uint32() == 0x0405_0607)
            #expect(reader.int32() == -1)
            #expect(reader.isAtEnd)
        }
    }

    @Test("a NUL inside a text cannot end a field early")
    func terminated() {
        var writer = ByteWriter()
        writer.terminated("a\0b")
        #expect(writer.bytes == [UInt8(ascii: "a"), 0])
    }

    @Test(
        "threat 7: a length is refused before anything is allocated for it",
        arguments: [
            (0, false), (3, false), (4, true), (100, true), (101, false), (Int32.max, false),
            (-1, false), (Int32.min, false),
        ] as [(Int32, Bool)])
    func lengths(_ length: Int32, _ isGood: Bool) {
        var writer = ByteWriter()
        writer.uint8(65)
        writer.int32(length)
        writer.bytes.withUnsafeBytes { bytes in
            let reading = FrameHeader.read(bytes, at: 0, bytesMax: 100)
            let bad = FrameHeader.Reading.badLength(type: 65, length: Int(length))
            #expect((reading == bad) == !isGood)
            if case .header(let header) = reading { #expect(header.frameBytes == Int(length) + 1) }
        }
    }

    @Test("fewer than five bytes are no header", arguments: 0...4)
    func shortHeader(_ count: Int) {
        [UInt8](repeating: 0xff, count: count).withUnsafeBytes { bytes in
            #expect(FrameHeader.read(bytes, at: 0, bytesMax: 100) == .needMore)
        }
    }
}
