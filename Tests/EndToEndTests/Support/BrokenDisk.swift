import Foundation
import TestKit

/// A disk whose writes and syncs fail with EIO when a test says so: a library between the daemon and the system, because
/// a device that fails needs a kernel that lets one be made.
final class BrokenDisk: Sendable {
    private let library: PreloadedLibrary

    init() throws { library = try PreloadedLibrary(program) }

    /// For the daemon.
    var environment: [String: String] { library.environment("BROKEN_DISK", "where") }

    /// Every write to a file below this directory, and every sync of one, fails from here on.
    func fail(under path: String) throws {
        try path.write(toFile: library.directory.file("where"), atomically: true, encoding: .utf8)
    }

    func mend() throws {
        try FileManager.default.removeItem(atPath: library.directory.file("where"))
    }
}

private let program = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <fcntl.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/uio.h>
    #include <unistd.h>

    static int fails(int descriptor) {
        const char *name = getenv("BROKEN_DISK");
        int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
        if (file < 0) return 0;
        char prefix[4096], link[64], path[4096];
        ssize_t length = read(file, prefix, sizeof prefix);
        close(file);
        snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
        ssize_t count = readlink(link, path, sizeof path);
        if (length <= 0 || count < length || memcmp(path, prefix, length) != 0) return 0;
        errno = EIO;
        return 1;
    }

    #define REAL(result, name, parameters, ...) \
        result name parameters { \
            static result (*real) parameters; \
            if (!real) real = (result (*) parameters)dlsym(RTLD_NEXT, #name); \
            return fails(d) ? -1 : real(__VA_ARGS__); \
        }

    REAL(ssize_t, write, (int d, const void *b, size_t n), d, b, n)
    REAL(ssize_t, pwrite, (int d, const void *b, size_t n, off_t o), d, b, n, o)
    REAL(ssize_t, pwrite64, (int d, const void *b, size_t n, off64_t o), d, b, n, o)
    REAL(ssize_t, writev, (int d, const struct iovec *v, int n), d, v, n)
    REAL(int, fsync, (int d), d)
    REAL(int, fdatasync, (int d), d)

    """
