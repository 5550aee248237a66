import CSupervise
import Glibc

/// One session: its init, its traced processes, and what programs wait.
final class Session {
    let id: SupervisedSession
    let account: Account
    let processesMax: Int
    /// The terminal's file; `nil` without one. Its device number alone is also that of a terminal of another instance.
    let terminal: FileIdentity?
    /// Process 1 of the session's namespace, whose end is the end of all others. A child of ours: its number is nobody else's
    /// until we have waited for it.
    let initProcess: pid_t
    /// Where a start that fails says why; -1 once the program runs.
    private(set) var report: Int32
    /// The session's root directory; -1 until it is known.
    private(set) var root: Int32 = -1
    /// Its first process, while there is one; it leads its process group.
    var first: TracedProcess?
    var isTraced = true
    /// Processes and threads that live.
    var taskCount = 0
    /// Processes that live.
    var processCount = 0
    /// Processes that ended, of which the session may still have a number each: whoever made them need not have waited.
    /// Never too few; `countZombies` makes it exact.
    private(set) var zombieCount = 0
    var refusedForks = 0
    var isAtBound = false
    var lastProgram: UInt64 = 0
    var waiting: [UInt64: TracedProcess] = [:]
    var watched: WatchedPaths?

    init(
        id: SupervisedSession, account: Account, processesMax: Int, terminal: FileIdentity?,
        initProcess: pid_t, report: Int32
    ) {
        self.id = id
        self.account = account
        self.processesMax = processesMax
        self.terminal = terminal
        self.initProcess = initProcess
        self.report = report
    }

    deinit {
        if report >= 0 { close(report) }
        if root >= 0 { close(root) }
    }

    /// What a child said about a start that failed; `nil` when it said nothing.
    func takeFailure() -> SupervisionError? {
        guard report >= 0 else { return nil }
        var failure = supervise_failure()
        let count = read(report, &failure, MemoryLayout<supervise_failure>.size)
        closeReport()
        guard count == MemoryLayout<supervise_failure>.size else { return nil }
        return SupervisionError(failure)
    }

    func processEnded() {
        processCount -= 1
        zombieCount += 1
    }

    /// More than `processesMax`, with those that nobody waited for.
    var isAboveBound: Bool {
        guard taskCount + zombieCount > processesMax else { return false }
        if taskCount <= processesMax { countZombies() }
        return taskCount + zombieCount > processesMax
    }

    /// The session's own /proc has its init, and all that has a number.
    private func countZombies() {
        guard let directory = opendir("/proc/\(initProcess)/root/proc") else { return }
        defer { closedir(directory) }
        var count = 0
        while let entry = readdir(directory) {
            if UInt8(ascii: "1")...UInt8(ascii: "9") ~= UInt8(bitPattern: entry.pointee.d_name.0) {
                count += 1
            }
        }
        zombieCount = max(0, count - 1 - processCount)
        noteCount()
    }

    /// There are fewer than there were.
    func noteCount() {
        if taskCount + zombieCount < processesMax { isAtBound = false }
        // One more or less is what a fork bomb has all the time.
        if taskCount + zombieCount <= processesMax / 2 { refusedForks = 0 }
    }

    func closeReport() {
        if report >= 0 { close(report) }
        report = -1
    }

    /// The mounts are made once the first process is there.
    func openRoot() {
        guard root < 0 else { return }
        root = openFile([UInt8]("/proc/\(initProcess)/root"), supervise_open_path | O_DIRECTORY)
    }
}

/// A process of a session, with all its threads.
final class TracedProcess {
    let id: pid_t
    unowned let session: Session
    /// What it runs: its own program, or the one of the process that forked it.
    var program: UInt64
    /// It became `program` itself, whose end is its own.
    var ownsProgram = false
    /// The session's first.
    var isMain: Bool { session.first === self }
    /// Stopped before the first instruction of `program`.
    var isWaiting = false
    /// Its threads but the one that has its own ID.
    var threads: Set<pid_t> = []
    /// It has had some since it became `program`.
    var hasHadThreads = false

    init(id: pid_t, session: Session, program: UInt64) {
        self.id = id
        self.session = session
        self.program = program
    }
}
