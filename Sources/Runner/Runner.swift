import CGlibc
import ControlClient
import Glibc
import Shell
import Supervision

/// The runner: starts sessions for a gateway, and stops each of their programs until the gateway has said that it may run.
/// One thread, which everything here is confined to: the kernel binds supervised processes to it.
public final class Runner {
    private let options: RunnerOptions
    private let poller: Poller
    private let supervisor: Supervisor
    private let socket: RunnerSocket?
    private let gateway: GatewayLink?
    private let signals: Int32
    private let lookups: AccountLookups
    private var sessions: [ObjectIdentifier: RunnerSession] = [:]
    /// Which session a descriptor belongs to.
    private var owners: [Int32: RunnerSession] = [:]
    private var supervised: [SupervisedSession: RunnerSession] = [:]
    private var touched: [ObjectIdentifier: RunnerSession] = [:]
    private let sessionsMax: Int
    /// When held programs are looked at again, and when connections are taken again; milliseconds of the monotonic clock.
    private var heldCheckAt: Int64 = 0
    private var acceptAt: Int64?
    private let log: (String) -> Void

    /// Ignores SIGPIPE from here on, opens the socket, reads the enrolment, and takes over SIGTERM, SIGINT and SIGCHLD of this
    /// thread, which must be the process's only one.
    public init(_ options: RunnerOptions, log: @escaping (String) -> Void) throws {
        self.options = options
        self.log = log
        // Programs need not read what is written to them. Theirs is the default again.
        signal(SIGPIPE, SIG_IGN)
        sessionsMax = Self.sessionsMax()
        poller = try Poller()
        lookups = AccountLookups(poller: poller)
        supervisor = try Supervisor(Self.supervision(options))
        var mask = sigset_t()
        sigemptyset(&mask)
        sigaddset(&mask, SIGTERM)
        sigaddset(&mask, SIGINT)
        sigprocmask(SIG_BLOCK, &mask, nil)
        signals = signalfd(-1, &mask, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        guard signals >= 0 else { throw RunnerError.system("signalfd", errno) }
        socket = try options.socket.map { path in
            try RunnerSocket(path, gatewayUser: options.gatewayUser)
        }
        gateway = try options.enrolment.map { [poller] directory in
            GatewayLink(
                try Enrolment(directory: directory), renewMilliseconds: options.renewMilliseconds,
                poller: poller, log: log)
        }
        if let socket { poller.set(socket.descriptor, .read) }
        poller.set(supervisor.descriptor, .read)
        poller.set(signals, .read)
    }

    deinit { Glibc.close(signals) }

    /// No session sees the runner's own socket and enrolment, wherever they are.
    private static func supervision(_ options: RunnerOptions) -> SupervisorOptions {
        var supervision = SupervisorOptions()
        if let socket = options.socket {
            // As a directory, so that a socket that is made anew is hidden as well; of / and what is in it, much more would be.
            let name = socket.split(separator: "/").last.map(String.init) ?? ""
            let directory = real(String(socket.dropLast(name.count)))
            let isLarge = directory.split(separator: "/").count < 2
            supervision.covered.append(Array((isLarge ? directory + "/" + name : directory).utf8))
        }
        if let directory = options.enrolment {
            supervision.covered.append(Array(real(directory).utf8))
        }
        return supervision
    }

    /// Without symbolic links, from / on.
    private static func real(_ path: String) -> String {
        guard let found = realpath(path.isEmpty ? "." : path, nil) else { return path }
        defer { free(found) }
        return String(cString: found)
    }

    /// No more than there are descriptors for: one too many would not end the others.
    private static func sessionsMax() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1 }
        let descriptors = Int(clamping: limit.rlim_cur) - RunnerLimits.descriptorsSpare
        return max(1, min(RunnerLimits.sessionsMax, descriptors / RunnerLimits.sessionDescriptors))
    }

    /// Serves until SIGTERM or SIGINT; then every session ends.
    public func run() {
        while true {
            var isGatewayReady = false
            for ready in poller.wait(milliseconds: waitMilliseconds) {
                if ready.descriptor == signals { return stop() }
                if ready.descriptor == socket?.descriptor {
                    accept()
                } else if ready.descriptor == gateway?.descriptor {
                    isGatewayReady = ready.canRead
                } else if ready.descriptor != supervisor.descriptor {
                    serve(ready)
                }
            }
            attend(isGatewayReady)
            tidy()
            supervise()
            settle()
        }
    }

    private func stop() {
        for session in sessions.values { session.closeAll() }
        for id in supervised.keys { supervisor.end(id) }
        // What is still there dies with this process.
        sessions.removeAll()
        owners.removeAll()
    }

    // MARK: Connections

    private func accept() {
        while let socket {
            switch socket.accept() {
            case .connection(let connection):
                add(FrameLink(descriptor: connection, frameBytesMax: ShellLimits.frameBytesMax))
            case .nobody: return
            case .failed(let error):
                // It stays readable: looked at again after a while.
                log("no connection is taken for a while: \(error)")
                poller.set(socket.descriptor, [])
                acceptAt = milliseconds() + RunnerLimits.acceptPauseMilliseconds
                return
            }
        }
    }

    /// The gateway of another machine has its turn.
    private func attend(_ isReady: Bool) {
        guard let gateway else { return }
        for event in gateway.turn(now: milliseconds(), isReady: isReady) {
            switch event {
            case .session(let link): add(link, isRemote: true)
            case .lost: for session in sessions.values where session.isRemote { end(session) }
            }
        }
    }

    private func add(_ link: FrameLink, isRemote: Bool = false) {
        guard sessions.count < sessionsMax else {
            let why = "this runner has \(sessionsMax) sessions, and takes no more"
            log("a session is refused: there are \(sessionsMax)")
            var writer = BodyWriter()
            writer.text(why)
            writer.int32(126)
            link.send(.failed, writer.bytes)
            // It fits, or nobody is there to read it.
            try? link.flush()
            return
        }
        let session = RunnerSession(link: link, isRemote: isRemote) {
            [poller] in poller.set($0, [])
        }
        sessions[ObjectIdentifier(session)] = session
        owners[link.descriptor] = session
        touch(session)
    }

    private func serve(_ ready: Poller.Ready) {
        if let (sessions, account) = lookups.take(ready.descriptor) {
            for session in sessions { found(account, for: session) }
            return
        }
        guard let session = owners[ready.descriptor] else { return }
        touch(session)
        let file = ready.descriptor
        if file == session.link.descriptor {
            if ready.canRead { readFrames(session) }
        } else {
            if ready.canWrite { session.writeInput() }
            if ready.canRead, file != session.input, !session.readOutput(file) {
                forget(file, of: session)
            }
        }
    }

    private func forget(_ file: Int32, of session: RunnerSession) {
        owners[file] = nil
        session.closeFile(file)
    }

    private func readFrames(_ session: RunnerSession) {
        do {
            try session.link.receive()
            try takeFrames(session)
        } catch {
            log("a session of the gateway's is ended: \(error)")
            end(session)
        }
    }

    private func takeFrames(_ session: RunnerSession) throws {
        while !session.isLookingUp,
            try session.link.next({ type, body in try took(type, body, session) })
        {}
        if session.link.isAtEnd { end(session) }
    }

    private func took(
        _ type: FrameType, _ body: UnsafeRawBufferPointer, _ session: RunnerSession
    ) throws {
        switch (type, session.stage) {
        case (.start, .waiting): start(try RunnerStart(body: body), session)
        case (.input, .running): try session.take(input: body)
        case (.inputEnd, .running): session.endInput()
        case (.resize, .running): session.resize(try TerminalSize(body: body))
        case (.signal, .running(let id)):
            var reader = BodyReader(body)
            let number = try reader.int32()
            try reader.end()
            supervisor.signal(id, number)
        case (.answer, .running(let id)):
            let answer = try ProgramAnswer(body: body)
            guard session.answered(answer.program) else { return }
            supervisor.answer(id, answer.program, answer.mayRun ? .run : .refuse)
        case (.watch, .running(let id)):
            var reader = BodyReader(body)
            supervisor.watch(id, paths: try reader.words(bytesMax: ShellLimits.frameBytesMax))
        // What crossed the session's end on its way.
        case (_, .draining), (_, .over): break
        default: throw FrameLink.Failure.badFrame("a frame that does not fit here: \(type)")
        }
    }

    // MARK: Sessions

    private func start(_ wanted: RunnerStart, _ session: RunnerSession) {
        guard options.accounts.contains(wanted.account) else {
            return fail(session, "this runner does not run anything as `\(wanted.account)`", 126)
        }
        do {
            try lookups.ask(wanted.account, for: session)
            session.stage = .lookingUp(wanted, since: milliseconds())
        } catch {
            fail(session, "\(error)", 126)
        }
    }

    /// The system has answered.
    private func found(_ account: Account?, for session: RunnerSession) {
        guard case .lookingUp(let wanted, _) = session.stage else { return }
        touch(session)
        guard let account else {
            return fail(session, "this host has no account `\(wanted.account)`", 126)
        }
        start(wanted, as: account, session)
        do {
            try takeFrames(session)
        } catch {
            log("a session of the gateway's is ended: \(error)")
            end(session)
        }
    }

    private func checkLookup(_ session: RunnerSession, _ now: Int64) {
        guard case .lookingUp(let wanted, let since) = session.stage,
            now - since > RunnerLimits.lookupMillisecondsMax
        else { return }
        touch(session)
        fail(session, "this host does not find the account `\(wanted.account)` in time", 126)
    }

    private func start(_ wanted: RunnerStart, as account: Account, _ session: RunnerSession) {
        let launch = Launch(wanted, account)
        session.launch = launch
        do {
            let id = try begin(launch, session)
            supervisor.watch(id, paths: wanted.watched)
            session.stage = .running(id)
            supervised[id] = session
            for file in session.files { owners[file] = session }
        } catch {
            fail(session, "\(error)", 126)
        }
    }

    private func begin(
        _ launch: Launch, _ session: RunnerSession
    ) throws -> SupervisedSession {
        if let size = launch.wanted.terminal {
            let terminal = try session.openTerminal(size)
            defer { terminal.closeSessionSide() }
            return try supervisor.start(launch.plan(.privateTerminal(terminal)))
        }
        let files = try session.openPipes()
        defer { for file in files { Glibc.close(file) } }
        return try supervisor.start(
            launch.plan(.pipes(input: files[0], output: files[1], error: files[2])))
    }

    /// The session does not come to be: said where its own errors would be.
    private func fail(_ session: RunnerSession, _ why: String, _ status: Int32) {
        var writer = BodyWriter()
        writer.text(why)
        writer.int32(status)
        session.link.send(.failed, writer.bytes)
        finish(session)
    }

    private func failed(_ session: RunnerSession, _ error: SupervisionError) {
        let said = session.launch?.failure(error) ?? (text: "\(error)", status: 126)
        fail(session, said.text, said.status)
    }

    /// The gateway is away, or has gone mad: everything of the session ends.
    private func end(_ session: RunnerSession) {
        if case .running(let id) = session.stage { supervisor.end(id) }
        close(session)
    }

    private func close(_ session: RunnerSession) {
        for file in session.files { forget(file, of: session) }
        for file in session.numbers where owners[file] === session { owners[file] = nil }
        owners[session.link.descriptor] = nil
        poller.set(session.link.descriptor, [])
        lookups.leave(session)
        sessions[ObjectIdentifier(session)] = nil
        touched[ObjectIdentifier(session)] = nil
        session.stage = .over
    }

    private func finish(_ session: RunnerSession) {
        for file in session.files { forget(file, of: session) }
        session.stage = .over
    }

    // MARK: Programs

    private func supervise() {
        while let event = supervisor.next() {
            switch event {
            case .starting(let id, let program):
                if session(id)?.starting(program) == false {
                    supervisor.answer(id, program.number, .refuse)
                }
            case .ended(let id, let program, let how): session(id)?.ended(program, how)
            case .gone(let id, let program): session(id)?.gone(program)
            case .failed(let id, let error): session(id).map { failed($0, error) }
            case .unreadable(let id, let program, let isMain, let path, let why):
                session(id)?.unreadable(program, isMain: isMain, path, why)
            case .refusedFork(let id):
                session(id)?.say("the session has as many processes as it may: the next is killed")
            case .over(let id):
                if let session = session(id), case .running = session.stage {
                    session.stage = .draining
                }
                supervised[id] = nil
            }
        }
        for session in touched.values where session.end != nil {
            if case .running(let id) = session.stage { supervisor.end(id) }
        }
    }

    private func session(_ id: SupervisedSession) -> RunnerSession? {
        guard let session = supervised[id] else { return nil }
        if case .over = session.stage { return nil }
        touch(session)
        return session
    }

    /// A program that waits for people and was sent a signal to end does not wait any more.
    private func checkHeld(_ session: RunnerSession) {
        guard case .running(let id) = session.stage else { return }
        for program in session.asked {
            guard let signal = supervisor.deadlySignal(id, program), session.answered(program)
            else { continue }
            session.gone(program, of: signal)
            touch(session)
            supervisor.answer(id, program, .refuse)
        }
    }

    // MARK: Each time round

    private var waitMilliseconds: Int32 {
        let now = milliseconds()
        let isAnyHeld = sessions.values.contains { !$0.asked.isEmpty || $0.isLookingUp }
        let next = min(
            now + (touched.isEmpty ? 10_000 : RunnerLimits.endsWaitMilliseconds),
            isAnyHeld ? heldCheckAt : .max, acceptAt ?? .max,
            gateway?.wakesAt ?? .max)
        return Int32(clamping: max(0, next - now))
    }

    /// Looks at those whose files were ready, and at all of them from time to time: what a terminal makes of a key is a
    /// signal a moment later.
    private func tidy() {
        let now = milliseconds()
        if let acceptAt, now >= acceptAt, let socket {
            self.acceptAt = nil
            poller.set(socket.descriptor, .read)
        }
        for session in touched.values { checkHeld(session) }
        guard now >= heldCheckAt else { return }
        heldCheckAt = now + RunnerLimits.heldCheckMilliseconds
        for session in sessions.values {
            checkHeld(session)
            checkLookup(session, now)
        }
    }

    private func touch(_ session: RunnerSession) { touched[ObjectIdentifier(session)] = session }

    /// Sends what waits, and says what each session waits for.
    private func settle() {
        let now = milliseconds()
        var later: [RunnerSession] = []
        for session in touched.values {
            if case .running = session.stage, session.mayWait(now) {
                later.append(session)
                setInterests(session, wantsWrite: false)
                continue
            }
            do {
                if case .draining = session.stage { try drain(session) }
                try session.flush()
            } catch {
                end(session)
                continue
            }
            if case .over = session.stage, session.link.pendingBytes == 0 {
                close(session)
                continue
            }
            setInterests(session, wantsWrite: session.link.wantsWrite)
        }
        touched.removeAll(keepingCapacity: true)
        for session in later { touch(session) }
    }

    /// Sends what the session's processes left behind, and then its end: none of them is there to write more.
    private func drain(_ session: RunnerSession) throws {
        for file in session.files where file != session.input {
            repeat {
                try session.flush()
                // Goes on when the gateway has read.
                guard session.link.pendingBytes < RunnerLimits.outputBacklogBytes else { return }
            } while session.readLast(file)
            forget(file, of: session)
        }
        session.link.send(.over, (session.end ?? .cut("it was ended")).body)
        finish(session)
    }

    private func setInterests(_ session: RunnerSession, wantsWrite: Bool) {
        let link = session.link
        let frames: Poller.Interest = session.isLookingUp ? [] : .read
        poller.set(link.descriptor, wantsWrite ? frames.union(.write) : frames)
        let reads: Poller.Interest =
            link.pendingBytes < RunnerLimits.outputBacklogBytes ? .read : []
        let writes: Poller.Interest = session.hasInput ? .write : []
        if session.terminal >= 0 { poller.set(session.terminal, reads.union(writes)) }
        if session.output >= 0 { poller.set(session.output, reads) }
        if session.error >= 0 { poller.set(session.error, reads) }
        if session.input >= 0 { poller.set(session.input, writes) }
    }
}

private func milliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
}
