import NIOCore
import NIOPosix
import TLS
import Vocabulary

/// A host's shells and programs, by way of its runner.
public final class ShellTarget: TargetService {
    public let section: TargetSection
    public let target: Target
    let shell: ShellSection

    private let runners: RunnerHub

    init(_ section: TargetSection, _ shell: ShellSection, runners: RunnerHub) {
        self.section = section
        self.runners = runners
        self.shell = shell
        target = section.target
    }

    public func start() {}
    public func stop() async {}

    /// A connection to the runner for one session, on `loop`.
    func connect(on loop: any EventLoop) -> EventLoopFuture<TargetConnection> {
        switch shell.runner {
        case .local(let socket):
            return loop.flatSubmit {
                let handler = NIOLoopBound(TargetHandler(), eventLoop: loop)
                return ClientBootstrap(group: loop)
                    .connectTimeout(.seconds(GatewayLimits.dialSecondsMax))
                    .channelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(handler.value)
                        }
                    }
                    .connect(unixDomainSocketPath: socket)
                    .map { TargetConnection(channel: $0, handler: handler) }
                    .flatMapErrorThrowing { [name = self.target.name] error in
                        throw GatewayError.upstream(
                            "the runner of `\(name)` cannot be reached at \(socket): \(networkReason(error))"
                        )
                    }
            }
        case .remote(let name): return runners.connect(to: name, on: loop)
        }
    }
}
