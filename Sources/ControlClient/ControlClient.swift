import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import TLS

/// Speaks the control API over our own TLS: one connection a request, which is all that a person's CLI needs.
public final class ControlClient: Sendable {
    public let address: GatewayAddress
    private let trust: TLSContext
    private let token: String?

    /// - Parameters:
    ///   - caFile: the PEM file of the CA that signed the gateway's certificate; the name is always verified.
    ///   - token: sent as a bearer token; `nil` before the login.
    public init(address: GatewayAddress, caFile: String, token: String?) throws {
        self.address = address
        self.token = token
        do {
            trust = try TLSContext.client(
                trust: .verifyFull(caFile: caFile), applicationProtocols: ["http/1.1"])
        } catch {
            throw ControlClientError.unreachable("\(error)")
        }
    }

    /// Sends one request and decodes its answer.
    public func call<Answer: Decodable & Sendable>(
        _ method: HTTPMethod, _ path: String, body: (any Encodable & Sendable)? = nil,
        as type: Answer.Type
    ) async throws -> Answer {
        let bytes = try await send(method, path, body: body.map { try JSONEncoder().encode($0) })
        do {
            return try JSONDecoder().decode(type, from: bytes)
        } catch {
            throw ControlClientError.nonsense(
                "an answer that this version does not understand: \(error)")
        }
    }

    /// Sends one request and returns the answer's body. Throws `ControlClientError.refused` for any status but 2xx.
    public func send(_ method: HTTPMethod, _ path: String, body: Data? = nil) async throws -> Data {
        var collected = Data()
        for try await part in exchange(method, path, body: body, accept: "application/json") {
            collected.append(part)
            guard collected.count <= Limits.answerBytesMax else {
                throw ControlClientError.nonsense(
                    "an answer larger than \(Limits.answerBytesMax) bytes")
            }
        }
        return collected
    }

    /// The body of a GET as it comes.
    public func stream(_ path: String) -> AnswerParts {
        exchange(.GET, path, body: nil, accept: "*/*")
    }

    /// Follows a stream of server-sent events until it ends or the caller stops. Returns when the gateway has begun
    /// to send: what happens from then on is in the stream.
    public func events(_ path: String) async throws -> ServerSentEvents {
        try await ServerSentEvents(
            exchange(.GET, path, body: nil, accept: "text/event-stream"))
    }

    /// The body's parts as they come, after a 2xx status.
    private func exchange(
        _ method: HTTPMethod, _ path: String, body: Data?, accept: String
    ) -> AnswerParts {
        let window = ReadingWindow()
        let parts = AsyncThrowingStream<Data, any Error> { continuation in
            let handler = ExchangeHandler(
                request: head(method, path, body: body, accept: accept), body: body,
                continuation: continuation, window: window)
            let connecting = bootstrap(handler: handler)
                .connect(host: address.host, port: address.port)
            connecting.whenFailure { error in
                continuation.finish(throwing: ControlClientError.unreachable(networkReason(error)))
            }
            continuation.onTermination = { _ in
                connecting.whenSuccess { $0.close(promise: nil) }
            }
        }
        return AnswerParts(parts: parts, window: window)
    }

    private func bootstrap(handler: ExchangeHandler) -> ClientBootstrap {
        ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(Limits.connectSecondsMax))
            .channelInitializer { [trust, address] channel in
                channel.eventLoop.makeCompletedFuture {
                    try KeepAlive.turnOn(channel)
                    let connection = try TLSConnection(trust, serverName: address.host)
                    try channel.pipeline.syncOperations.addHandler(
                        TLSHandler(
                            connection: connection,
                            handshakeWithin: .seconds(Limits.handshakeSecondsMax)))
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
    }

    private func head(
        _ method: HTTPMethod, _ path: String, body: Data?, accept: String
    ) -> HTTPRequestHead {
        var headers = HTTPHeaders()
        headers.add(name: "Host", value: address.description)
        headers.add(name: "Accept", value: accept)
        headers.add(name: "User-Agent", value: "sallyport")
        headers.add(name: "Connection", value: "close")
        if let token { headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body {
            headers.add(name: "Content-Type", value: "application/json")
            headers.add(name: "Content-Length", value: String(body.count))
        }
        return HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)
    }
}

enum Limits {
    /// Seconds to reach the gateway, and of the TLS handshake with it.
    static let connectSecondsMax: Int64 = 10
    static let handshakeSecondsMax: Int64 = 10
    /// A ledger's export in one answer is the largest thing that a gateway sends.
    static let answerBytesMax = 256 << 20
    /// One event of a stream, all its lines: a larger one is told without its data. A gateway's are below 4 KiB.
    static let eventBytesMax = 64 << 10
    /// What has come of an answer and nobody has taken: then no more is read.
    static let waitingBytesMax = 1 << 20
    /// The body of a refusal.
    static let refusalBytesMax = 64 << 10
}
