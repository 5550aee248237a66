import Cryptography
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Shell
import Store
import TLS
import TestKit
import Testing
import Vocabulary
import Wire

@testable import Gateway
@testable import Identity

@Suite("Where runners of other hosts come in", .realParts)
struct RunnerEntranceTests {
    private let hub: RunnerHub
    private let web: RunnerName
    private let ahead = NIOLockedValueBox<Int64>(0)
    private let room = WaitingRoom()

    init() async throws {
        let revocations = Revocations()
        let declaration = DirectoryDeclaration(
            people: [PersonDeclaration(name: "carol")], administrators: ["carol"])
        let directory = CurrentDirectory(try Directory(declaration), revocations: revocations)
        let database = try SQLiteDatabase(path: ":memory:")
        try await database.migrate(IdentityMigrations.all)
        let clock = Clock(
            wall: { [ahead] in
                Clock.system.wall().advanced(byMilliseconds: ahead.withLockedValue { $0 })
            }, monotonic: Clock.system.monotonic)
        hub = RunnerHub(
            store: RunnerStore(
                database: database, directory: directory, revocations: revocations,
                attempts: AttemptLimiter(secret: [1]), enter: { _ in 0 }),
            authority: try CertificateAuthority(
                pem: CertificateAuthority.make(commonName: "test", now: Clock.system.wall())),
            clock: clock, log: Logger(label: "test"))
        web = try #require(RunnerName("web1"))
    }

    private func issued() throws -> (peer: PeerCertificate, certificate: RunnerCertificate) {
        let request = try CertificateKey.generate().request(commonName: "runner")
        let issued = try hub.issue(request, for: web)
        return (try PeerCertificate(pem: issued.pem), issued.certificate)
    }

    private func enrol(_ certificate: RunnerCertificate) async throws {
        let carol = try #require(PrincipalName("carol"))
        let asker = AuthenticatedPrincipal(
            principal: Principal(name: carol, standing: .person, groups: []),
            credential: Credential(
                kind: .pam, identifier: "x", issuers: [], expires: nil, targets: nil))
        let now = hub.clock.wall()
        let text = try await hub.store.invite(web, milliseconds: 60_000, by: asker, now: now).text
        let enrolment = try await hub.store.spend(
            text, as: web, address: "192.0.2.1", now: now, monotonic: hub.clock.monotonic())
        try await hub.store.enrol(enrolment, certificate, address: "192.0.2.1", now: now)
    }

    /// A connection whose TLS has proved that certificate, and the types of the frames that come on it until it ends.
    ///
    /// - Parameter pieces: what comes is handed to the entrance in pieces of so many bytes, the last for all the rest; empty:
    ///   as it comes.
    private func connect(
        _ certificate: PeerCertificate, pieces: [Int] = []
    ) async throws -> (channel: any Channel, frames: AsyncStream<FrameType>) {
        let ticket = try #require(room.enter("192.0.2.1"))
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { [hub] channel in
                channel.eventLoop.makeCompletedFuture {
                    let entrance = RunnerEntrance(
                        hub: hub, ticket: ticket, certificate: certificate)
                    guard let entrance else { throw GatewayError.upstream("no runner") }
                    try channel.pipeline.syncOperations.addHandler(Cutting(pieces, for: entrance))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let (frames, continuation) = AsyncStream.makeStream(of: FrameType.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FrameNames(continuation))
                }
            }
            .connect(to: try #require(server.localAddress)).get()
        channel.closeFuture.whenComplete { _ in server.close(promise: nil) }
        return (channel, frames)
    }

    /// The next that is no ping: those come whenever it is their time.
    private func said(_ heard: inout AsyncStream<FrameType>.Iterator) async -> FrameType? {
        while let type = await heard.next() {
            if type != .ping { return type }
        }
        return nil
    }

    private func attend(_ channel: any Channel) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: frame(.attend)))
    }

    @Test("who was replaced after it was proved does not drive out who has the name now")
    func replaced() async throws {
        let (former, old, new) = (try issued(), try issued(), try issued())
        try await enrol(former.certificate)
        try await hub.store.renew(
            former.certificate.fingerprint, old.certificate, now: hub.clock.wall())
        let late = try await connect(old.peer)
        // It is proved when the one before it is not good any more.
        while try await hub.store.isGood(
            web, former.certificate.fingerprint, now: hub.clock.wall())
        {
            await Task.yield()
        }
        try await enrol(new.certificate)
        let present = try await connect(new.peer)
        try await attend(present.channel)
        var heard = present.frames.makeAsyncIterator()
        #expect(await said(&heard) == .attended)
        try await attend(late.channel)
        var said: [FrameType] = []
        for await type in late.frames { said.append(type) }
        #expect(said == [.refused])
        #expect(hub.isConnected(web))
        #expect(present.channel.isActive)
        try await present.channel.close()
    }

    @Test("of a certificate another is made when half of its time is over, and no sooner")
    func renewal() async throws {
        let own = try issued()
        try await enrol(own.certificate)
        let (channel, frames) = try await connect(own.peer)
        try await attend(channel)
        var heard = frames.makeAsyncIterator()
        #expect(await said(&heard) == .attended)
        let request = try CertificateKey.generate().request(commonName: "runner")
        let wanted = CertificateWanted(request: request).frame
        for _ in 0..<3 { try await channel.writeAndFlush(ByteBuffer(bytes: wanted)) }
        // What came before a ping is done with when the next one goes out.
        #expect(await heard.next() == .ping)
        ahead.withLockedValue {
            $0 = Identity.Limits.runnerCertificateMilliseconds / 2 + 86_400_000
        }
        try await channel.writeAndFlush(ByteBuffer(bytes: wanted))
        #expect(await said(&heard) == .certificate)
        try await channel.close()
    }

    @Test("a lasting connection ends with its certificate, whatever its runner says")
    func expired() async throws {
        let own = try issued()
        try await enrol(own.certificate)
        let (channel, frames) = try await connect(own.peer)
        try await attend(channel)
        var heard = frames.makeAsyncIterator()
        #expect(await said(&heard) == .attended)
        let life = own.certificate.expires.milliseconds - hub.clock.wall().milliseconds
        ahead.withLockedValue { $0 = life }
        while let type = await heard.next() {
            #expect(type == .ping)
            try? await channel.writeAndFlush(ByteBuffer(bytes: frame(.ping)))
        }
        #expect(!hub.isConnected(web))
    }

    // MARK: What is sent

    /// Whole, byte by byte, and split at each byte.
    private static func cuts(_ count: Int) -> [[Int]] {
        [[], [1]] + (1..<count).map { [$0, count] }
    }

    @Test("a runner is let in however its frames come in pieces")
    func pieces() async throws {
        let own = try issued()
        try await enrol(own.certificate)
        // Sooner it is given no other.
        ahead.withLockedValue {
            $0 = Identity.Limits.runnerCertificateMilliseconds / 2 + 86_400_000
        }
        let request = CertificateWanted(
            request: try CertificateKey.generate().request(commonName: "runner"))
        let sent = frame(.attend) + frame(.ping) + request.frame
        for cut in Self.cuts(sent.count) where cut.count < 2 || cut[0] < 20 || cut[0] % 97 == 0 {
            let (channel, frames) = try await connect(own.peer, pieces: cut)
            try await channel.writeAndFlush(ByteBuffer(bytes: sent))
            var said: Set<FrameType> = []
            for await type in frames {
                said.insert(type)
                if said.isSuperset(of: [.attended, .certificate]) { break }
            }
            #expect(said.isSuperset(of: [.attended, .certificate]), "\(cut)")
            try await channel.close()
        }
    }

    @Test("a session's connection is handed over however its frame comes in pieces")
    func brought() async throws {
        let own = try issued()
        try await enrol(own.certificate)
        let (channel, wanted) = try await attending(own.peer)
        var numbers = wanted.makeAsyncIterator()
        let count = SessionBrought(number: Array(repeating: 0, count: 16)).frame.count
        for cut in Self.cuts(count) {
            let coming = hub.connect(to: web, on: MultiThreadedEventLoopGroup.singleton.any())
            let number = try #require(await numbers.next())
            let session = try await connect(own.peer, pieces: cut).channel
            try await session.writeAndFlush(ByteBuffer(bytes: SessionBrought(number: number).frame))
            _ = try await coming.get()
            try await session.close()
        }
        try await channel.close()
    }

    @Test(
        "threat 7: what is cut off or has any bit turned brings no session, and the connection ends"
    )
    func turned() async throws {
        let own = try issued()
        try await enrol(own.certificate)
        let (channel, wanted) = try await attending(own.peer)
        var numbers = wanted.makeAsyncIterator()
        let handedOver = NIOLockedValueBox(0)
        /// A connection that the hub waits for, by the frame that brings it.
        func awaited() async throws -> [UInt8] {
            hub.connect(to: web, on: MultiThreadedEventLoopGroup.singleton.any()).whenSuccess { _ in
                handedOver.withLockedValue { $0 += 1 }
            }
            return SessionBrought(number: try #require(await numbers.next())).frame
        }
        let count = try await awaited().count
        for change in 0..<count * 9 {
            var bytes = try await awaited()
            if change < count {
                bytes.removeLast(count - change)
            } else {
                let bit = change - count
                bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            }
            let (session, frames) = try await connect(own.peer)
            try await session.writeAndFlush(ByteBuffer(bytes: bytes))
            // What is cut off is waited for, until its sender says that nothing more comes.
            try? await session.close(mode: .output)
            for await type in frames { Issue.record("\(bytes): \(type)") }
        }
        #expect(handedOver.withLockedValue { $0 } == 0)
        #expect(hub.isConnected(web))
        try await channel.close()
    }

    @Test("threat 7: a frame that is none, or of another state, ends the lasting connection")
    func foreign() async throws {
        let own = try issued()
        try await enrol(own.certificate)
        let long = UInt32(ShellLimits.runnerFrameBytesMax + 1)
        var bad = [0, 3, long, UInt32(Int32.max), .max].map { length in
            [FrameType.certificateWanted.rawValue]
                + withUnsafeBytes(of: length.bigEndian) { Array($0) }
        }
        let types = (0...UInt8.max).filter { FrameType(rawValue: $0) != nil } + [0, 1, 0x80, 0xFF]
        let fitting: [FrameType] = [.ping, .certificateWanted]
        bad += types.filter { type in !fitting.contains { $0.rawValue == type } }
            .map { [$0, 0, 0, 0, 4] }
        bad += [frame(.certificateWanted), frame(.certificateWanted, [0, 0, 0, 1])]
        bad += [frame(.certificateWanted, [0, 0, 0, 1, 0xFF]), frame(.attend)]
        bad.append(SessionBrought(number: Array(repeating: 0, count: 16)).frame)
        for bytes in bad {
            let (channel, wanted) = try await attending(own.peer)
            try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
            for await number in wanted { Issue.record("\(bytes): \(number)") }
            #expect(!hub.isConnected(web), "\(bytes)")
        }
    }

    /// A lasting connection, and the numbers of the sessions that it is asked for, until it ends.
    private func attending(
        _ peer: PeerCertificate
    ) async throws -> (any Channel, AsyncStream<[UInt8]>) {
        let (channel, frames) = try await connect(peer)
        let (numbers, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(
                SessionNumbers(continuation), position: .first)
        }.get()
        try await attend(channel)
        var heard = frames.makeAsyncIterator()
        #expect(await said(&heard) == .attended)
        return (channel, numbers)
    }
}

/// Hands what comes to an entrance, in pieces. As behind TLS, the entrance is there once the channel is active.
private final class Cutting: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var pieces: [Int]
    private let entrance: RunnerEntrance

    init(_ pieces: [Int], for entrance: RunnerEntrance) {
        self.pieces = pieces
        self.entrance = entrance
    }

    func channelActive(context: ChannelHandlerContext) {
        try? context.pipeline.syncOperations.addHandler(entrance, position: .after(self))
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        while bytes.readableBytes > 0 {
            let most = pieces.count > 1 ? pieces.removeFirst() : pieces.first ?? .max
            let piece = bytes.readSlice(length: min(most, bytes.readableBytes))
            context.fireChannelRead(wrapInboundOut(piece ?? ByteBuffer()))
        }
    }
}

/// Tells the numbers of the sessions that are asked for.
private final class SessionNumbers: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let continuation: AsyncStream<[UInt8]>.Continuation
    private var received: [UInt8] = []

    init(_ continuation: AsyncStream<[UInt8]>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += unwrapInboundIn(data).readableBytesView
        // As long as it hears something, the entrance takes its runner for one that is there.
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: frame(.ping))), promise: nil)
        while received.count >= 5 {
            let length = received[1..<5].reduce(0) { $0 << 8 | Int($1) }
            guard received.count > length else { break }
            if received[0] == FrameType.wanted.rawValue {
                let wanted = received[5..<length + 1].withUnsafeBytes {
                    try? SessionWanted(body: $0)
                }
                if let wanted { continuation.yield(wanted.number) }
            }
            received.removeFirst(length + 1)
        }
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        continuation.finish()
        context.fireChannelInactive()
    }
}

/// Tells the types of the frames that come; none of them is long enough to come in two parts.
private final class FrameNames: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let continuation: AsyncStream<FrameType>.Continuation

    init(_ continuation: AsyncStream<FrameType>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        while let type = bytes.readInteger(as: UInt8.self),
            let length = bytes.readInteger(as: UInt32.self)
        {
            bytes.moveReaderIndex(forwardBy: Int(length) - 4)
            if let type = FrameType(rawValue: type) { continuation.yield(type) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
