/* find_run: dkim-txt --find from its options to its exit status. */
#ifndef FIND_RUN_H
#define FIND_RUN_H

#include "find_search.h"

/* find_run: ask DNS for the key records of the domain and write those found to
 * TO. Returns the exit status: 0 found, 2 none, 75 without an answer to some
 * question, or that of an input that cannot be read; messages go to standard
 * error. */
int find_run(const struct find_options *o, int to);

#endif
