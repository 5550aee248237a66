import Foundation
import TestKit

/// A name service that does not answer while a test says so: a library between a runner and the system.
final class SlowNames: Sendable {
    private let library: PreloadedLibrary

    init() throws { library = try PreloadedLibrary(program) }

    /// For the runner.
    var environment: [String: String] { library.environment("SLOW_NAMES", "slow") }

    func stall() throws {
        try "".write(toFile: library.directory.file("slow"), atomically: true, encoding: .utf8)
    }

    func answer() throws {
        try FileManager.default.removeItem(atPath: library.directory.file("slow"))
    }
}

private let program = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <pwd.h>
    #include <stdlib.h>
    #include <unistd.h>

    int getpwnam_r(const char *name, struct passwd *entry, char *text, size_t size, struct passwd **found) {
        static int (*real)(const char *, struct passwd *, char *, size_t, struct passwd **);
        if (!real) real = (int (*)(const char *, struct passwd *, char *, size_t, struct passwd **))
            dlsym(RTLD_NEXT, "getpwnam_r");
        const char *slow = getenv("SLOW_NAMES");
        while (slow && access(slow, F_OK) == 0) usleep(1000);
        return real(name, entry, text, size, found);
    }

    """
