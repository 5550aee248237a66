// The two processes of a session's start: its init, and the first process, which becomes the session's program.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/rseq.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "internal.h"

/// A program's descriptors when nobody says otherwise; it may raise them.
#define DESCRIPTORS_USUAL 1024

_Noreturn void supervise_fail(const struct supervise_plan *plan, enum supervise_stage stage) {
    struct supervise_failure failure = {stage, errno};
    // Fits into the pipe whole; without it the session still ends, only without a reason.
    if (write(plan->report, &failure, sizeof failure)) {}
    _exit(126);
}

/// fork(2) without the C library's handlers, which may wait for threads that are not in the child.
static pid_t bare_clone(unsigned long flags) {
    return (pid_t)syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
}

/// No handler (its code is not in the image to come), nothing ignored, nothing blocked.
static void reset_signals(void) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int number = 1; number <= 64; number++) sigaction(number, &action, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static int set_capabilities(const struct __user_cap_data_struct sets[2]) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    return (int)syscall(SYS_capset, &header, sets);
}

/// What a setuid program or a session of root may still have. Not among them: whatever mounts, traces, loads modules, makes
/// devices, opens files by handle (around what is hidden), gives files capabilities or raises limits.
static const unsigned kept_capabilities[] = {
    CAP_CHOWN,  CAP_DAC_OVERRIDE, CAP_FOWNER,           CAP_FSETID,  CAP_KILL,
    CAP_SETGID, CAP_SETUID,       CAP_NET_BIND_SERVICE, CAP_NET_RAW, CAP_AUDIT_WRITE,
};

static bool is_kept(unsigned capability) {
    for (size_t i = 0; i < sizeof kept_capabilities / sizeof *kept_capabilities; i++)
        if (kept_capabilities[i] == capability) return true;
    return false;
}

/// Bounds what any program of the session can get. What this process has stays until it becomes the account.
static int bound_capabilities(void) {
    for (unsigned capability = 0; capability < 64; capability++) {
        if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) < 0) break;
        if (!is_kept(capability) && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return -1;
    }
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return -1;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2];
    if (syscall(SYS_capget, &header, sets) != 0) return -1;
    sets[0].inheritable = sets[1].inheritable = 0;
    return set_capabilities(sets);
}

/// Brings the session's descriptors to 0, 1 and 2 and the report to 3, whatever numbers they have, and closes the others.
/// Returns the plan's report.
static int place_descriptors(const struct supervise_plan *plan) {
    int from[4] = {plan->input, plan->output, plan->error, plan->report};
    for (int i = 0; i < 4; i++) {
        // Above the four, so that none overwrites another.
        from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 16);
        if (from[i] < 0) return -1;
    }
    for (int i = 0; i < 3; i++)
        if (dup2(from[i], i) < 0) return -1;
    if (dup3(from[3], 3, O_CLOEXEC) < 0) return -1;
    return (int)syscall(SYS_close_range, 4, ~0U, 0);
}

/// The C library's setuid would signal threads that are not in this process.
static int become(const struct supervise_plan *plan) {
    if (syscall(SYS_setgroups, plan->group_count, plan->groups) != 0) return -1;
    if (syscall(SYS_setresgid, plan->group, plan->group, plan->group) != 0) return -1;
    return (int)syscall(SYS_setresuid, plan->user, plan->user, plan->user);
}

/// What was raised for the runner is not for its programs: some use select(2), some close all that may be open.
static void bound_descriptors(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur <= DESCRIPTORS_USUAL) return;
    limit.rlim_cur = DESCRIPTORS_USUAL;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/// As execvp(3) goes through its places, with `errno` as it says in the end.
static void run_program(const struct supervise_plan *plan) {
    bool is_denied = false;
    errno = ENOENT;
    for (const char *const *program = plan->programs; *program; program++) {
        execve(*program, plan->arguments, plan->environment);
        switch (errno) {
        case EACCES: is_denied = true; break;
        case ENOENT: case ENOTDIR: case ESTALE: case ENODEV: case ETIMEDOUT: break;
        default: return;
        }
    }
    if (is_denied) errno = EACCES;
}

_Noreturn static void run_first(const struct supervise_plan *original) {
    struct supervise_plan plan = *original;
    setsid();
    // The account opens it by its path, too.
    if (plan.is_terminal
        && (ioctl(plan.input, TIOCSCTTY, 0) != 0 || fchown(plan.input, plan.user, (gid_t)-1) != 0))
        supervise_fail(&plan, supervise_stage_terminal);
    // As are what /dev/stdin, /dev/stdout and /dev/stderr lead to.
    int files[] = {plan.input, plan.output, plan.error};
    for (int i = 0; i < 3 && !plan.is_terminal; i++)
        if (fchown(files[i], plan.user, (gid_t)-1) != 0)
            supervise_fail(&plan, supervise_stage_descriptors);
    if (place_descriptors(&plan) != 0) supervise_fail(&plan, supervise_stage_descriptors);
    plan.report = 3;
    // One byte, and not none: a core pattern that is a program is started for a limit of zero, not for this one.
    struct rlimit core = {1, 1};
    setrlimit(RLIMIT_CORE, &core);
    bound_descriptors();
    umask(022);
    supervise_restrict_files(&plan);
    if (bound_capabilities() != 0) supervise_fail(&plan, supervise_stage_capabilities);
    supervise_install_filter(&plan);
    if (become(&plan) != 0) supervise_fail(&plan, supervise_stage_account);
    if (chdir(plan.directory) != 0) supervise_fail(&plan, supervise_stage_directory);
    if (!plan.allows_setuid && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        supervise_fail(&plan, supervise_stage_account);
    run_program(&plan);
    supervise_fail(&plan, supervise_stage_execute);
}

/// The C library has the kernel write into each thread's memory whenever it is scheduled. The length must be the registered one,
/// which is 32 bytes or, for newer ones, more.
static bool forget_restartable_sequences(void) {
    if (__rseq_size == 0) return true;
    char *area = (char *)__builtin_thread_pointer() + __rseq_offset;
    for (unsigned length = 32; length <= 512; length += 32)
        if (syscall(SYS_rseq, area, length, RSEQ_FLAG_UNREGISTER, RSEQ_SIG) == 0) return true;
    return false;
}

_Noreturn static void run_init(const struct supervise_plan *plan) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    // The copy of our caller's memory in here is nobody's to look at.
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    prctl(PR_SET_NAME, "sallyport-init", 0, 0, 0);
    reset_signals();
    char opened;
    if (read(plan->gate, &opened, 1) != 1) _exit(126);
    setsid();
    supervise_prepare_mounts(plan);
    pid_t first = bare_clone(0);
    if (first < 0) supervise_fail(plan, supervise_stage_fork);
    if (first == 0) run_first(plan);
    if (chdir("/") != 0) supervise_fail(plan, supervise_stage_directory);
    struct __user_cap_data_struct none[2] = {{0}, {0}};
    if (set_capabilities(none) != 0) supervise_fail(plan, supervise_stage_capabilities);
    syscall(SYS_close_range, 0, ~0U, 0);
    if (forget_restartable_sequences()) supervise_reap();
    while (wait4(-1, NULL, __WALL, NULL) >= 0 || errno != ECHILD) {}
    _exit(0);
}

pid_t supervise_start(const struct supervise_plan *plan) {
    pid_t child = bare_clone(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC);
    if (child == 0) run_init(plan);
    return child;
}
