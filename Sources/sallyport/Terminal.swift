import Foundation
import Shell

/// The terminal that we may be on.
enum Terminal {
    static let isOutput = isatty(STDOUT_FILENO) == 1
    static let isInput = isatty(STDIN_FILENO) == 1

    private static let hasColour =
        isOutput && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
        && ProcessInfo.processInfo.environment["TERM"] != "dumb"

    static func bold(_ text: String) -> String { hasColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
    static func red(_ text: String) -> String { hasColour ? "\u{1B}[31m\(text)\u{1B}[0m" : text }

    /// Columns; 80 where nobody says.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Of what stands at standard input, or at standard output; `nil` where neither is a terminal.
    static var size: TerminalSize? {
        var size = winsize()
        for file in [STDIN_FILENO, STDOUT_FILENO] where isatty(file) == 1 {
            guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0 else { continue }
            let most = UInt16(ShellLimits.terminalSideMax)
            return TerminalSize(columns: min(size.ws_col, most), rows: min(size.ws_row, most))
        }
        return nil
    }

    /// Asks on the terminal itself, so that it works with redirected input; without echo for secrets.
    static func ask(_ prompt: String, hidden: Bool) throws -> String {
        guard let terminal = fopen("/dev/tty", "r+") else {
            throw Complaint(
                ExitStatus.unreachable, "`\(visible(prompt))` needs a terminal, or --password-stdin"
            )
        }
        defer { fclose(terminal) }
        var saved = termios()
        let descriptor = fileno(terminal)
        // What was typed before the question is no answer to it.
        tcflush(descriptor, TCIFLUSH)
        if hidden {
            // Before the question: an answer that is typed at once must neither be shown nor lost.
            guard tcgetattr(descriptor, &saved) == 0 else { throw notHidden(prompt) }
            var silent = saved
            silent.c_lflag &= ~tcflag_t(ECHO)
            guard tcsetattr(descriptor, TCSAFLUSH, &silent) == 0 else { throw notHidden(prompt) }
        }
        defer {
            if hidden {
                tcsetattr(descriptor, TCSAFLUSH, &saved)
                fputs("\n", terminal)
            }
        }
        fputs(visible(prompt), terminal)
        fflush(terminal)
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        guard getline(&line, &capacity, terminal) >= 0, let line else {
            throw Complaint(ExitStatus.refused, "no answer was given")
        }
        var text = String(cString: line)
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    private static func notHidden(_ prompt: String) -> Complaint {
        Complaint(
            ExitStatus.unreachable,
            "the terminal would show the answer to `\(visible(prompt))`: use --password-stdin")
    }

    /// One key, without waiting for Return; of those that are typed after the question.
    static func key(_ question: String) -> Character? {
        var saved = termios()
        tcgetattr(STDIN_FILENO, &saved)
        var raw = saved
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
        // What was typed before the question is no answer to it.
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw)
        defer { tcsetattr(STDIN_FILENO, TCSANOW, &saved) }
        put(question.utf8)
        var byte: UInt8 = 0
        return read(STDIN_FILENO, &byte, 1) == 1 ? Character(Unicode.Scalar(byte)) : nil
    }
}
