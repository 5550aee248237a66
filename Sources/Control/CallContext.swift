import Glibc
import Hummingbird
import Identity
import NIOCore
import Vocabulary

/// What the handlers of one request share.
struct CallContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel
    /// The peer's address, for limits and records.
    let address: String
    /// Who calls; set by `Authentication` before any handler but the login's runs.
    var caller: AuthenticatedPrincipal?
    /// What stands behind the path's `?`.
    var query = CallQuery()

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        address = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }

    var maxUploadSize: Int { ControlLimits.bodyBytesMax }

    /// The caller, where one is needed.
    func authenticated() throws -> AuthenticatedPrincipal {
        guard let caller else { throw CallRefusal.notAuthenticated }
        return caller
    }

    /// Closes the connection of an answer that goes on when its caller's credential expires, however quiet it is then.
    /// To be cancelled when the answer ends.
    func closing(
        _ caller: AuthenticatedPrincipal, now: WallTime
    ) -> Scheduled<Void>? {
        guard let expires = caller.credential.expires else { return nil }
        let left = max(0, expires.milliseconds - now.milliseconds)
        return channel.eventLoop.scheduleTask(in: .milliseconds(left)) { [channel] in
            channel.close(promise: nil)
        }
    }

    /// Closes the connection after so long, calling `first`. To be cancelled when what is waited for has come.
    func closing(within seconds: Int64, _ first: @escaping @Sendable () -> Void) -> Scheduled<Void>
    {
        channel.eventLoop.scheduleTask(in: .seconds(seconds)) { [channel] in
            first()
            channel.close(promise: nil)
        }
    }

    /// Ends the connection when the peer's machine has acknowledged nothing of what was sent for so long: heartbeats are
    /// enough to notice that it is gone, which the system would find out by itself after a quarter of an hour.
    func closing(unheardFor seconds: Int64) {
        _ = channel.setOption(
            .tcpOption(NIOBSDSocket.Option(rawValue: TCP_USER_TIMEOUT)),
            value: SocketOptionValue(seconds * 1_000))
    }

    /// Calls `body` once, when the connection is closed.
    func whenClosed(_ body: @escaping @Sendable () -> Void) {
        channel.closeFuture.whenComplete { _ in body() }
    }

    /// Ends the connection of an answer that goes on, whatever waits to be written.
    func close() { channel.close(promise: nil) }

    /// A part of the path by its name.
    func parameter(_ name: String) throws -> String {
        guard let value = parameters.get(name) else { throw CallRefusal.notFound("nothing there") }
        return value
    }
}
