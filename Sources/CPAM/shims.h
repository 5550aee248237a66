// Linux-PAM's application interface.
#pragma once

#include <security/pam_appl.h>
