// The system call filter of every program of a session. It answers by number alone, but for a few whose flags decide.
// Read the table: what is not in it, and not newer than what was looked at, is allowed.
#define _GNU_SOURCE
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "internal.h"

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#endif

// Newer than the headers of Debian 12; the same number on every architecture.
#define NUMBER_OPEN_TREE_ATTR 467
/// Linux 6.18's last (file_setattr). A newer one could start a program or undo this filter in a way that nobody looked at.
#define NUMBER_LAST 469

/// Not traced, in another namespace, or as somebody else's child: none of it can be supervised.
#define CLONE_REFUSED                                                                            \
    (CLONE_UNTRACED | CLONE_PARENT | CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | \
     CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

#define OFFSET(field) (uint32_t) offsetof(struct seccomp_data, field)
/// The lower half of an argument; both architectures are little-endian.
#define ARGUMENT(number) (uint32_t)(offsetof(struct seccomp_data, args) + 8 * (number))
#define ARGUMENT_HIGH(number) (ARGUMENT(number) + 4)

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, value)
#define REFUSE(number) ANSWER(SECCOMP_RET_ERRNO | (number))
/// Goes on with the next instruction if true, else skips it.
#define WHEN_EQUAL(value) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1)
#define WHEN_ABOVE(value) BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, value, 0, 1)
#define WHEN_ANY_BIT(value) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, value, 0, 1)
/// Goes on with so many instructions if the value is this one, else skips them.
#define ONLY_FOR(value, count) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, count)
/// The other way round.
#define UNLESS(value, count) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, count, 0)
#define AND(value) BPF_STMT(BPF_ALU | BPF_AND | BPF_K, value)
/// Loads a pointer's halves, or-ed: 0 is none.
#define LOAD_POINTER(number)                                                                \
    LOAD(ARGUMENT_HIGH(number)), BPF_STMT(BPF_MISC | BPF_TAX, 0), LOAD(ARGUMENT(number)), \
        BPF_STMT(BPF_ALU | BPF_OR | BPF_X, 0)
/// A system call that does nothing and says that it did.
#define PRETEND ANSWER(SECCOMP_RET_ERRNO)

#define REFUSED(number) WHEN_EQUAL(number), REFUSE(EPERM)

static const struct sock_filter filter[] = {
    // A 32-bit system call (`int 0x80`) has numbers of its own: nothing below would mean what it says.
    LOAD(OFFSET(arch)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0),
    ANSWER(SECCOMP_RET_KILL_PROCESS),
    LOAD(OFFSET(nr)),
#if defined(__x86_64__)
    // x32.
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
    ANSWER(SECCOMP_RET_KILL_PROCESS),
#endif
    WHEN_ABOVE(NUMBER_LAST),
    REFUSE(ENOSYS),

    // Programs start where the supervisor sees it; what is not traced gets ENOSYS.
    WHEN_EQUAL(SYS_execve),
    ANSWER(SECCOMP_RET_TRACE),
    WHEN_EQUAL(SYS_execveat),
    ANSWER(SECCOMP_RET_TRACE),

    // Its flags stand in memory, where no filter can read them. The C library then uses clone.
    WHEN_EQUAL(SYS_clone3),
    REFUSE(ENOSYS),
    ONLY_FOR(SYS_clone, 6),
    LOAD(ARGUMENT(0)),
    WHEN_ANY_BIT(CLONE_REFUSED),
    REFUSE(EPERM),
    // A process that shares its directory with another could be moved while it is held; threads end when one becomes a program.
    AND(CLONE_FS | CLONE_THREAD),
    WHEN_EQUAL(CLONE_FS),
    REFUSE(EPERM),
    LOAD(OFFSET(nr)),
    // A listener's CONTINUE would override RET_TRACE. Filters without one can only refuse more.
    ONLY_FOR(SYS_seccomp, 3),
    LOAD(ARGUMENT(1)),
    WHEN_ANY_BIT(SECCOMP_FILTER_FLAG_NEW_LISTENER),
    REFUSE(EPERM),
    LOAD(OFFSET(nr)),
    // Orphans are the session's init's, where those are found that were never let go.
    ONLY_FOR(SYS_prctl, 3),
    LOAD(ARGUMENT(0)),
    WHEN_EQUAL(PR_SET_CHILD_SUBREAPER),
    REFUSE(EPERM),
    LOAD(OFFSET(nr)),
    // A core pattern that is a program is started for a limit of zero, and not for ours (see start.c). Who wants no core
    // has none already.
    ONLY_FOR(SYS_setrlimit, 3),
    LOAD(ARGUMENT(0)),
    WHEN_EQUAL(RLIMIT_CORE),
    PRETEND,
    LOAD(OFFSET(nr)),
    ONLY_FOR(SYS_prlimit64, 14),
    LOAD(ARGUMENT(1)),
    ONLY_FOR(RLIMIT_CORE, 12),
    LOAD_POINTER(2),
    UNLESS(0, 7),
    LOAD_POINTER(3),
    WHEN_EQUAL(0),
    PRETEND,
    // It would have to say what was before.
    REFUSE(EPERM),
    LOAD(OFFSET(nr)),

    // Writes into another process, which may be held before its first instruction, or takes what it has open. Reading
    // (process_vm_readv) changes nothing and is allowed.
    REFUSED(SYS_ptrace),
    REFUSED(SYS_process_vm_writev),
    REFUSED(SYS_pidfd_getfd),
    REFUSED(SYS_process_madvise),

    // Other namespaces, other roots, other mounts: a path there means another file.
    REFUSED(SYS_unshare),
    REFUSED(SYS_setns),
    REFUSED(SYS_chroot),
    REFUSED(SYS_pivot_root),
    REFUSED(SYS_mount),
    REFUSED(SYS_umount2),
    REFUSED(SYS_move_mount),
    REFUSED(SYS_open_tree),
    REFUSED(NUMBER_OPEN_TREE_ATTR),
    REFUSED(SYS_mount_setattr),
    REFUSED(SYS_fsopen),
    REFUSED(SYS_fsconfig),
    REFUSED(SYS_fsmount),
    REFUSED(SYS_fspick),
    // Opens what is hidden, by its number.
    REFUSED(SYS_open_by_handle_at),

    // Code in the kernel, or programs that the kernel itself starts (request_key runs /sbin/request-key).
    REFUSED(SYS_bpf),
    REFUSED(SYS_init_module),
    REFUSED(SYS_finit_module),
    REFUSED(SYS_delete_module),
    REFUSED(SYS_kexec_load),
    REFUSED(SYS_kexec_file_load),
    REFUSED(SYS_keyctl),
    REFUSED(SYS_add_key),
    REFUSED(SYS_request_key),
    REFUSED(SYS_acct),
    REFUSED(SYS_swapon),
    REFUSED(SYS_swapoff),
    REFUSED(SYS_reboot),
    REFUSED(SYS_quotactl),
    REFUSED(SYS_quotactl_fd),
#if defined(__x86_64__)
    REFUSED(SYS_iopl),
    REFUSED(SYS_ioperm),
    REFUSED(SYS_uselib),
#endif

    // No way around the supervisor is known through these, but most of the kernel's holes were in them. A ring's requests
    // are no system calls, so this filter does not see them; today none of them starts a program or mounts.
    REFUSED(SYS_io_uring_setup),
    REFUSED(SYS_io_uring_enter),
    REFUSED(SYS_io_uring_register),
    REFUSED(SYS_perf_event_open),
    REFUSED(SYS_userfaultfd),

    ANSWER(SECCOMP_RET_ALLOW),
};

void supervise_install_filter(const struct supervise_plan *plan) {
    struct sock_fprog program = {
        .len = sizeof filter / sizeof *filter,
        .filter = (struct sock_filter *)filter,
    };
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
        supervise_fail(plan, supervise_stage_seccomp);
}
