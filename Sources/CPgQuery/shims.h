// libpg_query: PostgreSQL's own grammar (version 15) as a library.
#pragma once

#include <pg_query.h>

#include <pthread.h>
#include <stddef.h>

/// glibc's way to say how large the stacks of threads will be that are made from now on; its header hides it
/// unless _GNU_SOURCE was defined first.
extern int pthread_setattr_default_np(const pthread_attr_t *attributes);

static inline int sallyport_set_default_stack_size(size_t bytes) {
    pthread_attr_t attributes;
    int code = pthread_attr_init(&attributes);
    if (code != 0) return code;
    code = pthread_attr_setstacksize(&attributes, bytes);
    if (code == 0) code = pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
    return code;
}
