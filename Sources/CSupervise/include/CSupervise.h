// What runs between fork and exec of a supervised session, and ptrace(2), whose arguments Swift cannot pass. Everything
// called in a child is async-signal-safe and allocates nothing: the child is a copy of one thread of a process with others.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Where a session's start failed. The numbers are those of `SupervisionError.Stage`.
enum supervise_stage {
    supervise_stage_clone = 1,
    supervise_stage_mounts,
    supervise_stage_fork,
    supervise_stage_terminal,
    supervise_stage_descriptors,
    supervise_stage_landlock,
    supervise_stage_capabilities,
    supervise_stage_seccomp,
    supervise_stage_account,
    supervise_stage_directory,
    supervise_stage_execute,
};

/// What a child writes into `report` before it gives up.
struct supervise_failure {
    int32_t stage;
    int32_t error;
};

/// Everything is the caller's and must live until `supervise_start` has returned: the child has a copy.
struct supervise_plan {
    /// Paths: the first that can be run is.
    const char *const *programs;
    char *const *arguments;
    char *const *environment;
    const char *directory;
    uint32_t user;
    uint32_t group;
    const uint32_t *groups;
    size_t group_count;
    /// The session's descriptors 0, 1 and 2.
    int input;
    int output;
    int error;
    /// `input` is a terminal that becomes the controlling one.
    bool is_terminal;
    /// A mount of devpts that hides the system's, or -1 for a new one. See `supervise_terminal`.
    int terminals;
    /// NULL at the end; NULL for all but /proc and /sys.
    const char *const *writable;
    /// Files and directories that nothing of is seen; NULL at the end. What does not exist is left out.
    const char *const *covered;
    /// Directories of /run that stay, as everything else there is hidden; NULL at the end.
    const char *const *kept;
    /// Mount options of the file system in memory that /run, /tmp, /var/tmp and /dev/shm become.
    const char *memory_options;
    /// Pages of shared memory (shmget(2)) that the session has at most, in digits.
    const char *shared_pages;
    /// Those of a new devpts.
    const char *terminal_options;
    bool allows_setuid;
    /// The child reads one byte here before it does anything: its tracer is there.
    int gate;
    /// `supervise_failure` goes here; it closes when the session's program runs.
    int report;
};

/// Starts a session: the child is process 1 of namespaces of its own, waits at the gate, prepares them, starts the session's
/// first process and then only reaps. Returns its process ID, or -1 with `errno`.
pid_t supervise_start(const struct supervise_plan *plan);

/// The Landlock version of this kernel; 0 or less without.
int supervise_landlock_version(void);

/// A pseudo terminal in an instance of devpts of its own, as the session then sees no other terminal. Fills master, slave and
/// the mount for `supervise_plan.terminals`; returns 0, or -1 with `errno`. `max`: terminals that there can be in it, in digits.
int supervise_terminal(const char *max, int *master, int *slave, int *mount);

/// A descriptor that can be read (an event counter) when a child of this process changed its state. Handles SIGCHLD for the
/// whole process. -1 with `errno` on failure; EMFILE when 64 have been asked for.
int supervise_wake_open(void);
/// True when it was readable; it is no more, until the next change.
bool supervise_wake_take(int descriptor);
/// Makes it readable: its owner has more to do.
void supervise_wake_again(int descriptor);
void supervise_wake_close(int descriptor);

// ptrace(2) of the calling thread. Each returns 0, or -1 with `errno`.

int supervise_seize(pid_t process);
int supervise_continue(pid_t task, int signal);
int supervise_listen(pid_t task);
int supervise_detach(pid_t task);
int supervise_message(pid_t task, unsigned long *message);

struct supervise_registers {
    uint64_t instruction;
    uint64_t stack;
    /// False for a program of another architecture (i386).
    bool is_native;
};
int supervise_registers(pid_t task, struct supervise_registers *registers);

/// Writes `exit_group(126)` at `instruction`, where the program would begin.
int supervise_poke_exit(pid_t task, uint64_t instruction);

/// The next state of a child or tracee of this thread: its ID, 0 when there is none, -1 with `errno`.
pid_t supervise_wait(int *status);

/// Reads up to `count` bytes from `address` on, less at the end of what is mapped; -1 with `errno` when nothing is.
ssize_t supervise_read(pid_t task, uint64_t address, void *buffer, size_t count);

/// Both ends of a pipe, which close at exec. 0, or -1 with `errno`.
int supervise_pipe(int ends[2]);

/// O_PATH, which Swift's C library leaves out; the same on x86_64 and aarch64.
static const int supervise_open_path = 010000000;

/// Opens a path as a process whose root is `root` would, following its symbolic links there. -1 with `errno`.
int supervise_open_in(int root, const char *path, int flags);

/// A file has capabilities, or the kernel does not say that it has none.
bool supervise_has_capabilities(const char *path);

/// Others than the owner and the group have rights of their own to a file (acl(5)), or that cannot be told.
bool supervise_has_access_list(const char *path);

/// `thread` is a thread of `process`.
bool supervise_is_thread(pid_t process, pid_t thread);
