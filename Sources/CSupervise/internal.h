#pragma once

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CSupervise.h"

/// Tells what failed, with `errno`, and ends the calling child.
_Noreturn void supervise_fail(const struct supervise_plan *plan, enum supervise_stage stage);

void supervise_prepare_mounts(const struct supervise_plan *plan);
void supervise_restrict_files(const struct supervise_plan *plan);
void supervise_install_filter(const struct supervise_plan *plan);

/// Gives all memory back but one page of code, then waits for children until there are none.
_Noreturn void supervise_reap(void);
