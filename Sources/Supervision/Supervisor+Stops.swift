import CSupervise
import Glibc

extension Supervisor {
    /// One state change of a child or tracee.
    func handle(_ task: pid_t, _ status: WaitStatus) {
        if let process = tasks[task] { return handle(task, of: process, status) }
        if let session = inits[task] { return handleInit(session, status) }
        switch status {
        // Reported again, by the fork that made it, when it may go on.
        case .stopped: early.insert(task)
        case .exited, .signalled:
            early.remove(task)
            hasLostParents = !early.isEmpty
        // Nobody's: it was never let go before it was known.
        case .signal, .event, .other: killUnlessGone(task)
        }
    }

    private func handle(_ task: pid_t, of process: TracedProcess, _ status: WaitStatus) {
        // It cannot have stopped once more: nothing that is held is let go by mistake.
        if process.isWaiting, !status.isEnd { return killUnlessGone(process.id) }
        switch status {
        case .exited(let code): ended(task, of: process, .exited(code))
        case .signalled(let number): ended(task, of: process, .signalled(number))
        case .signal(let number): resume(task, number)
        case .stopped(SIGSTOP), .stopped(SIGTSTP), .stopped(SIGTTIN), .stopped(SIGTTOU):
            // Stopped by job control, and stays so until SIGCONT.
            if supervise_listen(task) != 0 { killUnlessFound(task) }
        case .stopped, .other, .event(.seccomp): resume(task)
        case .event(.fork), .event(.vfork), .event(.clone):
            if let child = message(of: task) { adopt(child, from: process) }
            resume(task)
        case .event(.exec): started(process)
        }
    }

    /// The session's init is traced until it has made the first process.
    private func handleInit(_ session: Session, _ status: WaitStatus) {
        switch status {
        case .exited, .signalled: over(session)
        case .event(.fork), .event(.vfork), .event(.clone):
            guard let child = message(of: session.initProcess), session.first == nil else {
                return killUnlessGone(session.initProcess)
            }
            session.openRoot()
            session.first = add(child, to: session, program: 0)
            session.isTraced = false
            if supervise_detach(session.initProcess) != 0 { killUnlessGone(session.initProcess) }
        case .signal(let number): resume(session.initProcess, number)
        case .stopped, .other, .event(.seccomp), .event(.exec):
            resume(session.initProcess)
        }
    }

    /// Lets a thread go on, with a signal. One that is gone is reported as such by itself.
    private func resume(_ task: pid_t, _ signal: Int32 = 0) {
        if supervise_continue(task, signal) != 0 { killUnlessFound(task) }
    }

    /// `ESRCH` is a thread that was killed while it was stopped; with any other error it would stay stopped for ever.
    private func killUnlessFound(_ task: pid_t) {
        if errno != ESRCH { killUnlessGone(task) }
    }

    private func message(of task: pid_t) -> pid_t? {
        var message: UInt = 0
        guard supervise_message(task, &message) == 0 else { return nil }
        return pid_t(truncatingIfNeeded: message)
    }

    /// A thread or process that `parent` made. It has not run yet: its first stop comes, or was seen already.
    private func adopt(_ child: pid_t, from parent: TracedProcess) {
        let session = parent.session
        let wasEarly = early.remove(child) != nil
        if supervise_is_thread(parent.id, child) {
            tasks[child] = parent
            parent.threads.insert(child)
            parent.hasHadThreads = true
            session.taskCount += 1
        } else if wasEarly || kill(child, 0) == 0 {
            add(child, to: session, program: parent.program)
        } else {
            return
        }
        if session.isAboveBound { return refuseFork(child, in: session) }
        if wasEarly { resume(child) }
    }

    @discardableResult
    private func add(_ child: pid_t, to session: Session, program: UInt64) -> TracedProcess {
        let process = TracedProcess(id: child, session: session, program: program)
        tasks[child] = process
        session.taskCount += 1
        session.processCount += 1
        if early.remove(child) != nil { resume(child) }
        return process
    }

    /// Kills a child (with a thread, its process) that is one too many, and in the end the session.
    private func refuseFork(_ child: pid_t, in session: Session) {
        killUnlessGone(child)
        session.refusedForks += 1
        if session.refusedForks > SupervisionLimits.refusedForksMax { return end(session.id) }
        if !session.isAtBound { events.add(.refusedFork(session.id)) }
        session.isAtBound = true
    }

    /// A process has become another program. The thread that called execve has its process's ID now, and all others are gone.
    private func started(_ process: TracedProcess) {
        let session = process.session
        forgetThreads(of: process)
        if process.hasHadThreads { killUnreported(of: process) }
        session.closeReport()
        let parent = process.program
        if process.ownsProgram { events.add(.ended(session.id, program: parent, .replaced)) }
        session.lastProgram += 1
        process.program = session.lastProgram
        process.ownsProgram = true
        switch reader.read(process, parent: parent) {
        case .success(let start):
            process.isWaiting = true
            session.waiting[process.program] = process
            events.add(.starting(session.id, start))
        case .failure(let reason):
            let path = linkTarget([UInt8]("/proc/\(process.id)/exe"))
            killUnlessGone(process.id)
            events.add(
                .unreadable(
                    session.id, program: process.program, isMain: process.isMain, path: path,
                    reason.reason))
        }
    }

    /// Only the one with the process's ID is left, or none. Of a thread that took this ID the kernel says no end.
    private func forgetThreads(of process: TracedProcess) {
        for thread in process.threads where tasks[thread] === process { tasks[thread] = nil }
        process.session.taskCount -= process.threads.count
        process.threads.removeAll()
    }

    /// Children of threads that are gone, before their forks could be reported: they never ran, and nobody counts them.
    private func killUnreported(of process: TracedProcess) {
        process.hasHadThreads = false
        for child in reader.children(of: process.id) where tasks[child] == nil {
            killUnlessGone(child)
        }
    }

    private func ended(_ task: pid_t, of process: TracedProcess, _ end: ProgramEnd) {
        let session = process.session
        if task == process.id {
            forgetThreads(of: process)
            session.processEnded()
        }
        tasks.removeValue(forKey: task)
        process.threads.remove(task)
        session.taskCount -= 1
        session.noteCount()
        hasLostParents = !early.isEmpty
        // Other threads end before the one that has the process's ID.
        guard task == process.id else { return }
        if session.first === process {
            session.first = nil
            if let failure = session.takeFailure() { events.add(.failed(session.id, failure)) }
        }
        if process.isWaiting {
            session.waiting.removeValue(forKey: process.program)
            events.add(.gone(session.id, program: process.program))
        } else if process.ownsProgram {
            events.add(.ended(session.id, program: process.program, end))
        }
    }

    /// Children whose parent was killed before its fork could be reported: they never ran, and belong to an init now.
    func killOrphans() {
        hasLostParents = false
        for child in early {
            guard let status = reader.status(of: child) else { continue }
            // A session's first process is its init's own child.
            if let session = inits[status.parent], !session.isTraced { killUnlessGone(child) }
        }
    }

    private func over(_ session: Session) {
        if let failure = session.takeFailure() { events.add(.failed(session.id, failure)) }
        inits.removeValue(forKey: session.initProcess)
        sessions.removeValue(forKey: session.id)
        events.add(.over(session.id))
    }
}
