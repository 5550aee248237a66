import Holds
import Identity
import Ledger
import Logging
import NIOCore
import Policy
import Postgres
import Recording
import Store
import TLS
import Vocabulary

/// Everything that sessions and the control API share. Made once by the assembly.
public final class GatewayServices: Sendable {
    public let clock: Clock
    public let log: Logger
    public let directory: CurrentDirectory
    public let revocations: Revocations
    public let tokens: TokenStore
    public let certificates: ClientCertificates
    public let keys: ConsentKeys
    public let logins: PAMLogins
    public let authenticator: Authenticator
    public let attempts: AttemptLimiter
    public let policies: PolicySource
    public let ledger: Ledger
    /// Logins that are refused without costing whoever tries anything.
    let refusals: RepeatedEntries
    public let recorder: Recorder
    public let database: SQLiteDatabase
    public let holds: HoldDesk
    public let sessions: SessionRegistry
    public let watchers = SessionWatchers()
    public let tls: TLSContextSource
    public let runners: RunnerHub
    public let targets: [TargetName: any TargetService]
    let texts = TextCache()
    let cancels = CancelLimiter()
    let spoolRoom = SpoolRoom()
    let waitingRoom = WaitingRoom()
    let background = BackgroundWork()
    let heap = HeapTrimmer()
    let turns: LoopTurns
    /// For stock SSH clients.
    let ssh: SSHDaemon
    /// Hands a channel behind TLS to the control API.
    let acceptHTTP: @Sendable (any Channel) -> Void

    init(_ parts: Parts) {
        clock = parts.clock
        log = parts.log
        directory = parts.directory
        revocations = parts.revocations
        tokens = parts.tokens
        certificates = parts.certificates
        keys = parts.keys
        logins = parts.logins
        attempts = parts.attempts
        authenticator = Authenticator(
            tokens: parts.tokens, logins: parts.logins, directory: parts.directory,
            attempts: parts.attempts)
        policies = parts.policies
        ledger = parts.ledger
        refusals = RepeatedEntries(
            ledger: parts.ledger, milliseconds: GatewayLimits.refusalsMilliseconds)
        recorder = parts.recorder
        database = parts.database
        holds = parts.holds
        sessions = parts.sessions
        tls = parts.tls
        runners = parts.runners
        targets = parts.targets
        turns = parts.turns
        ssh = parts.ssh
        acceptHTTP = parts.acceptHTTP
    }

    struct Parts {
        let clock: Clock
        let log: Logger
        let directory: CurrentDirectory
        let revocations: Revocations
        let tokens: TokenStore
        let certificates: ClientCertificates
        let keys: ConsentKeys
        let logins: PAMLogins
        let attempts: AttemptLimiter
        let policies: PolicySource
        let ledger: Ledger
        let recorder: Recorder
        let database: SQLiteDatabase
        let holds: HoldDesk
        let sessions: SessionRegistry
        let tls: TLSContextSource
        let runners: RunnerHub
        let targets: [TargetName: any TargetService]
        let turns: LoopTurns
        let ssh: SSHDaemon
        let acceptHTTP: @Sendable (any Channel) -> Void
    }
}

extension GatewayServices {
    /// Enters a login that has already been refused: when the ledger cannot take it, the refusal stands all the
    /// same. Only refusals that are charged to the address are entered one by one.
    public func enter(_ refusal: LoginRefusal) async {
        let entry = LedgerEntry(kind: refusal.event.kind, body: refusal.event.body)
        do {
            switch refusal.kind {
            case .noConversation: break
            case .refused: _ = try await ledger.append(entry)
            case .tooMany, .unavailable, .needsConversation:
                let sort = "\(refusal.kind.rawValue) \(refusal.address)"
                try await refusals.enter(entry, as: sort)
            }
        } catch {
            untaken(error)
        }
    }

    /// Enters it behind what goes on: nobody waits for it.
    ///
    /// - Parameter session: that has had so many of them that they are only counted.
    func enterLater(_ entry: LedgerEntry, countedOf session: SessionID? = nil) {
        background.start { [self] in
            do {
                if let session {
                    try await refusals.enter(entry, as: session.rawValue)
                } else {
                    _ = try await ledger.append(entry)
                }
            } catch {
                untaken(error)
            }
        }
    }

    private func untaken(_ error: any Error) {
        log.error("the ledger did not take an entry", metadata: ["error": "\(error)"])
    }

    /// Tells a person's other sessions that a key of theirs was enrolled or changed: who has only their password cannot
    /// do it in silence.
    public func announce(_ enrolment: ConsentKeys.Enrolment) {
        guard let event = enrolment.event else { return }
        let key = enrolment.key
        sessions.tell(
            key.person,
            ErrorFields(
                .warning, code: "01000",
                "sallyport: the consent key \(key.id.rawValue) was \(event.kind == "key-enrolled" ? "enrolled" : "changed") for you",
                detail: key.isProtected ? nil : "it is not protected",
                hint:
                    "if that was not you: sallyport key revoke \(key.id.rawValue), and change your password"
            ))
    }

    /// What waits for a revoked credential to come again will wait in vain.
    func endHolds(_ revocation: Revocation) async {
        do {
            try await holds.apply(revocation)
        } catch {
            // The desk tries again.
            log.error(
                "holds of a revoked credential are not ended yet", metadata: ["error": "\(error)"])
        }
    }

    /// A CancelRequest: found or not, the answer is the same. Each address may try so often in a minute.
    func cancel(_ key: BackendKey, from address: SocketAddress?) {
        guard cancels.admit(address.map(addressText) ?? "unknown", at: clock.monotonic()) else {
            return
        }
        sessions.entry(for: key)?.cancel()
    }
}
