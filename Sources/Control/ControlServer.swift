import Gateway
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Serves the control API on channels that the gateway's listener accepted and whose TLS it terminated.
public final class ControlServer: Sendable {
    private let http: HTTP1Channel
    private let log: Logger

    public init(_ services: GatewayServices) {
        let responder = ControlRouter(services).router().buildResponder()
        let log = services.log
        self.log = log
        http = HTTP1Channel(
            responder: { request, writer, channel in
                let context = CallContext(
                    source: ApplicationRequestContextSource(channel: channel, logger: log))
                let response: Response
                do {
                    response = try await responder.respond(to: request, context: context)
                } catch {
                    response = refusal(error).response()
                }
                let body = try await writer.writeHead(response.head)
                try await response.body.write(body)
            },
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [RequestDeadline()],
                idleTimeout: .seconds(ControlLimits.idleSecondsMax),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: ControlLimits.headerBytesMax,
                    maxHeaderListSize: ControlLimits.headersBytesMax,
                    maxHeaderFieldCount: ControlLimits.headersMax)))
    }

    /// Takes over a channel that speaks HTTP/1.1 from here on. Called on the channel's event loop.
    public func accept(_ channel: any Channel) {
        let set = http.setup(channel: channel, logger: log)
        set.whenFailure { _ in channel.close(promise: nil) }
        set.whenSuccess { [http, log] value in
            Task { await http.handle(value: value, logger: log) }
        }
    }
}

/// What one request may cost.
enum ControlLimits {
    /// Bytes of one header field, and of all of them: a token and a few more.
    static let headerBytesMax = 8 << 10
    static let headersBytesMax = 32 << 10
    static let headersMax = 64
    /// Bytes of a request's body: a consent with its signature and document.
    static let bodyBytesMax = 2 << 20
    /// Seconds from a request's head to the end of its body.
    static let requestSecondsMax: Int64 = 30
    /// Seconds that a connection may wait for its next request.
    static let idleSecondsMax: Int64 = 60
    /// Rows of one list.
    static let rowsMax = 500
    /// Events of one answer about a session.
    static let eventsMax = 5_000
    /// Seconds between two comments on a quiet event stream.
    static let heartbeatSeconds: Int64 = 15
}
