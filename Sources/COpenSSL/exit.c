// By itself OpenSSL frees its locks and tables at exit(3), under the threads that go on until the process is gone:
// one that then speaks TLS reads what was freed, and a signal takes the place of the program's status. The system
// takes the memory back.

#include <openssl/crypto.h>
#include <stdlib.h>

/// Before main(), since OpenSSL heeds it in its first call alone.
__attribute__((constructor)) static void leave_memory_to_the_system(void) {
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL) != 1) abort();
}
