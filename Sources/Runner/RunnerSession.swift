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
    /// The session's own process, which may run several programs one after the other.
    private var mainProcess: Int32 = 0
    private var mainProgram: UInt64 = 1
    private(set) var end: ShellEnd?
    /// Programs that wait for an answer.
    private(set) var asked: Set<UInt64> = []
    private var pendingInput: [UInt8] = []
    private var pendingStart = 0
    private var inputEnds = false
    private var lastBytes = RunnerLimits.lastBytesMax

    init(
        link: FrameLink, isRemote: Bool, closing: @escaping (Int32) -> Void
    ) {
        self.link = link
        self.isRemote = isRemote
        self.closing = closing
    }

    deinit { closeAll() }

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

    func starting(_ program: ProgramStart) {
        launch = nil
        if program.number == 1 { mainProcess = program.processID }
        if program.processID == mainProcess { mainProgram = program.number }
        asked.insert(program.number)
        link.send(program)
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
        link.send(ProgramEnded(program: program, end: told))
        guard program == mainProgram else { return }
        switch how {
        case .exited(let status): end = .exited(status)
        case .signalled(let number): end = .signalled(number)
        case .replaced: break
        }
    }

    /// It is killed, and ends as any other.
    func unreadable(_ program: UInt64, of process: Int32, _ why: UnreadableProgram) {
        if process == mainProcess { mainProgram = program }
        say("program \(program) does not run: \(why)")
    }

    func gone(_ program: UInt64) {
        asked.remove(program)
        link.send(ProgramGone(program: program))
        if program == mainProgram { end = .signalled(SIGKILL) }
    }

    /// For the client's eyes, besides the session's own output.
    func say(_ text: String) {
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

    func take(input bytes: UnsafeRawBufferPointer) {
        guard input >= 0 || terminal >= 0 else { return acknowledge(bytes.count) }
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
            if count < 0, errno == EAGAIN { return }
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
