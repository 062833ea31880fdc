/* exit_status: the exit status of the programs: for an error, for several
 * inputs and for a mail server. What dkim-verify returns for a message is in
 * cmd/dkim-verify/verify_exit.h. */
#ifndef EXIT_STATUS_H
#define EXIT_STATUS_H

#include "status.h"

/* Besides 0, success, and the statuses of <sysexits.h>. */
enum {
	EXIT_FAILED = 1,    /* present but not valid */
	EXIT_NOTHING = 2,   /* there is nothing to check */
	EXIT_TEMPORARY = 75 /* DNS gave no answer: try again */
};

/* exit_status: the exit status when ST is all there is to report: 0 for ST_OK,
 * 75 for ST_DNS, 1 for any other result of a signature, else 64 to 78. */
int exit_status(enum status st);

/* exit_worse: the exit status for two inputs with the statuses A and B: the
 * more severe one. 64 to 78 but 75 are before 75, then come 1, 2 and 0; of two
 * equally severe ones A. */
int exit_worse(int a, int b);

/* exit_for_mta: the exit status that a mail server gets instead of CODE. 0
 * stays, and so does CODE if the message is REFUSED for good; everything else
 * is 75, since a mail server would return the mail to its sender. */
int exit_for_mta(int code, bool refused);

/* exit_text: what CODE means, in words such as "usage error". */
const char *exit_text(int code);

#endif
