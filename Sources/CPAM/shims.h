// Linux-PAM's application interface, and what a helper process needs of Linux that Swift does not import.
#pragma once

#include <security/pam_appl.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>

// Swift reads spawn.h without glibc's extensions, so they are declared here as glibc 2.34 has them.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);

/// Closes every descriptor from `first` on in the child, and makes `/` its working directory. 0 or an errno.
static inline int sallyport_spawn_confine(posix_spawn_file_actions_t *actions, int first) {
    int code = posix_spawn_file_actions_addclosefrom_np(actions, first);
    return code != 0 ? code : posix_spawn_file_actions_addchdir_np(actions, "/");
}

/// glibc's POSIX_SPAWN_SETSID: the child leads a session of its own.
static const short sallyport_spawn_setsid = 0x80;

/// No core file and no debugger may read this process's memory: it holds passwords. 0 or -1.
static inline int sallyport_prctl_not_dumpable(void) {
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
