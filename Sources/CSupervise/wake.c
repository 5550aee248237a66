// SIGCHLD as descriptors. A signalfd would need the signal blocked in every thread of the process; any thread's handler can
// add to a counter.
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>

#include "internal.h"

#define COUNTERS_MAX 64

/// A descriptor plus one while somebody has it, the same negated when it can be had again: it is never closed, since another
/// thread's handler may be about to write into it. 0 is none yet.
static _Atomic int counters[COUNTERS_MAX];
/// The counter was added to, and nobody has looked since.
static _Atomic bool woken[COUNTERS_MAX];

static void wake_all(int number) {
    (void)number;
    int error = errno;
    for (int i = 0; i < COUNTERS_MAX; i++) {
        int counter = atomic_load(&counters[i]);
        uint64_t one = 1;
        // They are taken in order.
        if (counter == 0) break;
        if (counter < 0 || atomic_exchange(&woken[i], true)) continue;
        if (write(counter - 1, &one, sizeof one)) {}
    }
    errno = error;
}

int supervise_wake_open(void) {
    struct sigaction action = {.sa_handler = wake_all, .sa_flags = SA_RESTART};
    if (sigaction(SIGCHLD, &action, NULL) != 0) return -1;
    for (int i = 0; i < COUNTERS_MAX; i++) {
        int counter = atomic_load(&counters[i]);
        if (counter < 0 && atomic_compare_exchange_strong(&counters[i], &counter, -counter)) {
            atomic_store(&woken[i], false);
            return -counter - 1;
        }
    }
    int counter = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (counter < 0) return -1;
    for (int i = 0; i < COUNTERS_MAX; i++) {
        int none = 0;
        if (atomic_compare_exchange_strong(&counters[i], &none, counter + 1)) return counter;
    }
    close(counter);
    errno = EMFILE;
    return -1;
}

bool supervise_wake_take(int descriptor) {
    uint64_t count;
    if (read(descriptor, &count, sizeof count) != sizeof count) return false;
    // Before its owner looks: what comes later wakes it again.
    for (int i = 0; i < COUNTERS_MAX; i++)
        if (atomic_load(&counters[i]) == descriptor + 1) atomic_store(&woken[i], false);
    return true;
}

void supervise_wake_again(int descriptor) {
    uint64_t one = 1;
    if (write(descriptor, &one, sizeof one)) {}
}

void supervise_wake_close(int descriptor) {
    for (int i = 0; i < COUNTERS_MAX; i++) {
        int taken = descriptor + 1;
        atomic_compare_exchange_strong(&counters[i], &taken, -taken);
    }
}
