#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/ioctl.h>

#include "internal.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif
#ifndef TIOCSPTLCK
#define TIOCSPTLCK _IOW('T', 0x31, int)
#endif

static int configure(int context, const char *max) {
    if (syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "mode", "620", 0) != 0) return -1;
    if (syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "ptmxmode", "666", 0) != 0) return -1;
    // Debian's group tty, as which write(1) and wall(1) run.
    if (syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "gid", "5", 0) != 0) return -1;
    if (syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "max", max, 0) != 0) return -1;
    if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0) return -1;
    return (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
}

/// Opens a terminal of the instance. 0, or -1 with nothing open.
static int open_pair(int mount, int *master, int *slave) {
    int unlocked = 0;
    *master = openat(mount, "ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*master < 0) return -1;
    if (ioctl(*master, TIOCSPTLCK, &unlocked) == 0) {
        *slave = ioctl(*master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (*slave >= 0) return 0;
    }
    int error = errno;
    close(*master);
    errno = error;
    return -1;
}

int supervise_terminal(const char *max, int *master, int *slave, int *mount) {
    int context = (int)syscall(SYS_fsopen, "devpts", FSOPEN_CLOEXEC);
    if (context < 0) return -1;
    *mount = configure(context, max);
    int error = errno;
    close(context);
    errno = error;
    if (*mount < 0) return -1;
    if (open_pair(*mount, master, slave) == 0) return 0;
    error = errno;
    close(*mount);
    errno = error;
    return -1;
}
