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

@Suite("Where runners of other hosts come in")
struct RunnerEntranceTests {
    private let scratch: ScratchDirectory
    private let hub: RunnerHub
    private let web: RunnerName
    private let ahead = NIOLockedValueBox<Int64>(0)
    private let room = WaitingRoom()

    init() async throws {
        let revocations = Revocations()
        let declaration = DirectoryDeclaration(
            people: [PersonDeclaration(name: "carol")], administrators: ["carol"])
        let directory = CurrentDirectory(try Directory(declaration), revocations: revocations)
        scratch = try ScratchDirectory()
        let database = try SQLiteDatabase(path: scratch.file("store"))
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
    private func connect(
        _ certificate: PeerCertificate
    ) async throws -> (channel: any Channel, frames: AsyncStream<FrameType>) {
        let ticket = try #require(room.enter("192.0.2.1"))
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { [hub] channel in
                channel.eventLoop.makeCompletedFuture {
                    let entrance = RunnerEntrance(
                        hub: hub, ticket: ticket, certificate: certificate)
                    guard let entrance else { throw GatewayError.upstream("no runner") }
                    try channel.pipeline.syncOperations.addHandler(entrance)
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
        #expect(await heard.next() == .attended)
        try await attend(late.channel)
        var said: [FrameType] = []
        for await type in late.frames { said.append(type) }
        #expect(said == [.refused])
        #expect(hub.isConnected(web))
        #expect(present.channel.isActive)
        try await present.channel.close()
    }

    @Test("a lasting connection ends with its certificate, whatever its runner says")
    func expired() async throws {
        let own = try issued()
        try await enrol(own.certificate)
        let (channel, frames) = try await connect(own.peer)
        try await attend(channel)
        var heard = frames.makeAsyncIterator()
        #expect(await heard.next() == .attended)
        let life = own.certificate.expires.milliseconds - hub.clock.wall().milliseconds
        ahead.withLockedValue { $0 = life }
        while let type = await heard.next() {
            #expect(type == .ping)
            try? await channel.writeAndFlush(ByteBuffer(bytes: frame(.ping)))
        }
        #expect(!hub.isConnected(web))
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
