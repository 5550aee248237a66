import Foundation

/// What a command writes does not reach anybody: whoever read it has left, or it cannot be written.
struct OutputLost: Error, CustomStringConvertible {
    let code: Int32

    var readerHasLeft: Bool { code == EPIPE }
    var description: String { "standard output: \(String(cString: strerror(code)))" }
}

/// Writes all of it, at once, to standard output or standard error. Blocks: who does not read makes us wait. Standard error
/// may be closed or full, but its reader may not leave: what goes on unseen would go on for ever. Throws `OutputLost`.
func writeAll(_ file: Int32, _ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let count = write(file, part.baseAddress, part.count)
        if count > 0 {
            rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
            var ready = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
            poll(&ready, 1, -1)
        } else if errno != EINTR {
            let lost = OutputLost(code: errno)
            guard file == STDERR_FILENO, !lost.readerHasLeft else { throw lost }
            return
        }
    }
}

/// The way of everything that commands print. Ends the process where nobody reads it any more.
func put(_ bytes: some Collection<UInt8>, to file: Int32 = STDOUT_FILENO) {
    do {
        try Array(bytes).withUnsafeBytes { try writeAll(file, $0) }
    } catch {
        end(error)
    }
}

/// Unbuffered, in place of the standard library's: what is said on both streams stays in its order, also into a pipe.
func print(_ text: String = "") { put((text + "\n").utf8) }

func sayError(_ text: String) { put((text + "\n").utf8, to: STDERR_FILENO) }
