import Foundation

/// The terminal as a player needs it: keys come at once and are not shown, output goes as it is. However the process
/// ends, the terminal is then as it was.
struct PlayerTerminal: PlayScreen {
    /// Whether standard input is a terminal, which keys come from.
    private let hasKeys: Bool

    /// - Throws: when the terminal cannot be changed.
    init() throws {
        hasKeys = Terminal.isInput
        guard hasKeys else { return }
        guard tcgetattr(STDIN_FILENO, &savedTerminal) == 0 else { throw Self.refused }
        for number in endingSignals { signal(number, endBySignal) }
        var raw = savedTerminal
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
        raw.c_iflag &= ~tcflag_t(IXON | ICRNL)
        raw.c_oflag &= ~tcflag_t(OPOST)
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw) == 0 else { throw Self.refused }
    }

    private static var refused: Complaint {
        Complaint(ExitStatus.refused, "the terminal does not let its keys be read")
    }

    func restore() {
        guard hasKeys else { return }
        tcsetattr(STDIN_FILENO, TCSADRAIN, &savedTerminal)
        for number in endingSignals { signal(number, SIG_DFL) }
    }

    func write(_ bytes: [UInt8]) { put(bytes) }

    func key(within microseconds: UInt64?) -> Character? {
        var poll = pollfd(fd: hasKeys ? STDIN_FILENO : -1, events: Int16(POLLIN), revents: 0)
        let milliseconds = microseconds.map { Int32(clamping: ($0 + 999) / 1_000) } ?? -1
        if !hasKeys && milliseconds < 0 { return nil }
        guard Foundation.poll(&poll, 1, milliseconds) > 0 else { return nil }
        var byte: UInt8 = 0
        // A terminal that is gone ends the playing.
        return read(STDIN_FILENO, &byte, 1) == 1 ? Character(Unicode.Scalar(byte)) : "q"
    }
}

/// For the handler of signals, which may use nothing else. Written before it is installed.
nonisolated(unsafe) private var savedTerminal = termios()
private let endingSignals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

/// Calls only what a handler of signals may.
private func endBySignal(_ number: Int32) {
    TerminalFilter.reset.withUnsafeBytes {
        _ = Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count)
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &savedTerminal)
    _exit(128 + number)
}
