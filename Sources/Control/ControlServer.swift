import Gateway
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Synchronization

/// Serves the control API on channels that the gateway's listener accepted and whose TLS it terminated.
public final class ControlServer: Sendable {
    private let http: HTTP1Channel
    private let log: Logger
    private let connections = Mutex(Connections())

    /// What is being served, so that it can be ended before the event loops are.
    private struct Connections {
        var next = 0
        var open: [Int: (channel: any Channel, work: Task<Void, Never>)] = [:]
        var isStopped = false
    }

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
        set.whenSuccess { [weak self] value in
            guard let self else { return channel.close(promise: nil) }
            serve(channel) { [http, log] in await http.handle(value: value, logger: log) }
        }
    }

    private func serve(_ channel: any Channel, _ work: @escaping @Sendable () async -> Void) {
        connections.withLock { connections in
            connections.next += 1
            let key = connections.next
            let task = Task { [weak self] in
                await work()
                self?.connections.withLock { $0.open[key] = nil }
            }
            connections.open[key] = (channel, task)
            if connections.isStopped { end(channel, task) }
        }
    }

    /// Ends every connection, streams too. Returns when none is left: after it the event loops may end.
    public func stop() async {
        let open = connections.withLock { connections in
            connections.isStopped = true
            return Array(connections.open.values)
        }
        for (channel, work) in open { end(channel, work) }
        for (channel, work) in open {
            await work.value
            try? await channel.closeFuture.get()
        }
    }

    private func end(_ channel: any Channel, _ work: Task<Void, Never>) {
        work.cancel()
        channel.close(promise: nil)
    }

    /// As the gateway's listener takes it.
    public var entrance: HTTPEnd {
        HTTPEnd(accept: { self.accept($0) }, stop: { await self.stop() })
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
    /// Bytes of JSON of one page of events, which ends behind the event that reaches it, and of one answer to a search.
    static let pageBytesMax = 4 << 20
    /// What an event of output counts for in a page, besides its bytes.
    static let outputItemBytes = 128
    /// Recordings that are open between two of their pages.
    static let waitingReadersMax = 16
    /// Requests that read recordings or search at once, of one principal and of all.
    static let heavyPerPrincipalMax = 2
    static let heavyMax = 8
    /// How long an ended token stays in the store and in lists, milliseconds: 30 days.
    static let endedTokenMilliseconds: Int64 = 30 * 86_400_000
    /// Events and comments that wait for a watcher's connection, each below 4 KiB: one who does not read is ended.
    static let feedPartsMax = 256
    /// Characters of base64 in one event of a live session, a multiple of 4: its reader takes 64 KiB.
    static let livePartCharactersMax = 40 << 10
    /// Between two looks at a live session's recording, milliseconds.
    static let livePauseMilliseconds: Int64 = 40
    /// Seconds that one part may wait for a watcher of a session to read, and the watcher's machine to acknowledge it.
    static let stallSecondsMax: Int64 = 30
    /// What a watcher who may not watch any more has to read why, milliseconds.
    static let cutMilliseconds: Int64 = 500
    /// Characters of the reason of who ends a session; more are cut.
    static let reasonCharactersMax = 1_000
    /// Seconds between two comments on a quiet event stream.
    static let heartbeatSeconds: Int64 = 15
}
