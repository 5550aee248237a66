import ControlClient
import Cryptography
import Glibc
import Shell
import TLS
import Vocabulary

/// The gateway of another machine, as its runner has it: one lasting connection, which is dialled again and again, and the
/// connections that the gateway asks for on it, one for each session.
///
///     resting ─▶ resolving ─▶ dialling ─▶ attending ─▶ (the link is cut) ─▶ resting
final class GatewayLink {
    /// What the runner does about it.
    enum Event {
        /// A session's connection, whose first frame is on its way.
        case session(FrameLink)
        /// The gateway is away: nothing of its sessions goes on.
        case lost
    }

    private enum Stage {
        case resting(until: Int64)
        case resolving(Inquiry<Resolution>)
        case dialling(FrameLink, rest: [ResolvedAddress], since: Int64)
        case attending(FrameLink)
    }

    private var enrolment: Enrolment
    private let renewMilliseconds: Int64
    private let poller: Poller
    private let log: (String) -> Void
    private var stage = Stage.resting(until: 0)
    /// Where it answered: its sessions' connections go there too.
    private var place: ResolvedAddress?
    private var failures = 0
    private var heardAt: Int64 = 0
    private var pingAt: Int64 = 0
    private var renewAt: Int64 = 0
    /// Of the certificate that was asked for.
    private var nextKey: CertificateKey?
    private var events: [Event] = []

    init(
        _ enrolment: Enrolment, renewMilliseconds: Int64, poller: Poller,
        log: @escaping (String) -> Void
    ) {
        self.enrolment = enrolment
        self.renewMilliseconds = renewMilliseconds
        self.poller = poller
        self.log = log
    }

    var address: String { enrolment.address.description }

    /// The descriptor that it waits for.
    var descriptor: Int32? {
        switch stage {
        case .resting: nil
        case .resolving(let resolver): resolver.descriptor
        case .dialling(let link, _, _), .attending(let link): link.descriptor
        }
    }

    /// When it wants its turn at the latest, milliseconds of the monotonic clock.
    var wakesAt: Int64 {
        switch stage {
        case .resting(let until): until
        case .resolving: .max
        case .dialling(_, _, let since): since + RunnerLimits.dialMillisecondsMax
        case .attending: min(pingAt, heardAt + ShellLimits.silenceMillisecondsMax)
        }
    }

    /// Does what is to be done now.
    ///
    /// - Parameter isReady: its descriptor can be read.
    func turn(now: Int64, isReady: Bool) -> [Event] {
        do {
            switch stage {
            case .resting(let until): if now >= until { try resolve() }
            case .resolving(let resolver): if isReady { try dial(resolver.answer, now) }
            case .dialling(let link, _, let since):
                try read(link, now, isReady)
                if case .dialling = stage, now - since > RunnerLimits.dialMillisecondsMax {
                    throw RunnerError.configuration("it does not answer")
                }
            case .attending(let link):
                try read(link, now, isReady)
                try keepAlive(link, now)
            }
            try flush()
        } catch {
            lose("\(error)", now)
        }
        defer { events.removeAll() }
        return events
    }

    // MARK: Dialling

    private func resolve() throws {
        let (host, port) = (enrolment.address.host, enrolment.address.port)
        let resolver = try Inquiry { Resolution.of(host: host, port: port) }
        stage = .resolving(resolver)
        poller.set(resolver.descriptor, .read)
    }

    private func dial(_ outcome: Resolution?, _ now: Int64) throws {
        guard case .resolving(let resolver) = stage else { return }
        poller.set(resolver.descriptor, [])
        switch outcome {
        case .found(let places): try dial(places, now)
        case .failed(let why): throw RunnerError.configuration(why)
        case nil: throw RunnerError.configuration("its name was not looked up")
        }
    }

    private func dial(_ places: [ResolvedAddress], _ now: Int64) throws {
        guard let first = places.first else { throw RunnerError.configuration("it has no address") }
        let link = try enrolment.link(to: first)
        place = first
        link.send(.attend)
        stage = .dialling(link, rest: Array(places.dropFirst()), since: now)
        try flush()
    }

    /// The address that was tried does not do: the next one, or all of it again after a while.
    private func lose(_ why: String, _ now: Int64) {
        if let descriptor { poller.set(descriptor, []) }
        switch stage {
        case .dialling(_, let rest, _) where !rest.isEmpty:
            do { return try dial(rest, now) } catch {}
        case .attending: events.append(.lost)
        case .resting, .resolving, .dialling: break
        }
        nextKey = nil
        let most = min(
            RunnerLimits.redialMillisecondsMin << Int64(min(failures, 10)),
            RunnerLimits.redialMillisecondsMax)
        let pause = Int64.random(in: most / 2...most)
        failures += 1
        stage = .resting(until: now + pause)
        log("the gateway \(address) is away: \(why); trying again in \(pause) ms")
    }

    // MARK: Frames

    private func read(_ link: FrameLink, _ now: Int64, _ isReady: Bool) throws {
        guard isReady else { return }
        try link.receive()
        heardAt = now
        while try link.next({ type, body in try took(type, body, link, now) }) {}
        if link.isAtEnd { throw RunnerError.configuration("it has closed the connection") }
    }

    private func took(
        _ type: FrameType, _ body: UnsafeRawBufferPointer, _ link: FrameLink, _ now: Int64
    ) throws {
        switch (type, stage) {
        case (.attended, .dialling):
            stage = .attending(link)
            failures = 0
            (pingAt, renewAt) = (now, now)
            log("connected to the gateway \(address)")
        case (.refused, _):
            throw RunnerError.configuration(try ShellRefusal(body: body).message)
        case (.ping, _): break
        case (.wanted, .attending): bring(try SessionWanted(body: body).number)
        case (.certificate, .attending):
            try renew(try CertificateIssued(body: body).certificate)
        default: throw FrameLink.Failure.badFrame("a frame that does not fit here: \(type)")
        }
    }

    /// What cannot be had for one session does not end the others: the gateway gives this one up.
    private func bring(_ number: [UInt8]) {
        guard let place else { return }
        do {
            let link = try enrolment.link(to: place)
            link.send(SessionBrought(number: number))
            events.append(.session(link))
        } catch {
            log("a session cannot be brought: \(error)")
        }
    }

    private func keepAlive(_ link: FrameLink, _ now: Int64) throws {
        guard now - heardAt <= ShellLimits.silenceMillisecondsMax else {
            throw RunnerError.configuration("nothing was heard of it")
        }
        if now >= pingAt {
            link.send(.ping)
            pingAt = now + ShellLimits.pingMilliseconds
        }
        if now >= renewAt { try askForCertificate(link, now) }
    }

    private func flush() throws {
        switch stage {
        case .resting, .resolving: return
        case .dialling(let link, _, _), .attending(let link):
            try link.flush()
            poller.set(link.descriptor, link.wantsWrite ? [.read, .write] : .read)
        }
    }

    // MARK: Certificates

    private func askForCertificate(_ link: FrameLink, _ now: Int64) throws {
        renewAt = now + RunnerLimits.renewPauseMilliseconds
        guard enrolment.expires.milliseconds - wallMilliseconds() < renewMilliseconds else {
            return
        }
        let key = try CertificateKey.generate()
        link.send(CertificateWanted(request: try key.request(commonName: "runner")))
        nextKey = key
    }

    private func renew(_ certificate: String) throws {
        guard let key = nextKey else { return }
        nextKey = nil
        do {
            try enrolment.renew(certificate: certificate, key: key)
            log("the certificate was renewed")
        } catch {
            log("the new certificate is not kept: \(error)")
        }
    }
}

private func wallMilliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
}
