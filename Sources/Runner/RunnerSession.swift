import ControlClient
import Glibc
import Shell
import Supervision

/// One session as the runner has it: the connection to the gateway on one side, a terminal or three pipes on the other.
/// It carries bytes; what may run is the gateway's to say.
final class RunnerSession {
    enum Stage {
        /// Connected; what to start has not come, for as long as people are asked about the login.
        case waiting
        /// The system is asked about its account, since then (milliseconds of the monotonic clock). What comes meanwhile
        /// waits.
        case lookingUp(RunnerStart, since: Int64)
        case running(SupervisedSession)
        /// No process is left; what it wrote last is read to its end.
        case draining
        /// The last frame is on its way.
        case over
    }

    let link: FrameLink
    /// Its gateway is another machine's, and may be away.
    let isRemote: Bool
    /// Called before a file of the session's is closed.
    private let closing: (Int32) -> Void
    var stage = Stage.waiting
    /// Until its first program is there.
    var launch: Launch?
    /// The descriptors that were its files', also when they are closed.
    private(set) var numbers: [Int32] = []
    /// Our ends, -1 where there is none (any more).
    private(set) var terminal: Int32 = -1
    private(set) var input: Int32 = -1
    private(set) var output: Int32 = -1
    private(set) var error: Int32 = -1
    /// What the session's own process runs: the last of several programs, perhaps.
    private var mainProgram: UInt64 = 1
    private(set) var end: ShellEnd?
    /// Programs that wait for an answer.
    private(set) var asked: Set<UInt64> = []
    /// Programs that were refused without asking, until their end.
    private var unasked: Set<UInt64> = []
    private var pendingInput: [UInt8] = []
    private var pendingStart = 0
    private var inputEnds = false
    /// Bytes at the front of the link that nobody waits for: ends of programs.
    private var patientBytes = 0
    private var patientSince: Int64 = 0
    private var lastBytes = RunnerLimits.lastBytesMax

    init(
        link: FrameLink, isRemote: Bool, closing: @escaping (Int32) -> Void
    ) {
        self.link = link
        self.isRemote = isRemote
        self.closing = closing
    }

    deinit { closeAll() }

    var isLookingUp: Bool { if case .lookingUp = stage { true } else { false } }

    var files: [Int32] { [terminal, input, output, error].filter { $0 >= 0 } }

    // MARK: Start

    /// A terminal that only the session sees; the other end stays here.
    func openTerminal(_ size: TerminalSize) throws(SupervisionError) -> SessionTerminal {
        let opened = try SessionTerminal.open()
        terminal = opened.master
        numbers = files
        _ = fcntl(terminal, F_SETFL, O_NONBLOCK)
        resize(size)
        return opened
    }

    /// Standard input, output and error as the process gets them; our ends stay here.
    func openPipes() throws(RunnerError) -> [Int32] {
        var theirs: [Int32] = []
        var ours: [Int32] = []
        for isInput in [true, false, false] {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else {
                let code = errno
                for file in theirs + ours { close(file) }
                throw .system("pipe", code)
            }
            theirs.append(isInput ? ends[0] : ends[1])
            ours.append(isInput ? ends[1] : ends[0])
        }
        for file in ours + theirs { _ = fcntl(file, F_SETFD, FD_CLOEXEC) }
        for file in ours { _ = fcntl(file, F_SETFL, O_NONBLOCK) }
        (input, output, error) = (ours[0], ours[1], ours[2])
        numbers = files
        return theirs
    }

    func resize(_ size: TerminalSize) {
        guard terminal >= 0 else { return }
        var window = winsize(
            ws_row: size.rows, ws_col: size.columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(terminal, UInt(TIOCSWINSZ), &window)
    }

    // MARK: Programs

    /// False for one that cannot be asked about, as the gateway has not read what waits for it: it is to be refused.
    func starting(_ program: ProgramStart) -> Bool {
        launch = nil
        if program.isMain { mainProgram = program.number }
        guard link.pendingBytes < RunnerLimits.askedBacklogBytes else {
            unasked.insert(program.number)
            return false
        }
        asked.insert(program.number)
        link.send(program)
        return true
    }

    /// False for a program that does not wait (any more).
    func answered(_ program: UInt64) -> Bool { asked.remove(program) != nil }

    func ended(_ program: UInt64, _ how: ProgramEnd) {
        let told: ProgramEnded.End =
            switch how {
            case .exited(let status): .exited(status)
            case .signalled(let number): .signalled(number)
            case .replaced: .replaced
            }
        let mayWait = link.pendingBytes == patientBytes && program != mainProgram
        if unasked.remove(program) == nil { link.send(ProgramEnded(program: program, end: told)) }
        if mayWait { patientBytes = link.pendingBytes }
        // What it died of while it waited is said already.
        guard program == mainProgram, end == nil else { return }
        switch how {
        case .exited(let status): end = .exited(status)
        case .signalled(let number): end = .signalled(number)
        case .replaced: break
        }
    }

    /// True when nothing waits to leave but ends of programs, and not for long: what follows a program's end is mostly the
    /// start of the next, and takes it along.
    func mayWait(_ now: Int64) -> Bool {
        guard patientBytes > 0, link.pendingBytes == patientBytes else { return false }
        if patientSince == 0 { patientSince = now }
        return now - patientSince < RunnerLimits.endsWaitMilliseconds
    }

    func flush() throws {
        patientBytes = 0
        patientSince = 0
        try link.flush()
    }

    /// It is killed, and ends as any other.
    func unreadable(
        _ program: UInt64, isMain: Bool, _ path: [UInt8]?, _ why: UnreadableProgram
    ) {
        if isMain { mainProgram = program }
        let shown = path.map { "`\(String(decoding: $0.prefix(200), as: UTF8.self))`" }
        say("\(shown ?? "program \(program)") does not run: \(why)")
    }

    /// It died while it waited, or is to die now, of that signal.
    func gone(_ program: UInt64, of signal: Int32 = SIGKILL) {
        asked.remove(program)
        link.send(ProgramGone(program: program))
        if program == mainProgram, end == nil { end = .signalled(signal) }
    }

    /// For the client's eyes, besides the session's own output, if the gateway reads at all.
    func say(_ text: String) {
        guard link.pendingBytes < RunnerLimits.askedBacklogBytes else { return }
        link.send(ShellNotice(.information, message: text))
    }

    // MARK: Bytes

    /// Reads what the programs wrote, once; false when this file is at its end.
    func readOutput(_ file: Int32) -> Bool {
        let type: FrameType = file == terminal ? .terminal : file == output ? .output : .error
        // EIO is how a terminal ends.
        do {
            return try link.send(type, from: file) != 0
        } catch {
            return false
        }
    }

    /// Reads on when all processes are gone; false when there is nothing more of theirs. The file may be open elsewhere.
    func readLast(_ file: Int32) -> Bool {
        let type: FrameType = file == terminal ? .terminal : file == output ? .output : .error
        guard lastBytes > 0, let count = try? link.send(type, from: file) else { return false }
        lastBytes -= count
        return count > 0
    }

    func take(input bytes: UnsafeRawBufferPointer) throws(FrameLink.Failure) {
        guard input >= 0 || terminal >= 0 else { return acknowledge(bytes.count) }
        guard pendingInput.count - pendingStart + bytes.count <= ShellLimits.inputWindowBytes else {
            throw .badFrame("more input than its window has room for")
        }
        pendingInput.append(contentsOf: bytes)
        writeInput()
    }

    func endInput() {
        inputEnds = true
        writeInput()
    }

    var hasInput: Bool { pendingStart < pendingInput.count }

    /// Writes as much as the programs take; what is taken is told.
    func writeInput() {
        let file = terminal >= 0 ? terminal : input
        guard file >= 0 else { return }
        while hasInput {
            let count = pendingInput.withUnsafeBytes {
                write(file, $0.baseAddress! + pendingStart, $0.count - pendingStart)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return dropTaken() }
            // Nobody reads any more: what comes is nobody's.
            let taken = count > 0 ? count : pendingInput.count - pendingStart
            acknowledge(taken)
            pendingStart += taken
            if count <= 0, file == input { closeInput() }
        }
        pendingInput.removeAll(keepingCapacity: pendingInput.capacity <= 1 << 16)
        pendingStart = 0
        if inputEnds { finishInput() }
    }

    /// Input that never comes to its end must not be kept from its beginning.
    private func dropTaken() {
        guard pendingStart > pendingInput.count / 2 else { return }
        pendingInput.removeFirst(pendingStart)
        pendingStart = 0
    }

    private func finishInput() {
        inputEnds = false
        if input >= 0 { return closeInput() }
        guard terminal >= 0 else { return }
        var modes = termios()
        guard tcgetattr(terminal, &modes) == 0, modes.c_lflag & tcflag_t(ICANON) != 0 else {
            return
        }
        var byte = modes.c_cc.4
        write(terminal, &byte, 1)
    }

    private func acknowledge(_ count: Int) {
        guard count > 0 else { return }
        link.send(.taken, bigEndian(UInt32(count)))
    }

    // MARK: Closing

    private func closeInput() { closeFile(input) }

    func closeFile(_ file: Int32) {
        guard file >= 0 else { return }
        closing(file)
        close(file)
        if file == terminal { terminal = -1 }
        if file == output { output = -1 }
        if file == error { error = -1 }
        if file == input { input = -1 }
    }

    func closeAll() { for file in files { closeFile(file) } }
}

private func bigEndian(_ number: UInt32) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
}
