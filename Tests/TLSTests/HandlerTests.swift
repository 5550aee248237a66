import NIOCore
import NIOEmbedded
import TLS
import Testing

@Suite("TLS in a channel")
struct HandlerTests {
    private func joined(halfClosure: Bool = false) throws -> ChannelPair {
        let pair = try ChannelPair(
            client: Contexts.client(protocols: ["http/1.1"]),
            server: Contexts.server(protocols: ["postgresql", "http/1.1"]), halfClosure: halfClosure
        )
        pair.settle()
        return pair
    }

    @Test func `the handshake is told before the first byte, on both sides`() throws {
        let pair = try ChannelPair(client: Contexts.client(), server: Contexts.server())
        let early = pair.client.writeAndFlush(ByteBuffer(string: "early"))
        pair.settle()
        #expect(pair.serverNotes.order == ["established", "read"])
        #expect(String(buffer: pair.serverNotes.text) == "early")
        #expect(pair.clientNotes.established.count == 1)
        try early.wait()
    }

    @Test(arguments: [1, Limits.gatheredBytesMax, 100_000, Limits.waitingWriteBytesMax])
    func `what was written before the handshake's end arrives, however much`(count: Int) throws {
        let pair = try ChannelPair(client: Contexts.client(), server: Contexts.server())
        let early = pair.client.writeAndFlush(ByteBuffer(repeating: 1, count: count))
        pair.settle()
        try #require(pair.serverNotes.text.readableBytes == count)
        try early.wait()
    }

    @Test func `a connection that has idled says so once and goes on`() throws {
        let pair = try joined()
        for round in 1...3 {
            let text = "round \(round)."
            try pair.client.writeAndFlush(ByteBuffer(string: text)).wait()
            try pair.server.writeAndFlush(ByteBuffer(string: text)).wait()
            pair.settle()
            // Long enough to look twice: once after the traffic, once after none.
            for channel in [pair.client, pair.server] {
                channel.embeddedEventLoop.advanceTime(by: .seconds(3 * Limits.idleSeconds))
            }
            #expect(pair.clientNotes.idled == round && pair.serverNotes.idled == round)
        }
        #expect(String(buffer: pair.serverNotes.text) == "round 1.round 2.round 3.")
        #expect(String(buffer: pair.clientNotes.text) == "round 1.round 2.round 3.")
        #expect(pair.clientNotes.errors.isEmpty && pair.serverNotes.errors.isEmpty)
    }

    @Test func `plaintext that is sent directly arrives, and before the handshake goes nowhere`()
        throws
    {
        let early = TLSHandler(
            connection: try TLSConnection(Contexts.server()), handshakeWithin: .seconds(1))
        var bytes = ByteBuffer(string: "early")
        early.send(&bytes)
        #expect(bytes.readableBytes == 5)
        let pair = try joined()
        let handler = try pair.server.pipeline.syncOperations.handler(type: TLSHandler.self)
        bytes = ByteBuffer(string: "direct")
        handler.send(&bytes)
        #expect(bytes.readableBytes == 0)
        pair.settle()
        #expect(String(buffer: pair.clientNotes.text) == "direct")
    }

    @Test func `bytes that a handler in front has read are fired in`() throws {
        let client = try TLSConnection(Contexts.client(), serverName: "localhost")
        _ = try client.handshake()
        let channel = EmbeddedChannel()
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let handler = TLSHandler(
            connection: try TLSConnection(Contexts.server()), handshakeWithin: .seconds(1))
        try channel.pipeline.syncOperations.addHandler(handler)
        channel.pipeline.fireChannelRead(try #require(client.takeCiphertext()))
        channel.pipeline.fireChannelReadComplete()
        var flight = try #require(try channel.readOutbound(as: ByteBuffer.self))
        client.receive(&flight)
        #expect(try client.handshake() == .established)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    @Test func `more than a mebibyte before the handshake's end closes the channel`() throws {
        let channel = EmbeddedChannel()
        let notes = Notes()
        let handler = TLSHandler(
            connection: try TLSConnection(Contexts.server()), handshakeWithin: .seconds(1))
        try channel.pipeline.syncOperations.addHandlers([handler, notes])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let most = Limits.waitingWriteBytesMax
        let first = channel.write(ByteBuffer(repeating: 1, count: most))
        let second = channel.write(ByteBuffer(repeating: 1, count: 1))
        #expect(throws: TLSError.self) { try second.wait() }
        #expect(throws: TLSError.self) { try first.wait() }
        #expect(notes.errors.map(\.blame) == [.ours])
        #expect(!channel.isActive)
    }

    @Test func `threat 34: a peer that says nothing is cut off at the deadline`() throws {
        let channel = EmbeddedChannel()
        let notes = Notes()
        let handler = TLSHandler(
            connection: try TLSConnection(Contexts.server()), handshakeWithin: .seconds(5))
        try channel.pipeline.syncOperations.addHandlers([handler, notes])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(4_999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
        #expect(notes.errors.map(\.kind) == [.deadline])
        #expect(notes.errors.map(\.blame) == [.theirs])
    }

    @Test func `threat 34: a peer that dribbles does not move the deadline`() throws {
        let client = try TLSConnection(Contexts.client(), serverName: "localhost")
        _ = try client.handshake()
        let hello = try #require(client.takeCiphertext())
        let channel = EmbeddedChannel()
        let notes = Notes()
        let handler = TLSHandler(
            connection: try TLSConnection(Contexts.server()), handshakeWithin: .seconds(5))
        try channel.pipeline.syncOperations.addHandlers([handler, notes])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        for byte in hello.readableBytesView.prefix(5) {
            #expect(channel.isActive)
            try channel.writeInbound(ByteBuffer(bytes: [byte]))
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        }
        #expect(notes.errors.map(\.kind) == [.deadline])
    }

    @Test func `the deadline is over once the handshake has ended`() throws {
        let pair = try joined()
        pair.server.embeddedEventLoop.advanceTime(by: .hours(1))
        pair.client.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(pair.server.isActive && pair.client.isActive)
        #expect(pair.serverNotes.established.first?.applicationProtocol == "http/1.1")
    }

    @Test func `close sends what was written and close_notify, and the peer closes cleanly`() throws
    {
        let pair = try joined()
        let written = pair.client.write(ByteBuffer(string: "goodbye"))
        let closed = pair.client.close()
        pair.settle()
        try written.wait()
        try closed.wait()
        #expect(String(buffer: pair.serverNotes.text) == "goodbye")
        #expect(pair.serverNotes.errors == [])
        #expect(pair.serverNotes.inactive == 1)
        #expect(!pair.client.isActive && !pair.server.isActive)
    }

    @Test func `with half-closure the peer's close_notify is an event and the channel stays`()
        throws
    {
        let pair = try joined(halfClosure: true)
        pair.client.close(mode: .output, promise: nil)
        pair.settle()
        #expect(pair.serverNotes.inputClosed == 1)
        #expect(pair.server.isActive)
        pair.server.writeAndFlush(ByteBuffer(string: "answer"), promise: nil)
        pair.server.close(promise: nil)
        pair.settle()
        #expect(String(buffer: pair.clientNotes.text) == "answer")
        #expect(pair.clientNotes.errors == [])
        #expect(!pair.server.isActive)
    }

    @Test func `an end without close_notify is truncation`() throws {
        let pair = try joined()
        pair.server.pipeline.fireChannelInactive()
        #expect(pair.serverNotes.errors.map(\.kind) == [.truncated])
        #expect(pair.serverNotes.errors.map(\.blame) == [.theirs])
    }

    @Test func `with half-closure an end of input without close_notify is truncation too`() throws {
        let pair = try joined(halfClosure: true)
        pair.server.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(pair.serverNotes.errors.map(\.kind) == [.truncated])
        #expect(pair.serverNotes.inputClosed == 0)
        #expect(!pair.server.isActive)
    }

    @Test func `an end of input after close_notify is told once`() throws {
        let pair = try joined(halfClosure: true)
        pair.client.close(mode: .output, promise: nil)
        pair.settle()
        pair.server.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(pair.serverNotes.inputClosed == 1)
        #expect(pair.serverNotes.errors == [])
    }

    @Test func `an end during the handshake is the peer's`() throws {
        let pair = try ChannelPair(client: Contexts.client(), server: Contexts.server())
        pair.server.pipeline.fireChannelInactive()
        #expect(pair.serverNotes.errors.map(\.kind) == [.handshake])
        #expect(pair.serverNotes.established == [])
    }

    @Test func `a refused certificate is an error on both sides, with the reason`() throws {
        let pair = try ChannelPair(
            client: Contexts.client(), server: Contexts.server("imposter"))
        let write = pair.client.writeAndFlush(ByteBuffer(string: "secret"))
        pair.settle()
        #expect(pair.clientNotes.errors.map(\.kind) == [.certificate])
        #expect(pair.serverNotes.errors.map(\.kind) == [.alert])
        #expect(pair.serverNotes.text.readableBytes == 0)
        #expect(throws: TLSError.self) { try write.wait() }
        #expect(!pair.client.isActive && !pair.server.isActive)
    }

    @Test func `a write after close fails`() throws {
        let pair = try joined()
        pair.client.close(promise: nil)
        pair.settle()
        let write = pair.client.writeAndFlush(ByteBuffer(string: "late"))
        #expect(throws: ChannelError.ioOnClosedChannel) { try write.wait() }
    }

    @Test func `writes are handed down without a flush once enough has gathered`() throws {
        let pair = try joined()
        let small = pair.client.write(ByteBuffer(repeating: 1, count: 10))
        #expect(try pair.client.readOutbound(as: ByteBuffer.self) == nil)
        _ = pair.client.write(ByteBuffer(repeating: 2, count: Limits.gatheredBytesMax))
        pair.client.flush()
        pair.settle()
        try small.wait()
        #expect(pair.serverNotes.text.readableBytes == Limits.gatheredBytesMax + 10)
    }
}
