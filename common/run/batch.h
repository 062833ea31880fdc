/* batch: verify many messages, with several threads if wanted, and report them
 * in input order.
 *
 * The report on a message is composed in the thread that verified it and
 * written in its turn, so that the output does not depend on the number of
 * threads. Memory is bounded by the messages in work at a time (pool.h),
 * whatever their number and size. */
#ifndef BATCH_H
#define BATCH_H

#include "mailbox.h"
#include "spool.h"
#include "verify.h"

/* The report on one message. */
struct batch_report {
	struct buf out, err; /* for standard output and error */
	struct buf notes;    /* for `taken` */
	int code;	     /* exit status for this message */
};

struct batch {
	const struct verify_conf *conf;
	size_t threads;	 /* that verify at a time; more wait for DNS */
	struct dns *dns; /* of CONF and of what `verified` asks */
	int out;	 /* descriptor for the results */
	bool progress;	 /* show how far it is, if there are several messages */
	bool keep;	 /* `verified` gets the bytes of each message */

	/* Fill REPORT for a message that was verified; KEPT has its bytes, or
	 * is NULL. Unless it returns ST_OK, `failed` is called instead. Called
	 * from any thread. */
	enum status (*verified)(const void *ctx,
				const struct mailbox_message *message,
				const struct verification *all,
				struct spool *kept, struct batch_report *report,
				struct diag *why);
	/* The same for an input that cannot be read or is not a message. */
	void (*failed)(const void *ctx, const struct mailbox_message *message,
		       enum status st, const struct diag *why,
		       struct batch_report *report);
	/* Called with each report after it was written, in input order;
	 * VERIFIED: `verified` filled it. May be NULL. */
	void (*taken)(const void *ctx, const struct batch_report *report,
		      bool verified);
	/* Called at the end to append the report on all messages together to
	 * OUT. May be NULL. */
	void (*summary)(const void *ctx, struct buf *out);
	const void *ctx;
};

/* batch_run: verify and report all messages of FROM. Returns the exit status:
 * the most severe of all (exit_worse), 2 if there is no message, 74 if the
 * results cannot be written, which ends the run. Errors are reported to
 * standard error. */
int batch_run(const struct batch *batch, struct mailbox *from);

#endif
