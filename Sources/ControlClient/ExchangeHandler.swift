import ControlAPI
import Foundation
import NIOCore
import NIOHTTP1
import TLS

/// One request and its answer on one connection. Confined to its channel's event loop.
final class ExchangeHandler: ChannelInboundHandler, @unchecked Sendable {
    // Unchecked: made on the caller's thread, handed to one channel, and only touched on that channel's loop from then on.
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let request: HTTPRequestHead
    private let body: Data?
    private let continuation: AsyncThrowingStream<Data, any Error>.Continuation
    private let window: ReadingWindow
    private var status = 0
    private var refusal = Data()
    private var isDone = false

    init(
        request: HTTPRequestHead, body: Data?,
        continuation: AsyncThrowingStream<Data, any Error>.Continuation, window: ReadingWindow
    ) {
        self.request = request
        self.body = body
        self.continuation = continuation
        self.window = window
    }

    func channelActive(context: ChannelHandlerContext) {
        window.opened(context.channel)
        context.write(wrapOutboundOut(.head(request)), promise: nil)
        if let body {
            context.write(
                wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = Int(head.status.code)
        case .body(let part): take(Data(part.readableBytesView))
        case .end: end(context: context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(ControlClientError.unreachable("the connection ended before the answer did"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(ControlClientError.unreachable(networkReason(error)))
        context.close(promise: nil)
    }

    private var isRefusal: Bool { !(200...299).contains(status) }

    private func take(_ part: Data) {
        if !isRefusal {
            continuation.yield(part)
            window.came(part.count)
        } else if refusal.count < Limits.refusalBytesMax {
            refusal.append(part)
        }
    }

    private func end(context: ChannelHandlerContext) {
        if isRefusal {
            let told = try? JSONDecoder().decode(Refusal.self, from: refusal)
            finish(
                ControlClientError.refused(
                    status: status,
                    reason: told?.error ?? "the gateway answered with status \(status)",
                    hint: told?.hint, code: told?.code))
        } else {
            finish(nil)
        }
        context.close(promise: nil)
    }

    private func finish(_ error: ControlClientError?) {
        guard !isDone else { return }
        isDone = true
        if let error { continuation.finish(throwing: error) } else { continuation.finish() }
    }
}
