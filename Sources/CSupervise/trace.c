// ptrace(2) and what goes with it, for Swift.
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "internal.h"

int supervise_seize(pid_t process) {
    long options = PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK
        | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
    return (int)ptrace(PTRACE_SEIZE, process, NULL, options);
}

int supervise_continue(pid_t task, int signal) {
    return (int)ptrace(PTRACE_CONT, task, NULL, (long)signal);
}

int supervise_listen(pid_t task) {
    return (int)ptrace(PTRACE_LISTEN, task, NULL, NULL);
}

int supervise_detach(pid_t task) {
    return (int)ptrace(PTRACE_DETACH, task, NULL, NULL);
}

int supervise_message(pid_t task, unsigned long *message) {
    return (int)ptrace(PTRACE_GETEVENTMSG, task, NULL, message);
}

#if defined(__x86_64__)
/// The code segment of 64-bit programs.
#define NATIVE_SEGMENT 0x33
/// mov edi, 126; mov eax, 231 (exit_group); syscall; then nothing that matters.
static const _Alignas(long) uint8_t exit_code[16] = {
    0xbf, 126, 0, 0, 0, 0xb8, 231, 0, 0, 0, 0x0f, 0x05, 0xf4, 0xf4, 0xf4, 0xf4,
};
#elif defined(__aarch64__)
/// mov w0, #126; mov w8, #94 (exit_group); svc #0; udf
static const _Alignas(long) uint32_t exit_code[4] = {0x52800fc0, 0x52800bc8, 0xd4000001, 0};
#endif

int supervise_registers(pid_t task, struct supervise_registers *registers) {
#if defined(__x86_64__)
    struct user_regs_struct all;
#else
    struct user_pt_regs all;
#endif
    struct iovec area = {&all, sizeof all};
    if (ptrace(PTRACE_GETREGSET, task, (void *)NT_PRSTATUS, &area) != 0) return -1;
    // A 32-bit program's set is shorter.
    registers->is_native = area.iov_len == sizeof all;
    if (!registers->is_native) return 0;
#if defined(__x86_64__)
    registers->is_native = all.cs == NATIVE_SEGMENT;
    registers->instruction = all.rip;
    registers->stack = all.rsp;
#else
    registers->instruction = all.pc;
    registers->stack = all.sp;
#endif
    return 0;
}

int supervise_poke_exit(pid_t task, uint64_t instruction) {
    const long *words = (const void *)exit_code;
    for (size_t i = 0; i < sizeof exit_code / sizeof *words; i++) {
        void *address = (void *)(uintptr_t)(instruction + i * sizeof *words);
        if (ptrace(PTRACE_POKEDATA, task, address, words[i]) != 0) return -1;
    }
    return 0;
}

pid_t supervise_wait(int *status) {
    for (;;) {
        pid_t task = waitpid(-1, status, __WALL | __WNOTHREAD | WNOHANG);
        if (task >= 0) return task;
        if (errno == ECHILD) return 0;
        if (errno != EINTR) return -1;
    }
}

ssize_t supervise_read(pid_t task, uint64_t address, void *buffer, size_t count) {
    enum { pages_max = 64, page = 4096 };
    // The kernel stops between elements, not within one: an element a page.
    struct iovec remote[pages_max];
    size_t done = 0;
    while (done < count) {
        unsigned long used = 0;
        size_t asked = 0;
        while (used < pages_max && done + asked < count) {
            uint64_t from = address + done + asked;
            size_t length = page - from % page;
            if (length > count - done - asked) length = count - done - asked;
            remote[used++] = (struct iovec){(void *)(uintptr_t)from, length};
            asked += length;
        }
        struct iovec local = {(char *)buffer + done, asked};
        ssize_t got = process_vm_readv(task, &local, 1, remote, used, 0);
        if (got <= 0) return done > 0 ? (ssize_t)done : -1;
        done += (size_t)got;
        if ((size_t)got < asked) break;
    }
    return (ssize_t)done;
}

int supervise_pipe(int ends[2]) {
    return pipe2(ends, O_CLOEXEC);
}

int supervise_open_in(int root, const char *path, int flags) {
    struct open_how how = {
        .flags = (uint64_t)(flags | O_CLOEXEC),
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };
    return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

bool supervise_has_capabilities(const char *path) {
    return getxattr(path, "security.capability", NULL, 0) >= 0 || (errno != ENODATA && errno != ENOTSUP);
}

bool supervise_has_access_list(const char *path) {
    return lgetxattr(path, "system.posix_acl_access", NULL, 0) >= 0
        || (errno != ENODATA && errno != EOPNOTSUPP);
}

bool supervise_is_thread(pid_t process, pid_t thread) {
    return syscall(SYS_tgkill, process, thread, 0) == 0;
}
