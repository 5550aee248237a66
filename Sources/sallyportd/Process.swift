import Foundation
import SQL

/// What a daemon's process needs: many open files, an end of a pipe that is an error and no death, private files.
func prepareProcess() {
    raiseDescriptorLimit()
    signal(SIGPIPE, SIG_IGN)
    umask(0o077)
}

/// Printed at once: who started us waits for the line. Whoever reads may leave all the same: a daemon goes on.
func say(_ text: String, on handle: FileHandle = .standardOutput) {
    try? handle.write(contentsOf: Data((text + "\n").utf8))
}

/// Stacks that no text can exhaust: before the first thread is made.
func reserveStacks() throws {
    guard ParsedText.reserveStacks() else {
        throw Complaint("the system does not reserve stacks as large as the parser may need")
    }
}

/// As many open files as the system lets us have: each session has several.
private func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
