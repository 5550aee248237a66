import Foundation
import Synchronization
import TestKit

/// Time that passes for a daemon's event loops when a test says so: a library between the daemon and the system. Its other
/// threads, which the kernel wakes by its own time, are told that.
///
/// A loop looks at the time when something wakes it: send it something.
final class MovedClock: Sendable {
    private let library: PreloadedLibrary
    private let passed = Mutex(0)

    init() throws { library = try PreloadedLibrary(program) }

    /// For the daemon.
    var environment: [String: String] { library.environment("MOVED_CLOCK", "seconds") }

    func pass(seconds: Int) throws {
        let all = passed.withLock { passed in
            passed += seconds
            return passed
        }
        try "\(all)".write(
            toFile: library.directory.file("seconds"), atomically: true, encoding: .utf8)
    }
}

private let program = """
    #define _GNU_SOURCE
    #include <fcntl.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/prctl.h>
    #include <sys/syscall.h>
    #include <time.h>
    #include <unistd.h>

    static long seconds(void) {
        char name[16] = "", text[32] = "";
        prctl(PR_GET_NAME, name);
        if (strncmp(name, "NIO-ELT-", 8) != 0) return 0;
        const char *path = getenv("MOVED_CLOCK");
        int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        if (file < 0) return 0;
        ssize_t count = read(file, text, sizeof text - 1);
        close(file);
        return count > 0 ? atol(text) : 0;
    }

    int clock_gettime(clockid_t clock, struct timespec *time) {
        if (syscall(SYS_clock_gettime, clock, time) != 0) return -1;
        if (clock == CLOCK_MONOTONIC) time->tv_sec += seconds();
        return 0;
    }

    """
