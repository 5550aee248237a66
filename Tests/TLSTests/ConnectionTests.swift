import NIOCore
import TLS
import TestKit
import Testing

@Suite("A connection over buffers")
struct ConnectionTests {
    private func established() throws -> Pair {
        let pair = try Pair(client: Contexts.client(), server: Contexts.server())
        pair.settle()
        try #require(pair.isEstablished)
        return pair
    }

    @Test(arguments: [1, 7, 1_021, 16_389, Int.max])
    func `a mebibyte goes both ways in pieces of any size`(pieceBytes: Int) throws {
        let pair = try established()
        let bytes = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        try bytes.withUnsafeBytes { whole in
            var (offset, size) = (0, 1)
            while offset < whole.count {
                let end = min(offset + size, whole.count)
                let part = UnsafeRawBufferPointer(rebasing: whole[offset..<end])
                try pair.client.encrypt(part)
                try pair.server.encrypt(part)
                (offset, size) = (end, (size * 5 + 3) % 70_001 + 1)
            }
        }
        pair.settle(pieceBytes: pieceBytes)
        #expect(pair.serverText.readableArray == bytes)
        #expect(pair.clientText.readableArray == bytes)
    }

    @Test func `a large write becomes records of 16 KiB`() throws {
        let pair = try established()
        var text = ByteBuffer(repeating: 7, count: 40_000)
        try pair.client.encrypt(&text)
        var ciphertext = try #require(pair.client.takeCiphertext())
        var sizes: [Int] = []
        while let header = ciphertext.readBytes(length: 5) {
            let count = Int(header[3]) << 8 | Int(header[4])
            sizes.append(count)
            ciphertext.moveReaderIndex(forwardBy: count)
        }
        #expect(sizes == [16_384 + 17, 16_384 + 17, 40_000 - 32_768 + 17])
    }

    @Test func `many records are read in one call`() throws {
        let pair = try established()
        for number in 0..<100 {
            var text = ByteBuffer(string: "\(number) ")
            try pair.client.encrypt(&text)
        }
        var ciphertext = try #require(pair.client.takeCiphertext())
        pair.server.receive(&ciphertext)
        var plaintext = ByteBuffer(string: "kept ")
        #expect(try pair.server.decrypt(into: &plaintext) == .data)
        #expect(String(buffer: plaintext) == "kept " + (0..<100).map { "\($0) " }.joined())
        #expect(try pair.server.decrypt(into: &plaintext) == .needMore)
    }

    @Test func `an empty write sends nothing`() throws {
        let pair = try established()
        var text = ByteBuffer()
        try pair.client.encrypt(&text)
        #expect(pair.client.takeCiphertext() == nil)
    }

    @Test func `close_notify closes one direction and leaves the other open`() throws {
        let pair = try established()
        var text = ByteBuffer(string: "last")
        try pair.client.encrypt(&text)
        pair.client.shutdown()
        pair.settle()
        #expect(String(buffer: pair.serverText) == "last")
        #expect(pair.server.isClosedByPeer)
        #expect(!pair.client.isClosedByPeer)
        var answer = ByteBuffer(string: "answer")
        try pair.server.encrypt(&answer)
        pair.server.shutdown()
        pair.settle()
        #expect(String(buffer: pair.clientText) == "answer")
        #expect(pair.client.isClosedByPeer)
        #expect(pair.clientError == nil && pair.serverError == nil)
    }

    @Test func `nothing is written after close_notify, and it is sent once`() throws {
        let pair = try established()
        pair.client.shutdown()
        let first = pair.client.takeCiphertext()
        pair.client.shutdown()
        #expect(first != nil)
        #expect(pair.client.takeCiphertext() == nil)
        var text = ByteBuffer(string: "late")
        #expect(throws: TLSError.self) { try pair.client.encrypt(&text) }
    }

    @Test func `bytes behind close_notify are never read`() throws {
        let pair = try established()
        pair.client.shutdown()
        var bytes = try #require(pair.client.takeCiphertext())
        bytes.writeString("plaintext smuggled in")
        pair.server.receive(&bytes)
        var plaintext = ByteBuffer()
        #expect(try pair.server.decrypt(into: &plaintext) == .closed)
        #expect(try pair.server.decrypt(into: &plaintext) == .closed)
        #expect(plaintext.readableBytes == 0)
    }

    @Test func `reading or writing before the handshake is refused`() throws {
        let connection = try TLSConnection(try Contexts.server())
        var buffer = ByteBuffer(string: "early")
        #expect(throws: TLSError.self) { try connection.encrypt(&buffer) }
        #expect(throws: TLSError.self) { try connection.decrypt(into: &buffer) }
        connection.shutdown()
        #expect(connection.takeCiphertext() == nil)
    }

    @Test func `ciphertext that was taken is not overwritten by the next record`() throws {
        let pair = try established()
        var (one, two) = (ByteBuffer(string: "one"), ByteBuffer(string: "two"))
        try pair.client.encrypt(&one)
        var first = try #require(pair.client.takeCiphertext())
        try pair.client.encrypt(&two)
        var second = try #require(pair.client.takeCiphertext())
        pair.client.releaseBuffers()
        pair.server.receive(&first)
        pair.server.receive(&second)
        var plaintext = ByteBuffer()
        #expect(try pair.server.decrypt(into: &plaintext) == .data)
        #expect(String(buffer: plaintext) == "onetwo")
    }

    @Test func `a record changed on the way is an error, and stays one`() throws {
        let pair = try established()
        var text = ByteBuffer(string: "money")
        try pair.client.encrypt(&text)
        var ciphertext = try #require(pair.client.takeCiphertext())
        let last = ciphertext.writerIndex - 1
        let byte = try #require(ciphertext.getInteger(at: last, as: UInt8.self))
        ciphertext.setInteger(byte ^ 1, at: last)
        pair.server.receive(&ciphertext)
        var plaintext = ByteBuffer()
        #expect(throws: TLSError.self) { try pair.server.decrypt(into: &plaintext) }
        #expect(throws: TLSError.self) { try pair.server.decrypt(into: &plaintext) }
        #expect(plaintext.readableBytes == 0)
        #expect(pair.server.takeCiphertext() != nil)
    }
}
