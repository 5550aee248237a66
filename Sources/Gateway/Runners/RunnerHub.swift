import Cryptography
import Identity
import Logging
import NIOConcurrencyHelpers
import NIOCore
import Shell
import TLS
import Vocabulary

/// The runners on other hosts: which are connected, and which sessions wait for one to bring them a connection.
///
/// A runner has one lasting connection, its *attendance*. A session asks on it for a connection of its own, by a number
/// that is good once; what a runner has brought ends with its attendance.
public final class RunnerHub: Sendable {
    public let store: RunnerStore
    private let authority: CertificateAuthority
    let clock: Clock
    let log: Logger
    private let state = NIOLockedValueBox(State())

    private struct State {
        var attendances: [RunnerName: Attendance] = [:]
        var wanted: [[UInt8]: WantedConnection] = [:]
    }

    init(store: RunnerStore, authority: CertificateAuthority, clock: Clock, log: Logger) {
        self.store = store
        self.authority = authority
        self.clock = clock
        self.log = log
    }

    /// A certificate of the runners' CA. It counts for nothing before the store has it. Throws `TLSError`.
    public func issue(
        _ request: String, for runner: RunnerName
    ) throws -> (pem: String, certificate: RunnerCertificate) {
        let issued = try authority.issue(
            request: request, commonName: runner.text, now: clock.wall(),
            milliseconds: Identity.Limits.runnerCertificateMilliseconds)
        let certificate = RunnerCertificate(
            runner: runner, fingerprint: issued.fingerprint, expires: issued.notAfter)
        return (issued.pem, certificate)
    }

    public func isConnected(_ runner: RunnerName) -> Bool {
        state.withLockedValue { $0.attendances[runner] != nil }
    }

    // MARK: Sessions

    /// A connection to the runner for one session, whose bytes come on `loop`.
    func connect(to runner: RunnerName, on loop: any EventLoop) -> EventLoopFuture<TargetConnection>
    {
        let promise = loop.makePromise(of: TargetConnection.self)
        let number = Random.bytes(ShellLimits.sessionNumberBytes)
        let attendance = state.withLockedValue { state in
            guard let attendance = state.attendances[runner] else { return nil as Attendance? }
            state.wanted[number] = WantedConnection(
                attendance: attendance, loop: loop, promise: promise)
            return attendance
        }
        guard let attendance else {
            promise.fail(GatewayError.upstream("the runner `\(runner)` is not connected"))
            return promise.futureResult
        }
        let deadline = loop.scheduleTask(in: .seconds(GatewayLimits.dialSecondsMax)) {
            let late = self.state.withLockedValue { $0.wanted.removeValue(forKey: number) }
            late?.promise.fail(
                GatewayError.upstream("the runner `\(runner)` brought no connection in time"))
        }
        promise.futureResult.whenComplete { _ in deadline.cancel() }
        attendance.channel.writeAndFlush(
            ByteBuffer(bytes: SessionWanted(number: number).frame), promise: nil)
        return promise.futureResult
    }

    /// What the runner was asked for under this number, once; the connection is among those of its attendance then.
    func claim(_ number: [UInt8], by runner: RunnerName, _ channel: any Channel)
        -> WantedConnection?
    {
        state.withLockedValue { state in
            guard let wanted = state.wanted[number], wanted.attendance.runner == runner,
                state.attendances[runner] === wanted.attendance
            else { return nil }
            state.wanted[number] = nil
            wanted.attendance.add(channel)
            return wanted
        }
    }

    // MARK: Attendances

    /// The connection is the runner's lasting one from here on; one that it had before ends.
    func attend(_ runner: RunnerName, _ channel: any Channel) -> Attendance {
        let attendance = Attendance(runner: runner, channel: channel)
        let former = state.withLockedValue {
            $0.attendances.updateValue(attendance, forKey: runner)
        }
        if let former { end(former, "it has connected anew") }
        return attendance
    }

    /// Ends it, and everything that the runner brought.
    func end(_ attendance: Attendance, _ why: String) {
        let abandoned = state.withLockedValue { state -> [WantedConnection] in
            if state.attendances[attendance.runner] === attendance {
                state.attendances[attendance.runner] = nil
            }
            let numbers = state.wanted.filter { $0.value.attendance === attendance }.keys
            return numbers.compactMap { state.wanted.removeValue(forKey: $0) }
        }
        // Of two that end it at once, one finds them and either may be the first below.
        for wanted in abandoned {
            wanted.promise.fail(
                GatewayError.upstream("the runner `\(attendance.runner)` is away: \(why)"))
        }
        guard attendance.end() else { return }
        log.info("a runner is away", metadata: ["runner": "\(attendance.runner)", "why": "\(why)"])
    }

    /// Whatever it had until now is another's, or nobody's.
    func apply(_ revocation: Revocation) {
        guard case .runner(let runner) = revocation,
            let attendance = state.withLockedValue({ $0.attendances[runner] })
        else { return }
        end(attendance, "it was revoked, or enrolled anew")
    }

    func stop() {
        for attendance in state.withLockedValue({ Array($0.attendances.values) }) {
            end(attendance, "the gateway stops")
        }
    }
}

/// A session that waits for its connection.
struct WantedConnection: Sendable {
    let attendance: Attendance
    let loop: any EventLoop
    let promise: EventLoopPromise<TargetConnection>
}

/// A runner's lasting connection, with the sessions' connections that it brought.
final class Attendance: Sendable {
    let runner: RunnerName
    let channel: any Channel
    private let brought = NIOLockedValueBox<[ObjectIdentifier: any Channel]?>([:])

    init(runner: RunnerName, channel: any Channel) {
        self.runner = runner
        self.channel = channel
    }

    func add(_ session: any Channel) {
        let isOver = brought.withLockedValue { brought in
            brought?[ObjectIdentifier(session)] = session
            return brought == nil
        }
        if isOver { return session.close(promise: nil) }
        session.closeFuture.whenComplete { _ in
            self.brought.withLockedValue { _ = $0?.removeValue(forKey: ObjectIdentifier(session)) }
        }
    }

    /// False when it was over already.
    func end() -> Bool {
        let sessions = brought.withLockedValue { brought in
            defer { brought = nil }
            return brought
        }
        guard let sessions else { return false }
        channel.close(promise: nil)
        for session in sessions.values { session.close(promise: nil) }
        return true
    }
}
