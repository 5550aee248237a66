import Foundation
import NIOCore
import NIOPosix
import Synchronization
import TLS

/// An answer as it came over the wire.
struct RawAnswer: Sendable, CustomStringConvertible {
    let status: Int
    let headers: [String: String]
    let body: String

    /// The `error` of a refusal; empty when it is none.
    var error: String { object["error"] as? String ?? "" }
    var code: String? { object["code"] as? String }

    var object: [String: Any] { json as? [String: Any] ?? [:] }
    /// What a search found.
    var hits: [[String: Any]] { object["hits"] as? [[String: Any]] ?? [] }
    var list: [[String: Any]] { json as? [[String: Any]] ?? [] }

    private var json: Any? { try? JSONSerialization.jsonObject(with: Data(body.utf8)) }

    var description: String { "\(status) \(headers)\n\(body)" }

    init(_ text: String) throws {
        guard let end = text.range(of: "\r\n\r\n") else { throw Missing() }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        status = try required(Int(lines[0].split(separator: " ")[1]))
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            headers[pair[0].lowercased()] = pair[1].trimmingCharacters(in: .whitespaces)
        }
        self.headers = headers
        body = String(text[end.upperBound...])
    }
}

extension RunningControl {
    /// One call on a connection of its own, from an address of its own.
    func call(
        _ method: String, _ path: String, token: String? = nil, body: String? = nil
    ) async throws -> RawAnswer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        if let token { head += "Authorization: Bearer \(token)\r\n" }
        if let body { head += "Content-Length: \(body.utf8.count)\r\n" }
        return try await RawAnswer(exchange(head + "\r\n" + (body ?? "")))
    }

    /// Sends these bytes over TLS and returns everything that comes until the gateway closes.
    func exchange(_ text: String, from address: String? = nil) async throws -> String {
        let connection = try await RawConnection(self, from: address ?? freshAddress())
        connection.send(text)
        return try await connection.rest()
    }
}

/// A TLS connection to the gateway, of bytes.
final class RawConnection: Sendable {
    private let channel: any Channel
    private let collector: Collector

    init(_ control: RunningControl, from address: String) async throws {
        let trust = try TLSContext.client(
            trust: .verifyFull(caFile: control.caFile), applicationProtocols: ["http/1.1"])
        let collector = Collector()
        self.collector = collector
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(to: SocketAddress(ipAddress: address, port: 0))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = try TLSConnection(trust, serverName: "localhost")
                    try channel.pipeline.syncOperations.addHandler(
                        TLSHandler(connection: tls, handshakeWithin: .seconds(10)))
                    try channel.pipeline.syncOperations.addHandler(collector.makeHandler())
                }
            }
            .connect(host: "127.0.0.1", port: control.port).get()
        for await _ in collector.established { break }
    }

    deinit { channel.close(promise: nil) }

    func send(_ text: String) {
        channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
    }

    /// Everything until the gateway closes.
    func rest() async throws -> String {
        var text = ""
        for await part in collector.parts { text += part }
        return text
    }

    /// What has come when it ends with `text`; `nil` when the gateway closes before.
    func read(until text: String) async -> String? {
        var said = ""
        for await part in collector.parts {
            said += part
            if said.contains(text) { return said }
        }
        return nil
    }
}

/// What a connection received, in parts.
private final class Collector: Sendable {
    let parts: AsyncStream<String>
    /// One element when TLS stands; it ends when the connection does.
    let established: AsyncStream<Void>
    private let handler: CollectingHandler

    init() {
        let (parts, continuation) = AsyncStream.makeStream(of: String.self)
        let (established, told) = AsyncStream.makeStream(of: Void.self)
        self.parts = parts
        self.established = established
        handler = CollectingHandler(continuation, told)
    }

    func makeHandler() -> CollectingHandler { handler }
}

private final class CollectingHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncStream<String>.Continuation
    private let established: AsyncStream<Void>.Continuation

    init(
        _ continuation: AsyncStream<String>.Continuation,
        _ established: AsyncStream<Void>.Continuation
    ) {
        self.continuation = continuation
        self.established = established
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is TLSEstablished { established.yield() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        continuation.yield(String(buffer: unwrapInboundIn(data)))
    }

    func channelInactive(context: ChannelHandlerContext) { end() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end()
        context.close(promise: nil)
    }

    private func end() {
        continuation.finish()
        established.finish()
    }
}
