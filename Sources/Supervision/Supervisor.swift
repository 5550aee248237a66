import CSupervise
import Glibc

/// Starts sessions and stops every program of theirs before its first instruction. Confined to the thread that made it: ptrace
/// binds what is traced to a thread, and the death of this one ends every session.
///
/// No child of this thread may be waited for by anybody else.
public final class Supervisor {
    /// Readable when `next()` may have something.
    public let descriptor: Int32
    let options: SupervisorOptions
    let reader = ProgramReader()
    var sessions: [SupervisedSession: Session] = [:]
    /// By the ID of their init.
    var inits: [pid_t: Session] = [:]
    /// Every traced thread, by its ID.
    var tasks: [pid_t: TracedProcess] = [:]
    /// Threads that stopped for the first time before the fork that made them was reported.
    var early: Set<pid_t> = []
    /// Somebody died while there were such threads.
    var hasLostParents = false
    var events = Queue<SupervisionEvent>()
    /// Read from the kernel, and not looked at yet.
    private var stops = StopQueue()
    /// The kernel may have more.
    private var mayHaveMore = false
    /// When the others have their turn; milliseconds of the monotonic clock. `nil` between two turns.
    private var turnEndsAt: Int64?
    private var lastSession: UInt64 = 0

    public init(_ options: SupervisorOptions = .init()) throws(SupervisionError) {
        self.options = options
        descriptor = supervise_wake_open()
        guard descriptor >= 0 else { throw SupervisionError(.prepare, code: errno) }
    }

    /// The version of Landlock that this kernel has; 0 or less without.
    public static var landlockVersion: Int32 { supervise_landlock_version() }

    /// Ends every session.
    deinit {
        for process in inits.keys { kill(process, SIGKILL) }
        supervise_wake_close(descriptor)
    }

    /// What happened next; `nil` when nothing more has until `descriptor` is readable again, which it is at once when this
    /// has taken so long that others must have their turn. Never waits.
    public func next() -> SupervisionEvent? {
        while true {
            if let event = events.take() { return event }
            guard isOwnTurn else {
                supervise_wake_again(descriptor)
                turnEndsAt = nil
                return nil
            }
            guard let stop = nextStop() else {
                turnEndsAt = nil
                return nil
            }
            handle(stop.task, stop.status)
        }
    }

    private var isOwnTurn: Bool {
        let now = monotonicMilliseconds()
        if let turnEndsAt { return now < turnEndsAt }
        turnEndsAt = now + SupervisionLimits.turnMilliseconds
        return true
    }

    private func nextStop() -> Stop? {
        if let stop = stops.take() { return stop }
        if hasLostParents { killOrphans() }
        if !mayHaveMore {
            guard supervise_wake_take(descriptor) else { return nil }
        }
        mayHaveMore = readStops()
        return stops.take()
    }

    /// All that have stopped, before any of them goes on: who stops again and again would otherwise hide the others, since
    /// the kernel tells of the same one first. So it ends as well. False when there was none.
    private func readStops() -> Bool {
        var status: Int32 = 0
        var isAny = false
        while case let task = supervise_wait(&status), task > 0 {
            stops.add(Stop(task: task, status: WaitStatus(status)))
            isAny = true
        }
        return isAny
    }

    /// Lets a program run that waits, or ends it; nothing for one that does not wait.
    public func answer(_ session: SupervisedSession, _ program: UInt64, _ answer: ProgramAnswer) {
        guard
            let process = sessions[session]?.waiting.removeValue(forKey: program)
        else { return }
        process.isWaiting = false
        // Dead: its number may be another's, and its end comes.
        if stops.hasEnd(of: process.id) { return }
        switch answer {
        case .run:
            if supervise_continue(process.id, 0) != 0 { killUnlessGone(process.id) }
        case .refuse:
            refuse(process)
        }
    }

    /// The paths that rules spell, for `ProgramFile.names` and `.links`. They replace earlier ones.
    public func watch(_ session: SupervisedSession, paths: [[UInt8]]) {
        sessions[session]?.watched = reader.watched(paths)
    }

    /// Sends a signal to the process group of the session's first program, while that is there.
    public func signal(_ session: SupervisedSession, _ number: Int32) {
        guard let first = sessions[session]?.first, !stops.hasEnd(of: first.id) else { return }
        kill(-first.id, number)
    }

    /// Which of HUP, INT, QUIT and TERM a program was sent while it waits for its answer, that it would die of; KILL for
    /// one that is dead already.
    public func deadlySignal(_ session: SupervisedSession, _ program: UInt64) -> Int32? {
        guard let process = sessions[session]?.waiting[program] else { return nil }
        guard let status = reader.status(of: process.id) else { return SIGKILL }
        return status.deadlySignal
    }

    /// Kills all of a session; `over` follows.
    public func end(_ session: SupervisedSession) {
        guard let session = sessions[session] else { return }
        killUnlessGone(session.initProcess)
    }

    /// Starts a session. Its program waits for an answer as every other does.
    public func start(_ plan: SessionPlan) throws(SupervisionError) -> SupervisedSession {
        let started = try StartedSession(plan, options)
        lastSession += 1
        let session = Session(
            id: SupervisedSession(id: lastSession), account: plan.account,
            processesMax: plan.processesMax, terminal: started.terminal,
            initProcess: started.process, report: started.report)
        sessions[session.id] = session
        inits[session.initProcess] = session
        return session.id
    }

    /// A program that is to be refused runs `exit_group(126)` in the place of its own first instructions.
    private func refuse(_ process: TracedProcess) {
        var registers = supervise_registers()
        guard
            supervise_registers(process.id, &registers) == 0, registers.is_native,
            supervise_poke_exit(process.id, registers.instruction) == 0,
            supervise_continue(process.id, 0) == 0
        else { return killUnlessGone(process.id) }
    }

    /// A tracee that cannot be controlled is dead already, or must be: nothing runs that was not let go.
    func killUnlessGone(_ task: pid_t) {
        if !stops.hasEnd(of: task) { kill(task, SIGKILL) }
    }
}

/// What waits to be taken, in memory that stays.
struct Queue<Element> {
    private var elements: [Element] = []
    private var taken = 0

    mutating func add(_ element: Element) { elements.append(element) }

    mutating func take() -> Element? {
        guard taken < elements.count else { return nil }
        let element = elements[taken]
        taken += 1
        if taken == elements.count {
            elements.removeAll(keepingCapacity: true)
            taken = 0
        }
        return element
    }
}
