import Cryptography
import Foundation
import Holds
import Identity
import Ledger
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Policy
import Recording
import Store
import TLS
import Vocabulary

/// The composition root: reads the configuration, opens what it names, and wires it, from the store up to the listener.
public final class RunningGateway: Sendable {
    public let services: GatewayServices
    private let configurationFile: String
    /// As of the start.
    private let configuration: GatewayConfiguration
    private let loops: MultiThreadedEventLoopGroup
    private let listener: Listener
    private let watch: Revocations.Subscription
    private let retention: RetentionKeeper
    private let http: HTTPEnd
    private let isStopped = NIOLockedValueBox(false)

    /// Where it listens, as bound.
    public var addresses: [ListenAddress] { listener.addresses }

    /// Opens everything and begins to listen. Throws with the first thing that is wrong, and what to do about it.
    ///
    /// `makeHTTP` makes the control API's end of the listener from the services.
    public static func start(
        configurationFile: String, log: Logger,
        makeHTTP: @escaping @Sendable (GatewayServices) -> HTTPEnd
    ) async throws -> RunningGateway {
        let configuration = try GatewayConfiguration.load(file: configurationFile)
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: max(1, System.coreCount - 1))
        let http = HTTPEntrance()
        let services = try await open(configuration, log: log, loops: loops, http: http)
        let end = makeHTTP(services)
        http.open(end.accept)
        let (sessions, watchers) = (services.sessions, services.watchers)
        let runners = services.runners
        let watch = services.revocations.subscribe { revocation in
            sessions.apply(revocation)
            watchers.apply(revocation)
            runners.apply(revocation)
            services.background.start { await services.endHolds(revocation) }
        }
        _ = try await services.ledger.append(started(configuration, services))
        let listener = try await Listener.bind(
            configuration.gateway.listen, services: services, group: loops)
        for target in services.targets.values { target.start() }
        return RunningGateway(
            services: services, configurationFile: configurationFile,
            configuration: configuration, loops: loops, listener: listener, watch: watch, http: end)
    }

    private init(
        services: GatewayServices, configurationFile: String, configuration: GatewayConfiguration,
        loops: MultiThreadedEventLoopGroup, listener: Listener, watch: Revocations.Subscription,
        http: HTTPEnd
    ) {
        self.services = services
        self.configurationFile = configurationFile
        self.configuration = configuration
        self.loops = loops
        self.listener = listener
        self.watch = watch
        retention = RetentionKeeper(services)
        self.http = http
    }

    /// Reads policies, people and certificates again, and applies them to sessions under way too. What is wrong stays
    /// as it was, and is said; so is what cannot change in a running gateway.
    public func reload() async {
        do {
            let next = try GatewayConfiguration.load(file: configurationFile)
            let policies = try PolicySet.load(directory: next.gateway.policiesDirectory)
            let directory = try Directory(next.identity.declaration)
            let tls = try next.gateway.tlsContext(
                authorities: configuration.gateway.stateDirectory)
            try next.checkStartup()
            let left = configuration.needsRestart(for: next)
            let gone = services.directory.value.missing(in: directory)
            // Of the disk's reserve too: taking a right away must not wait for room.
            _ = try await services.ledger.append(
                LedgerEntry(
                    kind: "policies-loaded",
                    body: [
                        "version": .text(policies.version),
                        "rules": .integer(Int64(policies.ruleCount)),
                        "revoked": .array(gone.map { .text($0.text) }),
                        "needs_restart": .array(left.map { .text($0) }),
                    ], isEnding: true))
            services.tls.replace(with: tls)
            services.directory.replace(with: directory)
            services.policies.replace(with: policies)
            services.sessions.policyChanged()
            services.watchers.recheck()
            services.log.info("reloaded", metadata: ["policies": "\(policies.version)"])
            for name in left {
                services.log.warning("`\(name)` has changed and needs a restart")
            }
        } catch {
            services.log.error("nothing was reloaded", metadata: ["error": "\(error)"])
            _ = try? await services.ledger.append(
                LedgerEntry(
                    kind: "reload-refused",
                    body: [
                        "error": .text(
                            String("\(error)".prefix(GatewayLimits.enteredErrorCharactersMax)))
                    ]))
        }
    }

    /// Drains: no new connections, sessions end (what is held is abandoned), records are closed, in that order.
    /// A second time it does nothing.
    public func stop() async {
        let isFirst = isStopped.withLockedValue { isStopped in
            defer { isStopped = true }
            return !isStopped
        }
        guard isFirst else { return }
        await listener.close()
        services.sessions.endAll(.stopping)
        await services.sessions.waitUntilEmpty(within: .seconds(GatewayLimits.drainSecondsMax))
        services.runners.stop()
        await http.stop()
        await services.background.waitUntilDone(within: .seconds(GatewayLimits.drainSecondsMax))
        watch.cancel()
        retention.stop()
        await services.holds.stop()
        await services.refusals.finish()
        await services.logins.shutDown()
        for target in services.targets.values { await target.stop() }
        try? await loops.shutdownGracefully()
        await services.recorder.close()
        _ = try? await services.ledger.append(
            LedgerEntry(kind: "gateway-stopped", body: [:], isEnding: true))
        await services.ledger.close()
        await services.database.close()
    }
}

/// The control API's end of the listener.
public struct HTTPEnd: Sendable {
    /// Takes over a channel that speaks HTTP/1.1 from here on. Called on the channel's event loop.
    let accept: @Sendable (any Channel) -> Void
    /// Ends all connections, streams too; returns when nothing of them is left on the loops.
    let stop: @Sendable () async -> Void

    public init(
        accept: @escaping @Sendable (any Channel) -> Void,
        stop: @escaping @Sendable () async -> Void
    ) {
        self.accept = accept
        self.stop = stop
    }
}

/// The control API is made from the services, and the services know the way to it: this stands in between.
final class HTTPEntrance: Sendable {
    private let way = NIOLockedValueBox<(@Sendable (any Channel) -> Void)?>(nil)

    func open(_ accept: @escaping @Sendable (any Channel) -> Void) {
        way.withLockedValue { $0 = accept }
    }

    func accept(_ channel: any Channel) {
        guard let accept = way.withLockedValue({ $0 }) else { return channel.close(promise: nil) }
        accept(channel)
    }
}

private func open(
    _ configuration: GatewayConfiguration, log: Logger, loops: MultiThreadedEventLoopGroup,
    http: HTTPEntrance
) async throws -> GatewayServices {
    let section = configuration.gateway
    let policies = try PolicySet.load(directory: section.policiesDirectory)
    _ = try section.tlsContext()
    let targetNames = Set(configuration.targets.map(\.name))
    let declared = try Directory(configuration.identity.declaration, targets: targetNames)
    try configuration.checkStartup()
    try makeStateDirectory(section.stateDirectory)
    let database = try SQLiteDatabase(path: section.stateDirectory + "/store.sqlite")
    try await database.migrate(IdentityMigrations.all + HoldMigrations.all)
    let runnerAuthority = try GatewayAuthority.runner.open(stateDirectory: section.stateDirectory)
    let clientAuthority = try GatewayAuthority.client.open(stateDirectory: section.stateDirectory)
    let tls = try section.tlsContext(authorities: section.stateDirectory)
    let key = try LedgerKey.open(directory: section.stateDirectory, name: section.ledgerOrigin)
    let ledger = try Ledger.open(
        directory: section.stateDirectory + "/ledger", origin: section.ledgerOrigin, key: key)
    let revocations = Revocations()
    let directory = CurrentDirectory(declared, revocations: revocations)
    let attempts = AttemptLimiter(secret: Random.bytes(32))
    let recorder = try await openRecorder(section, database: database, ledger: ledger, log: log)
    let enter: LedgerEntrance = { event in
        try await ledger.append(
            LedgerEntry(kind: event.kind, body: event.body, isEnding: event.isEnding)
        ).index
    }
    let keys = ConsentKeys(
        database: database, directory: directory, revocations: revocations, enter: enter)
    let tokens = TokenStore(
        database: database, directory: directory, revocations: revocations, enter: enter)
    try await tokens.rememberLive(now: Clock.system.wall())
    let logins = PAMLogins(
        configuration: try PAMConfiguration(
            service: configuration.identity.pamService,
            directory: configuration.identity.pamDirectory),
        directory: directory, database: database, attempts: attempts)
    let holds = try await openHolds(
        configuration, database: database, ledger: ledger, directory: directory, keys: keys,
        tokens: tokens)
    let runners = RunnerHub(
        store: RunnerStore(
            database: database, directory: directory, revocations: revocations, attempts: attempts,
            enter: enter), authority: runnerAuthority, clock: .system, log: log)
    let targets = try configuration.targets.map { section in
        (
            section.name,
            try makeTarget(
                section, stateDirectory: configuration.gateway.stateDirectory, loops: loops,
                log: log, runners: runners)
        )
    }
    return GatewayServices(
        .init(
            clock: .system, log: log, directory: directory, revocations: revocations,
            tokens: tokens,
            certificates: ClientCertificates(
                authority: clientAuthority, clock: .system, enter: enter), keys: keys,
            logins: logins, attempts: attempts,
            policies: PolicySource(policies), ledger: ledger, recorder: recorder,
            database: database, holds: holds, sessions: SessionRegistry(),
            tls: TLSContextSource(tls), runners: runners,
            targets: Dictionary(uniqueKeysWithValues: targets),
            turns: try LoopTurns(loops: loops, recorder: recorder),
            ssh: SSHDaemon(directory: section.stateDirectory + "/ssh"),
            acceptHTTP: { http.accept($0) }))
}

private func makeTarget(
    _ section: TargetSection, stateDirectory: String, loops: MultiThreadedEventLoopGroup,
    log: Logger, runners: RunnerHub
) throws -> any TargetService {
    switch section.service {
    case .postgres(let postgres):
        try PostgresTarget(section, postgres, loops: loops, log: log)
    case .shell(let shell): ShellTarget(section, shell, runners: runners)
    case .docker(let docker):
        try DockerTarget(section, docker, spoolDirectory: stateDirectory)
    }
}

private func openRecorder(
    _ section: GatewaySection, database: SQLiteDatabase, ledger: Ledger, log: Logger
) async throws -> Recorder {
    var options = RecorderOptions()
    options.syncMilliseconds = section.recordingSyncMilliseconds
    options.onRoots = { await enter($0, in: ledger, log) }
    options.onRecovery = { _ = try await ledger.append($0.entry) }
    return try await Recorder.open(
        directory: section.stateDirectory + "/recordings", database: database, options: options)
}

private func openHolds(
    _ configuration: GatewayConfiguration, database: SQLiteDatabase, ledger: Ledger,
    directory: CurrentDirectory, keys: ConsentKeys, tokens: TokenStore
) async throws -> HoldDesk {
    var options = HoldOptions()
    options.freshMilliseconds = configuration.consents.freshMilliseconds
    options.allowsUnprotectedKeys = configuration.consents.allowsUnprotectedKeys
    options.pendingPerPrincipalMax = configuration.consents.pendingPerPrincipalMax
    options.pendingPerTargetMax = configuration.consents.pendingPerTargetMax
    let scratch = configuration.gateway.stateDirectory + "/scratch"
    try makeStateDirectory(scratch)
    let desk = HoldDesk(
        database: database, ledger: ledger, directory: directory, tokens: tokens, keys: keys,
        verifier: SignatureVerifier(scratch: scratch), options: options)
    _ = try await desk.restart()
    return desk
}

private func started(
    _ configuration: GatewayConfiguration, _ services: GatewayServices
) -> LedgerEntry {
    LedgerEntry(
        kind: "gateway-started",
        body: [
            "listen": .array(configuration.gateway.listen.map { .text($0.description) }),
            "policy": .text(services.policies.set.version),
            "targets": .array(configuration.targets.map { .text($0.name.text) }),
            "weakened": .array(configuration.weakenings.map { .text($0) }),
        ])
}

/// Private to the gateway's own account.
private func makeStateDirectory(_ path: String) throws {
    do {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    } catch {
        throw GatewayError.configuration(
            "the directory `\(path)` cannot be made: \(error.localizedDescription)")
    }
}
