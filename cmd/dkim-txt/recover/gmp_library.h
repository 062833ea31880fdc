/* gmp_library: libgmp is loaded when numbers of many megabits are needed.
 *
 * Its functions that are called are defined here under their own names and lead
 * into the library, so that a key check from cron neither loads nor needs it.
 * GMP ends the process when it gets no memory: it gets ours, which end it with
 * the exit status of the tools, and so they do at a ceiling. */
#ifndef GMP_LIBRARY_H
#define GMP_LIBRARY_H

#include <stddef.h>

#include "status.h"

/* gmp_library_load: before any call of GMP, from one thread. Each allocation
 * calls TICK (may be NULL), so that a long computation can show that it goes
 * on. ST_OK, or ST_BUG when the library cannot be loaded. */
enum status gmp_library_load(void (*tick)(void), struct diag *why) MUST_USE;

/* gmp_library_limit: GMP may have MOST bytes at a time from now on. */
void gmp_library_limit(size_t most);

#endif
