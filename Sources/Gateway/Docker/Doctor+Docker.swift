import Foundation
import HTTP
import NIOCore
import NIOPosix
import TLS
import Vocabulary

extension Doctor {
    /// An engine that does not answer refuses its calls; the gateway starts all the same.
    func examine(_ section: TargetSection, _ docker: DockerSection) async -> Finding {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { loops.shutdownGracefully { _ in } }
        let target: DockerTarget
        do {
            target = try DockerTarget(section, docker, spoolDirectory: "/")
        } catch {
            // As a start would.
            return Finding(grade: .fatal, text: "target `\(section.name)`: \(error)")
        }
        do {
            let version = try await target.probe(on: loops.next())
            let text = "target `\(section.name)`: container engine, API \(version)"
            guard docker.isOpenToAll else { return Finding(grade: .good, text: text) }
            return Finding(
                grade: .weak,
                text: text
                    + "; every account may write to `\(docker.shownPlace)`, and whoever does has the host, past the gateway"
            )
        } catch {
            return Finding(grade: .warning, text: "\(error)")
        }
    }
}

extension DockerSection {
    /// The engine's socket can be written by every account of the machine, as far as its own mode says.
    fileprivate var isOpenToAll: Bool {
        guard case .socket(let path) = place else { return false }
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IWOTH != 0
    }
}

extension DockerTarget {
    /// The version of the engine's API as the engine gives it: for `doctor`.
    func probe(on loop: any EventLoop) async throws -> String {
        let channel = try await reach(on: loop).get()
        let answered = loop.makePromise(of: ResponseHead.self)
        let deadline = loop.scheduleTask(in: .seconds(GatewayLimits.dialSecondsMax)) {
            answered.fail(ChannelError.connectTimeout(.seconds(GatewayLimits.dialSecondsMax)))
        }
        let asked = channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(PingHandler(answered))
            let ask = "GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n"
            channel.writeAndFlush(ByteBuffer(string: ask), promise: nil)
        }
        asked.whenFailure { answered.fail($0) }
        answered.futureResult.whenComplete { _ in
            deadline.cancel()
            channel.close(promise: nil)
        }
        do {
            let head = try await answered.futureResult.get()
            guard head.status == 200, let version = try head.headers.value("Api-Version") else {
                throw GatewayError.upstream("status \(head.status), and no version of its API")
            }
            return version
        } catch {
            throw GatewayError.upstream(
                "the target `\(name)` does not answer like a container engine: \(networkReason(error))"
            )
        }
    }
}

/// Waits for the head of the answer to `/_ping`; the body says nothing more.
private final class PingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let answered: EventLoopPromise<ResponseHead>
    private var received = ByteBuffer()
    private var scanner = HeadScanner()

    init(_ answered: EventLoopPromise<ResponseHead>) { self.answered = answered }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        let step = received.withUnsafeReadableBytes {
            ResponseHead.read($0, &scanner, to: "GET", upgrade: nil)
        }
        switch step {
        case .needMore: break
        case .head(let head, _): answered.succeed(head)
        case .refused(let refusal): answered.fail(GatewayError.upstream(refusal.message))
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { end() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { answered.fail(error) }

    private func end() { answered.fail(GatewayError.upstream("it closed the connection")) }
}
