// The session's Landlock domain: nothing in it writes under /proc (a sibling that writes /proc/PID/mem would change a held
// program) or /sys, and with `writable` nothing anywhere else.
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>

#include "internal.h"

/// As of version 6; the kernel takes it longer than it knows it while the rest is zero.
struct ruleset {
    uint64_t files;
    uint64_t ports;
    uint64_t scoped;
};

// Newer than the headers of Debian 12.
#define ACCESS_TRUNCATE (1ULL << 14)
#define SCOPE_ABSTRACT_SOCKETS (1ULL << 0)

#define ACCESS_FILE (LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE)
#define ACCESS_DIRECTORY                                                                       \
    (LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |   \
     LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM |  \
     LANDLOCK_ACCESS_FS_REFER)

/// What is written whatever may be written: terminals and the bottomless devices.
static const char *const devices[] = {
    "/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/ptmx", "/dev/pts", NULL,
};

static const char *const temporary[] = {"/tmp", "/var/tmp", "/dev/shm", NULL};

int supervise_landlock_version(void) {
    return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

/// Allows everything that is handled beneath `name`. 0, or -1 with `errno`.
static int allow(
    int ruleset, uint64_t handled, int directory, const char *name, uint64_t flags, uint64_t resolve) {
    struct open_how how = {.flags = O_PATH | O_CLOEXEC | flags, .resolve = resolve};
    int file = (int)syscall(SYS_openat2, directory, name, &how, sizeof how);
    if (file < 0) return -1;
    struct stat facts;
    int result = fstat(file, &facts);
    if (result == 0) {
        struct landlock_path_beneath_attr rule = {
            .allowed_access = S_ISDIR(facts.st_mode) ? handled : handled & ACCESS_FILE,
            .parent_fd = file,
        };
        // A symbolic link has no rights of its own.
        if (!S_ISLNK(facts.st_mode))
            result = (int)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    }
    int error = errno;
    close(file);
    errno = error;
    return result;
}

/// What an operator names must be there, and no symbolic link leads to it, which the account may have put there: `ELOOP`.
static int allow_each(int ruleset, uint64_t handled, const char *const *paths, bool are_named) {
    uint64_t resolve = are_named ? RESOLVE_NO_SYMLINKS : 0;
    for (; *paths; paths++)
        if (allow(ruleset, handled, AT_FDCWD, *paths, 0, resolve) != 0 && (are_named || errno != ENOENT))
            return -1;
    return 0;
}

/// Every directory and file of / but /proc and /sys. What is made in / itself later, which is root's, cannot be written.
static int allow_all_but_kernel(int ruleset, uint64_t handled) {
    struct entry {
        uint64_t inode;
        int64_t offset;
        uint16_t length;
        uint8_t type;
        char name[];
    };
    int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) return -1;
    _Alignas(struct entry) char buffer[4096];
    for (;;) {
        long count = syscall(SYS_getdents64, root, buffer, sizeof buffer);
        if (count < 0) return -1;
        if (count == 0) break;
        for (long position = 0; position < count;) {
            struct entry *entry = (struct entry *)(buffer + position);
            position += entry->length;
            const char *name = entry->name;
            if (!strcmp(name, ".") || !strcmp(name, "..")) continue;
            if (!strcmp(name, "proc") || !strcmp(name, "sys")) continue;
            if (allow(ruleset, handled, root, name, O_NOFOLLOW, 0) != 0 && errno != ENOENT) return -1;
        }
    }
    close(root);
    return 0;
}

void supervise_restrict_files(const struct supervise_plan *plan) {
    int version = supervise_landlock_version();
    // Without REFER (version 2) nothing could be renamed into another directory.
    if (version < 2) {
        if (version >= 0) errno = EOPNOTSUPP;
        supervise_fail(plan, supervise_stage_landlock);
    }
    uint64_t handled = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REFER;
    if (plan->writable) {
        handled |= ACCESS_DIRECTORY;
        if (version >= 3) handled |= ACCESS_TRUNCATE;
    }
    struct ruleset attributes = {.files = handled};
    // Daemons that listen on abstract sockets (containerd-shim, D-Bus) are hidden as those with a path are.
    if (version >= 6) attributes.scoped = SCOPE_ABSTRACT_SOCKETS;
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    if (ruleset < 0) supervise_fail(plan, supervise_stage_landlock);
    int result = 0;
    if (!plan->writable) {
        result = allow_all_but_kernel(ruleset, handled);
    } else {
        result = allow_each(ruleset, handled, devices, false);
        if (result == 0) result = allow_each(ruleset, handled, temporary, false);
        if (result == 0) result = allow_each(ruleset, handled, plan->writable, true);
    }
    if (result != 0 || syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
        supervise_fail(plan, supervise_stage_landlock);
    close(ruleset);
}
