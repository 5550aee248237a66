import Glibc
import SQL

/// What the process needs before its first thread is made: stacks that no text can exhaust, private files.
func prepareProcess() throws {
    raiseDescriptorLimit()
    signal(SIGPIPE, SIG_IGN)
    umask(0o077)
    guard ParsedText.reserveStacks() else {
        throw Complaint("the system does not reserve stacks as large as the parser may need")
    }
}

/// As many open files as the system lets us have: each session has two sockets.
private func raiseDescriptorLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
