/* reports_run: dkim-policy --read-reports, from operands to the exit status. */
#ifndef REPORTS_RUN_H
#define REPORTS_RUN_H

#include "mailbox.h"

struct reports_run {
	struct mailbox_conf inputs;
	uint64_t max_size; /* bytes of a report, unpacked */
	bool json, quiet;
	bool progress; /* progress.h */
};

/* reports_run: read all reports of the inputs and print what they say; after
 * report_library_load. The exit status: 0 when all were read; 2 without any
 * report; 65 when one could not be read; that of exit_status for an input that
 * could not be. */
int reports_run(const struct reports_run *run);

#endif
