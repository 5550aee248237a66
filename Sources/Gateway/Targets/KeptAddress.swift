import NIOCore
import NIOPosix
import Synchronization
import Vocabulary

/// Where a target's name led to a moment ago, so that a burst of sessions does not look it up for each. What the server
/// proves under TLS is the name, however it was reached.
final class KeptAddress: Sendable {
    private let kept = Mutex<(address: SocketAddress, until: MonotonicTime)?>(nil)

    /// Connects by the address that is kept; where there is none, or nobody answers there, by the name.
    func connect(
        _ bootstrap: @escaping @Sendable () -> ClientBootstrap, host: String, port: Int,
        clock: @escaping @Sendable () -> MonotonicTime = Clock.system.monotonic
    ) -> EventLoopFuture<any Channel> {
        guard let address = address(at: clock()) else {
            return byName(bootstrap(), host, port, clock)
        }
        return bootstrap().connect(to: address).flatMapError { _ in
            self.kept.withLock { $0 = nil }
            return self.byName(bootstrap(), host, port, clock)
        }
    }

    private func address(at now: MonotonicTime) -> SocketAddress? {
        kept.withLock { kept in
            kept.flatMap { now < $0.until ? $0.address : nil }
        }
    }

    private func byName(
        _ bootstrap: ClientBootstrap, _ host: String, _ port: Int,
        _ clock: @escaping @Sendable () -> MonotonicTime
    ) -> EventLoopFuture<any Channel> {
        let connecting = bootstrap.connect(host: host, port: port)
        connecting.whenSuccess { channel in
            guard let address = channel.remoteAddress else { return }
            let until = MonotonicTime(
                nanoseconds: clock().nanoseconds + GatewayLimits.keptAddressNanoseconds)
            self.kept.withLock { $0 = (address, until) }
        }
        return connecting
    }
}
