import Identity
import NIOCore
import Shell
import TLS
import Vocabulary
import Wire

/// Stands behind TLS where a runner of another host connects: looks its certificate up, reads what the connection is for,
/// and keeps the lasting one alive. What it brings for a session is handed over.
final class RunnerEntrance: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        /// The store is asked; what comes meanwhile waits.
        case proving
        case known
        case attending(Attendance)
        case ended
    }

    private let hub: RunnerHub
    private let ticket: WaitingRoom.Ticket
    private let certificate: PeerCertificate
    private let runner: RunnerName
    private var state = State.proving
    private var received = ByteBuffer()
    private var deadline: Scheduled<Void>?
    private var pings: RepeatedTask?
    private var heardAt = NIODeadline.now()
    /// A renewal is under way.
    private var isRenewing = false

    /// `nil` for a certificate that names no runner.
    init?(hub: RunnerHub, ticket: WaitingRoom.Ticket, certificate: PeerCertificate) {
        guard let runner = certificate.commonName.flatMap({ RunnerName($0) }) else { return nil }
        self.hub = hub
        self.ticket = ticket
        self.certificate = certificate
        self.runner = runner
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: .seconds(GatewayLimits.handshakeSecondsMax)) {
            channel.close(promise: nil)
        }
        let (hub, runner, fingerprint) = (hub, runner, certificate.fingerprint)
        then(context) {
            try await hub.store.prove(runner, fingerprint, now: hub.clock.wall())
        } _: { entrance, context, result in
            guard case .success(true) = result else { return entrance.refuse(context, result) }
            entrance.ticket.leave()
            entrance.state = .known
            entrance.readFrames(context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        pings?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        heardAt = .now()
        received.discardReadBytes()
        received.writeBuffer(&bytes)
        switch state {
        case .proving:
            if received.readableBytes > ShellLimits.runnerFrameBytesMax {
                context.close(promise: nil)
            }
        case .known, .attending: readFrames(context)
        case .ended: received.clear()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave("its connection ended")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        leave(networkReason(error))
        context.close(promise: nil)
    }

    private func leave(_ why: String) {
        if case .attending(let attendance) = state { hub.end(attendance, why) }
        state = .ended
        deadline?.cancel()
        pings?.cancel()
    }

    // MARK: Frames

    private func readFrames(_ context: ChannelHandlerContext) {
        while true {
            switch state {
            case .proving, .ended: return
            case .known, .attending: break
            }
            let header = received.withUnsafeReadableBytes {
                FrameHeader.read($0, at: 0, bytesMax: ShellLimits.runnerFrameBytesMax)
            }
            guard case .header(let header) = header else {
                if case .badLength(_, let length) = header {
                    leave("it sent a frame of \(length) bytes")
                    context.close(promise: nil)
                }
                return
            }
            guard let frame = received.readSlice(length: header.frameBytes) else { return }
            do {
                try frame.withUnsafeReadableBytes { bytes in
                    try took(
                        FrameType(rawValue: header.type),
                        UnsafeRawBufferPointer(rebasing: bytes[FrameHeader.byteCount...]), context)
                }
            } catch {
                leave("it sent \(error)")
                return context.close(promise: nil)
            }
        }
    }

    private func took(
        _ type: FrameType?, _ body: UnsafeRawBufferPointer, _ context: ChannelHandlerContext
    ) throws {
        switch (type, state) {
        case (.attend, .known): attend(context)
        case (.brought, .known): handOver(try SessionBrought(body: body).number, context)
        case (.ping, .attending): break
        case (.certificateWanted, .attending):
            renew(try CertificateWanted(body: body).request, context)
        default: throw BodyError("a frame that does not fit here")
        }
    }

    /// Whoever was revoked or replaced since it was proved must not drive out the runner that has the name now: the store
    /// is asked before the hub is told.
    private func attend(_ context: ChannelHandlerContext) {
        state = .proving
        let (hub, runner, fingerprint) = (hub, runner, certificate.fingerprint)
        then(context) {
            try await hub.store.isGood(runner, fingerprint, now: hub.clock.wall())
        } _: { entrance, context, result in
            guard case .success(true) = result else { return entrance.refuse(context, result) }
            entrance.register(context)
            entrance.readFrames(context)
        }
    }

    private func register(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        let attendance = hub.attend(runner, context.channel)
        state = .attending(attendance)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        pings = context.eventLoop.scheduleRepeatedTask(
            initialDelay: .milliseconds(ShellLimits.pingMilliseconds),
            delay: .milliseconds(ShellLimits.pingMilliseconds)
        ) { _ in
            let (entrance, context) = bound.value
            entrance.ping(context)
        }
        // A revocation between the look at the store and the hub's knowing of us found nothing to end.
        let (hub, runner, fingerprint) = (hub, runner, certificate.fingerprint)
        then(context) {
            let now = hub.clock.wall()
            guard try await hub.store.isGood(runner, fingerprint, now: now) else { return false }
            try await hub.store.noteSeen(runner, now: now)
            return true
        } _: { entrance, context, result in
            guard case .success(true) = result else { return entrance.refuse(context, result) }
            guard case .attending = entrance.state else { return }
            let address = context.remoteAddress.map(addressText) ?? "unknown"
            hub.log.info(
                "a runner has connected",
                metadata: ["runner": "\(runner)", "address": "\(address)"]
            )
            entrance.send(frame(.attended), context)
        }
    }

    private func ping(_ context: ChannelHandlerContext) {
        guard heardAt + .milliseconds(ShellLimits.silenceMillisecondsMax) > .now() else {
            leave("nothing was heard of it")
            return context.close(promise: nil)
        }
        // Who has renewed it comes again with the new one.
        guard hub.clock.wall() < certificate.notAfter else {
            leave("its certificate has expired")
            return context.close(promise: nil)
        }
        send(frame(.ping), context)
    }

    private func refuse(_ context: ChannelHandlerContext, _ result: Result<Bool, any Error>) {
        var why = "its certificate is not that of an enrolled runner"
        if case .failure(let error) = result { why = "\(error)" }
        hub.log.warning("a runner is refused", metadata: ["runner": "\(runner)", "why": "\(why)"])
        leave(why)
        let channel = context.channel
        let refusal = ShellRefusal(.notAuthenticated, "this runner is not enrolled, or was revoked")
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: refusal.frame)))
            .whenComplete { _ in channel.close(promise: nil) }
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }

    // MARK: Certificates

    private func renew(_ request: String, _ context: ChannelHandlerContext) {
        guard !isRenewing else { return }
        let left = certificate.notAfter.milliseconds - hub.clock.wall().milliseconds
        guard left <= Identity.Limits.runnerRenewalMillisecondsMax else {
            return hub.log.warning(
                "a runner's certificate is not renewed",
                metadata: ["runner": "\(runner)", "why": "more than half of its time is left"])
        }
        isRenewing = true
        let (hub, runner, old) = (hub, runner, certificate.fingerprint)
        then(context) {
            let now = hub.clock.wall()
            let issued = try hub.issue(request, for: runner)
            try await hub.store.renew(old, issued.certificate, now: now)
            return issued.pem
        } _: { entrance, context, result in
            entrance.isRenewing = false
            switch result {
            case .success(let pem):
                entrance.send(CertificateIssued(certificate: pem).frame, context)
            case .failure(let error):
                hub.log.warning(
                    "a runner's certificate is not renewed",
                    metadata: ["runner": "\(runner)", "why": "\(error)"])
            }
        }
    }

    // MARK: A session's connection

    /// The session's frames come from here on, to the session's own loop.
    private func handOver(_ number: [UInt8], _ context: ChannelHandlerContext) {
        guard received.readableBytes == 0,
            let wanted = hub.claim(number, by: runner, context.channel)
        else { return context.close(promise: nil) }
        state = .ended
        deadline?.cancel()
        let channel = context.channel
        do {
            let pipeline = context.pipeline.syncOperations
            let inbox: NIOLoopBound<TargetHandler>
            if wanted.loop === context.eventLoop {
                inbox = NIOLoopBound(TargetHandler(), eventLoop: wanted.loop)
                try pipeline.addHandler(inbox.value, position: .after(self))
                pipeline.removeHandler(self, promise: nil)
                wanted.promise.succeed(TargetConnection(channel: channel, handler: inbox))
            } else {
                let relay = RunnerRelay(to: wanted.loop)
                try pipeline.addHandler(relay, position: .after(self))
                pipeline.removeHandler(self, promise: nil)
                relay.connect(channel, wanted.promise)
            }
        } catch {
            wanted.promise.fail(error)
            context.close(promise: nil)
        }
    }

    /// Does `work` off the loop, and goes on here when that is done, unless the connection has ended meanwhile.
    private func then<Value: Sendable>(
        _ context: ChannelHandlerContext, _ work: @escaping @Sendable () async throws -> Value,
        _ next:
            @escaping @Sendable (
                RunnerEntrance, ChannelHandlerContext, Result<Value, any Error>
            ) -> Void
    ) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.makeFutureWithTask(work).whenComplete { result in
            let (entrance, context) = bound.value
            if case .ended = entrance.state { return }
            next(entrance, context, result)
        }
    }
}
