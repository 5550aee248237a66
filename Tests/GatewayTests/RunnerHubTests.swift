import Identity
import Ledger
import Logging
import NIOCore
import NIOEmbedded
import NIOPosix
import Shell
import Store
import TLS
import TestKit
import Testing
import Vocabulary
import Wire

@testable import Gateway

@Suite("Which connection is which session's")
struct RunnerHubTests {
    private let scratch: ScratchDirectory
    private let hub: RunnerHub
    private let web: RunnerName
    private let other: RunnerName
    private let loop = NIOAsyncTestingEventLoop()

    init() throws {
        let revocations = Revocations()
        let directory = CurrentDirectory(
            try Directory(DirectoryDeclaration(people: [], agents: [], administrators: [])),
            revocations: revocations)
        scratch = try ScratchDirectory()
        hub = RunnerHub(
            store: RunnerStore(
                database: try SQLiteDatabase(path: scratch.file("store")), directory: directory,
                revocations: revocations, attempts: AttemptLimiter(secret: [1]), enter: { _ in 0 }),
            authority: try CertificateAuthority(
                pem: CertificateAuthority.make(commonName: "test", now: Clock.system.wall())),
            clock: .system, log: Logger(label: "test"))
        web = try #require(RunnerName("web1"))
        other = try #require(RunnerName("web2"))
    }

    /// A number that a runner was asked for, as it stands on its connection.
    private func number(on channel: NIOAsyncTestingChannel) async throws -> [UInt8] {
        let frame = try await channel.waitForOutboundWrite(as: ByteBuffer.self)
        return try frame.withUnsafeReadableBytes { bytes in
            try SessionWanted(
                body: UnsafeRawBufferPointer(rebasing: bytes[FrameHeader.byteCount...])
            ).number
        }
    }

    @Test("a number is good once, and only for the runner that was asked")
    func once() async throws {
        let channel = NIOAsyncTestingChannel()
        try await channel.connect(to: .init(unixDomainSocketPath: "/x")).get()
        _ = hub.attend(web, channel)
        _ = hub.attend(other, NIOAsyncTestingChannel())
        let wanted = hub.connect(to: web, on: loop)
        let number = try await number(on: channel)
        #expect(number.count == ShellLimits.sessionNumberBytes)
        let session = NIOAsyncTestingChannel()
        #expect(hub.claim(number, by: other, session) == nil)
        #expect(hub.claim([UInt8](repeating: 0, count: 16), by: web, session) == nil)
        let claimed = try #require(hub.claim(number, by: web, session))
        #expect(hub.claim(number, by: web, session) == nil)
        claimed.promise.fail(GatewayError.upstream("over"))
        await loop.run()
        await #expect(throws: GatewayError.self) { _ = try await wanted.get() }
    }

    @Test("what was asked of a connection that is not the runner's any more is nobody's")
    func formerAttendance() async throws {
        let channel = NIOAsyncTestingChannel()
        try await channel.connect(to: .init(unixDomainSocketPath: "/x")).get()
        _ = hub.attend(web, channel)
        let wanted = hub.connect(to: web, on: loop)
        let number = try await number(on: channel)
        _ = hub.attend(web, NIOAsyncTestingChannel())
        #expect(hub.claim(number, by: web, NIOAsyncTestingChannel()) == nil)
        await loop.run()
        await #expect(throws: GatewayError.self) { _ = try await wanted.get() }
        #expect(hub.isConnected(web))
        hub.apply(.runner(web))
        #expect(!hub.isConnected(web))
    }

    @Test("what was asked of an attendance that another thread is just ending fails too")
    func endedTwice() async throws {
        let channel = NIOAsyncTestingChannel()
        try await channel.connect(to: .init(unixDomainSocketPath: "/x")).get()
        let attendance = hub.attend(web, channel)
        let wanted = hub.connect(to: web, on: loop)
        _ = try await number(on: channel)
        // As if the other were between its two steps.
        #expect(attendance.end())
        hub.end(attendance, "it was ended")
        await loop.run()
        await #expect(throws: GatewayError.self) { _ = try await wanted.get() }
    }

    @Test("a runner that is not connected is said to be so at once")
    func away() async throws {
        let wanted = hub.connect(to: web, on: loop)
        await loop.run()
        await #expect(throws: GatewayError.self) { _ = try await wanted.get() }
    }

    @Test(
        "bytes of a connection on another loop come to the session in order, and go back; so does its end"
    )
    func relay() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let loops = Array(group.makeIterator())
        let (listening, session) = (loops[0], loops[1])
        let promise = session.makePromise(of: TargetConnection.self)
        let server = try await ServerBootstrap(group: listening)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let relay = RunnerRelay(to: session)
                    try channel.pipeline.syncOperations.addHandler(relay)
                    relay.connect(channel, promise)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let heard = NIOLoopBoundBox.makeBoxSendingValue(Bytes(), eventLoop: listening)
        let runner = try await ClientBootstrap(group: listening)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(heard.value))
                }
            }
            .connect(to: try #require(server.localAddress)).get()
        let connection = try await promise.futureResult.get()
        let done = session.makePromise(of: [UInt8].self)
        try await session.submit {
            let reader = Echo(SessionLink(connection.channel), done)
            connection.handler.value.attach(reader, reader.link)
        }.get()
        let sent = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        for start in stride(from: 0, to: sent.count, by: 10_000) {
            runner.write(
                ByteBuffer(bytes: sent[start..<min(start + 10_000, sent.count)]), promise: nil)
        }
        runner.flush()
        let back = try await listening.flatSubmit { heard.value.whole(sent.count, on: listening) }
            .get()
        #expect(back == sent)
        try await runner.close()
        #expect(try await done.futureResult.get() == sent)
        try await server.close()
        try await group.shutdownGracefully()
    }
}

/// Sends back what it reads.
private final class Echo: UpstreamReader {
    let link: SessionLink
    private let done: EventLoopPromise<[UInt8]>
    private var bytes: [UInt8] = []

    init(_ link: SessionLink, _ done: EventLoopPromise<[UInt8]>) {
        self.link = link
        self.done = done
    }

    func serverRead(_ buffer: inout ByteBuffer) {
        bytes += buffer.readableBytesView
        link.write(&buffer)
    }

    func serverClosed() { done.succeed(bytes) }
    func serverCanTakeMore(_ canTake: Bool) {}
}

private final class Bytes {
    private var bytes: [UInt8] = []
    private var wanted: (Int, EventLoopPromise<[UInt8]>)?

    func add(_ buffer: ByteBuffer) {
        bytes += buffer.readableBytesView
        look()
    }

    func whole(_ count: Int, on loop: any EventLoop) -> EventLoopFuture<[UInt8]> {
        let promise = loop.makePromise(of: [UInt8].self)
        wanted = (count, promise)
        look()
        return promise.futureResult
    }

    private func look() {
        guard let (count, promise) = wanted, bytes.count >= count else { return }
        promise.succeed(bytes)
    }
}

private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let bytes: Bytes

    init(_ bytes: Bytes) { self.bytes = bytes }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes.add(unwrapInboundIn(data))
    }
}
