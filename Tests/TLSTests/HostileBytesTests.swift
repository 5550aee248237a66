import NIOCore
import TLS
import TestKit
import Testing

@Suite("Hostile bytes")
struct HostileBytesTests {
    private func clientHello() throws -> [UInt8] {
        let client = try TLSConnection(
            Contexts.client(protocols: ["postgresql"]), serverName: "localhost")
        #expect(try client.handshake() == .needMore)
        return try #require(client.takeCiphertext()).readableArray
    }

    @Test func `a ClientHello may be cut anywhere`() throws {
        let hello = try clientHello()
        let context = try Contexts.server(protocols: ["postgresql"], seconds: 60)
        for pieces in splits(of: hello) {
            let server = try TLSConnection(context)
            for piece in pieces {
                #expect(server.takeCiphertext() == nil)
                var bytes = ByteBuffer(bytes: piece)
                server.receive(&bytes)
                #expect(try server.handshake() == .needMore)
            }
            #expect(server.takeCiphertext() != nil)
        }
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
        "\u{16}\u{3}\u{1}garbage that is no record", String(repeating: "\0", count: 64),
    ])
    func `what is no ClientHello is the peer's mistake`(text: String) throws {
        let server = try TLSConnection(try Contexts.server())
        var bytes = ByteBuffer(string: text)
        server.receive(&bytes)
        let error = #expect(throws: TLSError.self) {
            while try server.handshake() == .needMore {
                var more = ByteBuffer(repeating: 0x41, count: 16_384)
                server.receive(&more)
            }
        }
        #expect(error?.blame == .theirs)
        #expect(error?.kind == .handshake)
    }

    @Test func `a plain HTTP request is told that TLS is spoken here`() throws {
        let server = try TLSConnection(try Contexts.server())
        var bytes = ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n")
        server.receive(&bytes)
        let error = #expect(throws: TLSError.self) { try server.handshake() }
        #expect(error?.reason.contains("does not speak TLS") == true)
    }

    @Test func `flipped bits in handshake records end in an error or a working session`() throws {
        let client = try Contexts.client(protocols: ["postgresql"], identity: "alice")
        let server = try Contexts.server(clientCA: "ca", protocols: ["postgresql"], seconds: 60)
        var generator = SeededRandom(seed: 20_261_121)
        var refused = 0
        for _ in 0..<600 {
            let pair = try FlippingPair(client: client, server: server)
            let ended = pair.run(
                flipAt: Int(generator.next() % 4_000), bit: UInt8(generator.next() % 8))
            if !ended { refused += 1 }
        }
        #expect(refused > 400)
    }

    @Test func `threat 34: random records never trap`() throws {
        let context = try Contexts.server()
        var generator = SeededRandom(seed: 7)
        for _ in 0..<500 {
            let server = try TLSConnection(context)
            let count = UInt8(truncatingIfNeeded: generator.next() % 200)
            var bytes = ByteBuffer(bytes: [22, 3, 1, 0, count, 1, 0, 0])
            for _ in 0..<count { bytes.writeInteger(UInt8(truncatingIfNeeded: generator.next())) }
            server.receive(&bytes)
            let progress = try? server.handshake()
            #expect(progress != .established)
        }
    }
}

/// A handshake in which one bit, counted over both directions, arrives wrong.
struct FlippingPair {
    let client: TLSConnection
    let server: TLSConnection

    init(client: TLSContext, server: TLSContext) throws {
        self.client = try TLSConnection(client, serverName: "localhost")
        self.server = try TLSConnection(server)
    }

    /// True when both sides ended the handshake.
    func run(flipAt: Int, bit: UInt8) -> Bool {
        var left = flipAt
        do {
            _ = try client.handshake()
            while try pass(from: client, to: server, &left, bit)
                || pass(from: server, to: client, &left, bit)
            {}
        } catch { return false }
        return client.established != nil && server.established != nil
    }

    private func pass(
        from: TLSConnection, to: TLSConnection, _ left: inout Int, _ bit: UInt8
    ) throws(TLSError) -> Bool {
        guard var bytes = from.takeCiphertext() else { return false }
        if left >= 0, left < bytes.readableBytes {
            let index = bytes.readerIndex + left
            let byte: UInt8 = bytes.getInteger(at: index) ?? 0
            bytes.setInteger(byte ^ (1 << bit), at: index)
        }
        left -= bytes.readableBytes
        to.receive(&bytes)
        guard try to.handshake() == .established else { return true }
        var plaintext = ByteBuffer()
        _ = try to.decrypt(into: &plaintext)
        return true
    }
}
