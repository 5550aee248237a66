import Glibc
import SQL

/// What the process needs before its first thread is made: stacks that no text can exhaust, private files.
func prepareProcess() throws {
    signal(SIGPIPE, SIG_IGN)
    umask(0o077)
    guard ParsedText.reserveStacks() else {
        throw Complaint("the system does not reserve stacks as large as the parser may need")
    }
}
