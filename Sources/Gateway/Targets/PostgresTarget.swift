import Cryptography
import Foundation
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Postgres
import SQL
import TLS
import Vocabulary

/// A PostgreSQL server: how to reach it, and what is known of it.
public final class PostgresTarget: TargetService {
    public let target: Target
    public let section: TargetSection
    let host: String
    let port: Int
    let upstreamUser: String
    let searchPath: [String]
    let recordedRowsMax: Int
    let clientTLS: TLSContext?
    let catalogue = CatalogueSource()
    private let keptPassword = KeptPassword()
    private let keptAddress = KeptAddress()
    private let postgres: PostgresSection
    private let log: Logger
    private let reader: CatalogueReader

    init(
        _ section: TargetSection, _ postgres: PostgresSection, loops: MultiThreadedEventLoopGroup,
        log: Logger
    ) throws {
        self.section = section
        self.postgres = postgres
        self.log = log
        target = section.target
        host = postgres.host
        port = postgres.port
        upstreamUser = postgres.user
        searchPath = postgres.searchPath
        recordedRowsMax = postgres.recordedRowsMax
        clientTLS = try postgres.clientContext()
        reader = CatalogueReader(loops: loops, log: log)
    }

    /// Begins to keep the catalogue's snapshot fresh.
    public func start() {
        reader.start(self, everyMilliseconds: postgres.catalogueRefreshMilliseconds)
    }

    public func stop() async { await reader.stop() }

    /// Reads the catalogue now, or joins a reading that begins after this call. Returns when it is done, or has failed.
    func refreshCatalogue() async { await reader.refresh(self) }

    /// Reads the catalogue once, and says what is wrong when it cannot: for `doctor`.
    public func probe() async throws -> Catalogue { try await reader.read(self) }

    /// Opens a connection and logs in, on `eventLoop`, within the deadline.
    func connect(
        parameters: [UpstreamSession.Parameter], on eventLoop: any EventLoop
    ) -> EventLoopFuture<UpstreamConnection> {
        eventLoop.flatSubmit { self.dial(parameters, eventLoop) }
    }

    /// On the loop, which both the socket and its handler are confined to.
    private func dial(
        _ parameters: [UpstreamSession.Parameter], _ eventLoop: any EventLoop
    ) -> EventLoopFuture<UpstreamConnection> {
        let ready = eventLoop.makePromise(of: UpstreamSession.self)
        let handler = NIOLoopBound(
            UpstreamHandler(target: self, parameters: parameters, ready: ready),
            eventLoop: eventLoop)
        let bootstrap: @Sendable () -> ClientBootstrap = {
            ClientBootstrap(group: eventLoop)
                .connectTimeout(.seconds(GatewayLimits.dialSecondsMax))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelOption(.maxMessagesPerRead, value: 1)
                .channelOption(.recvAllocator, value: sessionReads)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try KeepAlive.turnOn(channel)
                        try channel.pipeline.syncOperations.addHandler(handler.value)
                    }
                }
        }
        let connecting = keptAddress.connect(bootstrap, host: host, port: port)
        connecting.whenFailure { error in ready.fail(self.unreachable(error)) }
        let deadline = eventLoop.scheduleTask(in: .seconds(GatewayLimits.dialSecondsMax)) {
            [name] in
            ready.fail(GatewayError.upstream("the target `\(name)` did not log us in in time"))
        }
        let result = ready.futureResult.flatMap { session in
            connecting.map { UpstreamConnection(channel: $0, session: session, handler: handler) }
        }
        result.whenComplete { result in
            deadline.cancel()
            if case .failure = result { connecting.whenSuccess { $0.close(promise: nil) } }
        }
        return result
    }

    /// Asks the server to cancel what one of its sessions runs: a connection of its own, which says nothing back.
    func cancel(_ key: BackendKey?, on eventLoop: any EventLoop) {
        guard let key else { return }
        let tls = clientTLS
        let host = host
        ClientBootstrap(group: eventLoop)
            .connectTimeout(.seconds(GatewayLimits.dialSecondsMax))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        CancelHandler(key: key, tls: tls, serverName: host))
                }
            }
            .connect(host: host, port: port)
            .whenFailure { [log] error in
                log.warning(
                    "a cancel did not reach the target",
                    metadata: ["error": "\(networkReason(error))"])
            }
    }

    private func unreachable(_ error: any Error) -> GatewayError {
        let address = ListenAddress(host: host, port: port)
        return .upstream(
            "the target `\(name)` cannot be reached at \(address): \(networkReason(error))")
    }

    /// What the gateway logs in with. The password is read at each login, so that it can be rotated.
    func credentials(
        parameters: [UpstreamSession.Parameter], tls: TLSEstablished?
    ) throws -> UpstreamCredentials {
        let pinned = [
            UpstreamSession.Parameter(name: "client_encoding", value: "UTF8"),
            .init(name: "standard_conforming_strings", value: "on"),
            .init(name: "search_path", value: searchPathText),
        ]
        let binding = tls.map(\.channelBinding).flatMap { $0.isEmpty ? nil : $0 }
        var credentials = UpstreamCredentials(
            user: postgres.user, database: postgres.database,
            password: try postgres.passwordBytes(for: name),
            isEncrypted: tls != nil, channelBinding: binding, parameters: parameters + pinned,
            nonce: Random.bytes(24))
        credentials.saltedPassword = { [keptPassword] in
            keptPassword.salted($0, salt: $1, iterations: $2)
        }
        return credentials
    }

    private var searchPathText: String {
        searchPath.map { "\"\($0.replacingOccurrences(of: "\"", with: "\"\""))\"" }
            .joined(separator: ", ")
    }
}

/// A connection on which the gateway has logged in.
struct UpstreamConnection: DialledTarget {
    let channel: any Channel
    let session: UpstreamSession
    let handler: NIOLoopBound<UpstreamHandler>
}

extension PostgresSection {
    func clientContext() throws -> TLSContext? {
        switch tls {
        case .disable: nil
        case .require: try TLSContext.client(trust: .require)
        case .verifyFull: try TLSContext.client(trust: .verifyFull(caFile: caFile ?? ""))
        }
    }

    /// Without the line's end that editors add.
    func passwordBytes(for target: TargetName) throws -> [UInt8]? {
        switch password {
        case nil: return nil
        case .environment(let name):
            guard let text = ProcessInfo.processInfo.environment[name] else {
                throw GatewayError.configuration(
                    "the environment variable `\(name)` with the password of `\(target)` is not set"
                )
            }
            return Array(text.utf8)
        case .file(let path):
            guard var bytes = FileManager.default.contents(atPath: path).map(Array.init) else {
                throw GatewayError.configuration(
                    "the password file `\(path)` of `\(target)` cannot be read")
            }
            while bytes.last == 0x0A || bytes.last == 0x0D { bytes.removeLast() }
            return bytes
        }
    }
}
