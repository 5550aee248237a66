// libpg_query: PostgreSQL's own grammar (version 15) as a library.
#pragma once

#include <pg_query.h>
