// What a session sees of the machine's files: everything but the sockets and spools through which daemons run things for
// others, and what is temporary. /run is hidden whole, since a socket that is made anew would shine through a cover of its own.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/stat.h>

#include "internal.h"

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

/// The directory of ours in the session's /run: the account cannot enter it.
#define PRIVATE "/run/.session"
#define KEPT_MAX 32
#define PATH_BYTES_MAX 4096

static int mount_at(
    const char *source, const char *target, const char *type, unsigned long flags, const char *options
) {
    return (int)syscall(SYS_mount, source, target, type, flags, options);
}

/// Makes a directory and those above it.
static int make_directories(const char *path) {
    char partial[PATH_BYTES_MAX];
    size_t length = strlen(path);
    if (length >= sizeof partial) {
        errno = ENAMETOOLONG;
        return -1;
    }
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != 0) continue;
        memcpy(partial, path, i);
        partial[i] = 0;
        if (mkdir(partial, 0755) != 0 && errno != EEXIST) return -1;
    }
    return 0;
}

/// Replaces /run by an empty file system in memory, with what is kept of the old one.
static int replace_run(const struct supervise_plan *plan) {
    int mounts[KEPT_MAX];
    size_t count = 0;
    for (; plan->kept[count]; count++) {
        if (count == KEPT_MAX) {
            errno = E2BIG;
            return -1;
        }
        mounts[count] = (int)syscall(
            SYS_open_tree, AT_FDCWD, plan->kept[count], OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
        if (mounts[count] < 0 && errno != ENOENT) return -1;
    }
    if (mount_at("sallyport", "/run", "tmpfs", MS_NOSUID | MS_NODEV, plan->memory_options) != 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (mounts[i] < 0) continue;
        if (make_directories(plan->kept[i]) != 0) return -1;
        if (syscall(SYS_move_mount, mounts[i], "", AT_FDCWD, plan->kept[i], MOVE_MOUNT_F_EMPTY_PATH) != 0)
            return -1;
        close(mounts[i]);
    }
    return mkdir(PRIVATE, 0700) != 0 || mkdir(PRIVATE "/empty", 0555) != 0 ? -1 : 0;
}

/// Puts an empty directory, or /dev/null, over a path.
static int cover(const char *path) {
    struct stat facts;
    if (stat(path, &facts) != 0) return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
    return mount_at(S_ISDIR(facts.st_mode) ? PRIVATE "/empty" : "/dev/null", path, NULL, MS_BIND, NULL);
}

static int replace_temporary(void) {
    static const char *const pairs[][2] = {
        {PRIVATE "/tmp", "/tmp"},
        {PRIVATE "/var-tmp", "/var/tmp"},
        {PRIVATE "/shm", "/dev/shm"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (mkdir(pairs[i][0], 0) != 0 || chmod(pairs[i][0], 01777) != 0) return -1;
        if (mount_at(pairs[i][0], pairs[i][1], NULL, MS_BIND, NULL) != 0 && errno != ENOENT) return -1;
    }
    return 0;
}

/// The terminals are the session's own: those of the plan, or none yet.
static int replace_terminals(const struct supervise_plan *plan) {
    if (plan->terminals >= 0)
        return (int)syscall(
            SYS_move_mount, plan->terminals, "", AT_FDCWD, "/dev/pts", MOVE_MOUNT_F_EMPTY_PATH);
    int result = mount_at("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, plan->terminal_options);
    return result != 0 && errno == ENOENT ? 0 : result;
}

/// A setting of the session's own IPC namespace. A kernel without it has no such memory.
static int set(const char *path, const char *value) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return errno == ENOENT ? 0 : -1;
    ssize_t count = write(file, value, strlen(value));
    close(file);
    return count == (ssize_t)strlen(value) ? 0 : -1;
}

/// Shared memory is the session's own, bounded, and gone with the last process that has it.
static int prepare(const struct supervise_plan *plan) {
    umask(0);
    if (mount_at(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return -1;
    if (replace_run(plan) != 0) return -1;
    for (const char *const *path = plan->covered; *path; path++)
        if (cover(*path) != 0) return -1;
    if (replace_temporary() != 0) return -1;
    if (replace_terminals(plan) != 0) return -1;
    // The system's queues; the session's are reached without it.
    if (cover("/dev/mqueue") != 0) return -1;
    if (mount_at("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) return -1;
    if (set("/proc/sys/kernel/shmall", plan->shared_pages) != 0) return -1;
    return set("/proc/sys/kernel/shm_rmid_forced", "1");
}

void supervise_prepare_mounts(const struct supervise_plan *plan) {
    if (prepare(plan) != 0) supervise_fail(plan, supervise_stage_mounts);
}
