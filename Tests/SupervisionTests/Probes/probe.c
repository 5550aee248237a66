// What a session may try, one way a word. Each says on standard output what came of it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char *outcome(long result) {
    return result >= 0 ? "done" : strerrorname_np(errno);
}

static void say(const char *what, long result) {
    printf("%s %s\n", what, outcome(result));
    fflush(stdout);
}

/// No pointer: what looks at it before it refuses says EFAULT.
#define BAD ((void *)1)

/// System calls that undo supervision, with arguments that would do no harm. Without the filter none says EPERM to root.
static void forbidden(void) {
    char from = 1, to = 2;
    struct iovec local = {&from, 1}, remote = {&to, 1};
    say("process_vm_writev", syscall(SYS_process_vm_writev, getpid(), &local, 1, &remote, 1, 0));
    say("ptrace", syscall(SYS_ptrace, -1, 0, 0, 0));
    say("pidfd_getfd", syscall(SYS_pidfd_getfd, -1, 0, 0));
    say("process_madvise", syscall(SYS_process_madvise, -1, BAD, 1, 0, 0));
    say("unshare", syscall(SYS_unshare, 0));
    say("setns", syscall(SYS_setns, -1, 0));
    say("chroot", syscall(SYS_chroot, BAD));
    say("pivot_root", syscall(SYS_pivot_root, BAD, BAD));
    say("mount", syscall(SYS_mount, BAD, BAD, BAD, 0, 0));
    say("umount2", syscall(SYS_umount2, BAD, 0));
    say("move_mount", syscall(SYS_move_mount, -1, BAD, -1, BAD, 0));
    say("open_tree", syscall(SYS_open_tree, -1, BAD, 0));
    say("open_tree_attr", syscall(467, -1, BAD, 0, 0, 0));
    say("mount_setattr", syscall(SYS_mount_setattr, -1, BAD, 0, BAD, 64));
    say("fsopen", syscall(SYS_fsopen, BAD, 0));
    say("fsconfig", syscall(SYS_fsconfig, -1, 0, 0, 0, 0));
    say("fsmount", syscall(SYS_fsmount, -1, 0, 0));
    say("fspick", syscall(SYS_fspick, -1, BAD, 0));
    say("open_by_handle_at", syscall(SYS_open_by_handle_at, -1, BAD, 0));
    say("bpf", syscall(SYS_bpf, -1, BAD, 8));
    say("init_module", syscall(SYS_init_module, BAD, 8, BAD));
    say("finit_module", syscall(SYS_finit_module, -1, BAD, 0));
    say("delete_module", syscall(SYS_delete_module, BAD, 0));
    say("kexec_load", syscall(SYS_kexec_load, 0, 0, BAD, ~0UL));
    say("kexec_file_load", syscall(SYS_kexec_file_load, -1, -1, 0, BAD, ~0UL));
    say("keyctl", syscall(SYS_keyctl, ~0, 0, 0, 0, 0));
    say("add_key", syscall(SYS_add_key, BAD, BAD, 0, 0, 0));
    say("request_key", syscall(SYS_request_key, BAD, BAD, BAD, 0));
    say("acct", syscall(SYS_acct, BAD));
    say("swapon", syscall(SYS_swapon, BAD, 0));
    say("swapoff", syscall(SYS_swapoff, BAD));
    say("reboot", syscall(SYS_reboot, 0, 0, 0, 0));
    say("quotactl", syscall(SYS_quotactl, ~0, BAD, 0, 0));
    say("quotactl_fd", syscall(SYS_quotactl_fd, -1, ~0, 0, 0));
#if defined(__x86_64__)
    say("iopl", syscall(SYS_iopl, 9));
    say("ioperm", syscall(SYS_ioperm, 1, 0, 0));
    say("uselib", syscall(SYS_uselib, BAD));
#endif
    say("io_uring_setup", syscall(SYS_io_uring_setup, 0, BAD));
    say("io_uring_enter", syscall(SYS_io_uring_enter, -1, 0, 0, 0, 0, 0));
    say("io_uring_register", syscall(SYS_io_uring_register, -1, ~0, 0, 0));
    say("perf_event_open", syscall(SYS_perf_event_open, BAD, 0, -1, -1, 0));
    say("userfaultfd", syscall(SYS_userfaultfd, ~0));
    say("subreaper", prctl(PR_SET_CHILD_SUBREAPER, 0));
    say("seccomp listener", syscall(SYS_seccomp, 1, 1 << 3, BAD));
}

static long bare_clone(unsigned long flags) {
    long child = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
    if (child == 0) {
        execl("/bin/echo", "echo", "escaped", NULL);
        _exit(1);
    }
    if (child > 0) waitpid((pid_t)child, NULL, __WALL);
    return child;
}

static void clones(void) {
    say("untraced", bare_clone(CLONE_UNTRACED));
    say("parent", bare_clone(CLONE_PARENT));
    say("directory", bare_clone(CLONE_FS));
    say("user", bare_clone(CLONE_NEWUSER));
    say("mounts", bare_clone(CLONE_NEWUSER | CLONE_NEWNS));
    say("processes", bare_clone(CLONE_NEWUSER | CLONE_NEWPID));
    struct clone_args arguments = {.exit_signal = SIGCHLD};
    long child = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (child == 0) _exit(0);
    say("clone3", child);
    say("later", syscall(470));
}

#if defined(__x86_64__)
/// execve of i386, whose pointers are 32 bits wide.
static void foreign_execve(void) {
    char *page = mmap(
        NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    strcpy(page, "/bin/echo");
    strcpy(page + 64, "escaped");
    uint32_t *words = (uint32_t *)(page + 128);
    words[0] = (uint32_t)(uintptr_t)page;
    words[1] = (uint32_t)(uintptr_t)page + 64;
    words[2] = 0;
    long result = 11;
    __asm__ volatile("int $0x80"
                     : "+a"(result)
                     : "b"(page), "c"(words), "d"(0)
                     : "memory");
    say("i386", result);
}
#endif

static void *exec_in_thread(void *words) {
    char **arguments = words;
    execv(arguments[0], arguments);
    return NULL;
}

static void *wait_for_ever(void *nothing) {
    pause();
    return nothing;
}

static void thread_exec(char **words) {
    pthread_t threads[3];
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, wait_for_ever, NULL);
    pthread_create(&threads[2], NULL, exec_in_thread, words);
    pthread_join(threads[2], NULL);
}

static char **to_be_run;

static void nothing_at_all(int number) {
    (void)number;
}

static void *exec_when_told(void *pipe) {
    sigset_t all;
    char byte;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    if (read(*(int *)pipe, &byte, 1) == 1) execv(to_be_run[0], to_be_run);
    return NULL;
}

static void wait_for_file(const char *name) {
    while (access(name, F_OK) != 0) usleep(1000);
}

static void make_file(const char *name) {
    close(open(name, O_CREAT | O_WRONLY, 0644));
}

/// Waits until a process is called so and in a state (proc(5)).
static void wait_for_process(pid_t process, const char *name, char state) {
    char path[64], line[256], wanted[64];
    snprintf(path, sizeof path, "/proc/%d/stat", process);
    snprintf(wanted, sizeof wanted, "(%s) %c", name, state);
    for (;; usleep(1000)) {
        int file = open(path, O_RDONLY);
        ssize_t count = read(file, line, sizeof line - 1);
        close(file);
        if (count <= 0) continue;
        line[count] = 0;
        if (strstr(line, wanted)) return;
    }
}

/// A thread becomes `taken`, of the working directory, in the place of its process's first thread, which has stopped for a
/// signal meanwhile. A lease on the file keeps the thread in its execve; files tell who waits for whom.
static void take_over(void) {
    char *words[] = {"./taken", "made", NULL};
    to_be_run = words;
    if (system("cp /usr/bin/touch taken") != 0) _exit(1);
    signal(SIGUSR1, nothing_at_all);
    int go[2], number;
    sigset_t all;
    if (pipe(go) != 0) _exit(1);
    pid_t taken = fork();
    if (taken == 0) {
        pthread_t thread;
        pthread_create(&thread, NULL, exec_when_told, &go[0]);
        for (;;) pause();
    }
    pid_t other = fork();
    if (other == 0) execl("/bin/sleep", "sleep", "1000", NULL);
    wait_for_process(other, "sleep", 'S');
    // Nobody handles stops of this process for a while.
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    int file = open("taken", O_RDONLY | O_CLOEXEC);
    say("lease", fcntl(file, F_SETLEASE, F_WRLCK));
    if (write(go[1], "", 1) != 1) _exit(1);
    sigset_t lease;
    sigemptyset(&lease);
    sigaddset(&lease, SIGIO);
    sigwait(&lease, &number);
    if (fork() == 0) execl("/bin/true", "true", NULL);
    wait_for_file("first");
    kill(other, SIGKILL);
    kill(taken, SIGUSR1);
    wait_for_process(other, "sleep", 'Z');
    wait_for_process(taken, "probe", 't');
    make_file("stopped");
    wait_for_file("second");
    fcntl(file, F_SETLEASE, F_UNLCK);
    wait_for_process(taken, "taken", 't');
    make_file("replaced");
    int status;
    waitpid(taken, &status, 0);
    printf("%d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static char flipped[] = "good";

static void *flip(void *nothing) {
    for (;;) {
        __atomic_store_n((uint32_t *)(void *)flipped, *(const uint32_t *)"evil", __ATOMIC_SEQ_CST);
        __atomic_store_n((uint32_t *)(void *)flipped, *(const uint32_t *)"good", __ATOMIC_SEQ_CST);
    }
    return nothing;
}

/// Runs `echo good` a number of times from a process that shares memory with one that writes `evil` there.
static void rewrite(int times) {
    pthread_t thread;
    pthread_create(&thread, NULL, flip, NULL);
    for (int i = 0; i < times; i++) {
        pid_t child = vfork();
        if (child == 0) {
            execl("/bin/echo", "echo", flipped, NULL);
            _exit(1);
        }
        waitpid(child, NULL, 0);
    }
}

/// Starts `words`, and writes into its memory as soon as it is another program.
static void write_memory(char **words) {
    char before[4096], after[4096], path[64];
    ssize_t length = readlink("/proc/self/exe", before, sizeof before);
    pid_t child = fork();
    if (child == 0) {
        execv(words[0], words);
        _exit(1);
    }
    snprintf(path, sizeof path, "/proc/%d/exe", child);
    do {
        ssize_t count = readlink(path, after, sizeof after);
        if (count > 0 && (count != length || memcmp(before, after, (size_t)count))) break;
    } while (sched_yield() == 0);
    snprintf(path, sizeof path, "/proc/%d/mem", child);
    say("memory", open(path, O_RDWR));
    snprintf(path, sizeof path, "/proc/%d/root/proc/%d/mem", child, child);
    say("memory by its root", open(path, O_WRONLY));
    say("its parent's memory", open("/proc/1/mem", O_RDONLY));
    say("kernel", open("/proc/sys/kernel/core_pattern", O_WRONLY));
    say("own score", open("/proc/self/oom_score_adj", O_WRONLY));
    waitpid(child, NULL, 0);
}

static void from_memory(char **words) {
    int file = memfd_create("tool", 0);
    int original = open(words[0], O_RDONLY);
    char bytes[65536];
    ssize_t count;
    while ((count = read(original, bytes, sizeof bytes)) > 0)
        if (write(file, bytes, (size_t)count) != count) _exit(1);
    fexecve(file, words, environ);
    say("fexecve", -1);
}

/// Tries to have a core dumped by a program, which the kernel starts for a limit of none.
static void cores(void) {
    struct rlimit none = {0, 0}, limit;
    say("setrlimit", syscall(SYS_setrlimit, RLIMIT_CORE, &none));
    say("prlimit", syscall(SYS_prlimit64, 0, RLIMIT_CORE, &none, NULL));
    say("exchange", syscall(SYS_prlimit64, 0, RLIMIT_CORE, &none, &limit));
    say("others", syscall(SYS_prlimit64, 0, RLIMIT_FSIZE, NULL, &limit));
    say("ask", syscall(SYS_prlimit64, 0, RLIMIT_CORE, NULL, &limit));
    printf("%lu %lu\n", (unsigned long)limit.rlim_cur, (unsigned long)limit.rlim_max);
}

/// Children that signal themselves for ever, none of which does any harm.
static void flood(int children) {
    for (int i = 0; i < children; i++)
        if (fork() == 0)
            for (;;) kill(getpid(), SIGWINCH);
    say("flood", 0);
    pause();
}

/// Children that end, and that nobody waits for.
static void zombies(int children) {
    for (int i = 0; i < children; i++)
        if (fork() == 0) _exit(0);
    say("zombies", 0);
}

/// Forks until nothing is left to fork.
static void bomb(void) {
    for (;;)
        if (fork() < 0) break;
}

static atomic_int ready;
static atomic_bool may_fork;

static void *fork_once(void *nothing) {
    ready++;
    while (!may_fork) {}
    if (fork() == 0) _exit(0);
    return wait_for_ever(nothing);
}

/// Becomes itself so many times, each while its threads fork; then waits for all that was made.
static void leak(int times, int threads, char **words) {
    if (times == 0) {
        while (wait(NULL) > 0) {}
        say("leak", 0);
        return;
    }
    for (int i = 0; i < threads; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, fork_once, NULL);
    }
    while (ready < threads) usleep(100);
    may_fork = true;
    char left[16];
    snprintf(left, sizeof left, "%d", times - 1);
    execl(words[0], words[0], "leak", left, words[3], NULL);
}

/// As many terminals as there are to be had.
static void terminals(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    int count = 0;
    while (count < 1000 && open("/dev/ptmx", O_RDWR | O_NOCTTY) >= 0) count++;
    printf("%d %s\n", count, outcome(-1));
}

/// Runs `../x` from a directory that is gone, whose name in /proc is that of another.
static void from_removed(const char *script) {
    mkdir("/tmp/other", 0755);
    mkdir("/tmp/other/sub", 0755);
    mkdir("/tmp/d", 0755);
    say("what runs", symlink("/bin/true", "/tmp/x"));
    say("what does not", symlink(script, "/tmp/other/x"));
    if (chdir("/tmp/d") != 0 || rmdir("/tmp/d") != 0) _exit(1);
    say("the name", symlink("/tmp/other/sub", "/tmp/d (deleted)"));
    execl("../x", "/bin/true", "../x", NULL);
}

static pid_t run_one(const char *how, char **words) {
    pid_t child = -1;
    if (!strcmp(how, "spawn")) {
        if (posix_spawn(&child, words[0], NULL, NULL, words, environ) != 0) return -1;
        return child;
    }
    child = !strcmp(how, "vfork") ? vfork() : fork();
    if (child == 0) {
        execv(words[0], words);
        _exit(1);
    }
    return child;
}

static void run_many(const char *how, int times, char **words) {
    for (int i = 0; i < times; i++) {
        pid_t child = run_one(how, words);
        int status = 0;
        waitpid(child, &status, 0);
        if (status != 0) _exit(2);
    }
}

static void reach_abstract(const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path + 1, name, sizeof address.sun_path - 2);
    int end = socket(AF_UNIX, SOCK_STREAM, 0);
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
    say("abstract", connect(end, (struct sockaddr *)&address, length));
}

static void descriptors(void) {
    for (int i = 0; i < 1024; i++)
        if (fcntl(i, F_GETFD) >= 0) printf("%d ", i);
    printf("\n");
}

int main(int count, char **words) {
    (void)count;
    const char *way = words[1];
    if (!strcmp(way, "forbidden")) forbidden();
    if (!strcmp(way, "clones")) clones();
#if defined(__x86_64__)
    if (!strcmp(way, "i386")) foreign_execve();
    if (!strcmp(way, "x32")) say("x32", syscall(0x40000000 | SYS_getpid));
#endif
    if (!strcmp(way, "thread")) thread_exec(words + 2);
    if (!strcmp(way, "takeover")) take_over();
    if (!strcmp(way, "rewrite")) rewrite(atoi(words[2]));
    if (!strcmp(way, "memory")) write_memory(words + 2);
    if (!strcmp(way, "memfd")) from_memory(words + 2);
    if (!strcmp(way, "bomb")) bomb();
    if (!strcmp(way, "cores")) cores();
    if (!strcmp(way, "flood")) flood(atoi(words[2]));
    if (!strcmp(way, "leak")) leak(atoi(words[2]), atoi(words[3]), words);
    if (!strcmp(way, "terminals")) terminals();
    if (!strcmp(way, "removed")) from_removed(words[2]);
    if (!strcmp(way, "zombies")) zombies(atoi(words[2]));
    if (!strcmp(way, "many")) run_many(words[2], atoi(words[3]), words + 4);
    if (!strcmp(way, "abstract")) reach_abstract(words[2]);
    if (!strcmp(way, "descriptors")) descriptors();
    if (!strcmp(way, "ids")) printf("%d %d\n", getuid(), geteuid());
    return 0;
}
