/* batch: many messages verified, by several threads if wanted, and reported in
 * the order in which they come.
 *
 * What is to be printed of a message is put together where it was verified and
 * written when its turn has come, so that the octets on both outputs do not
 * depend on the number of threads. Memory is bounded by the messages on their
 * way (pool_window), whatever their count and size. */
#ifndef BATCH_H
#define BATCH_H

#include "mailbox.h"
#include "spool.h"
#include "verify.h"

/* What is said of one message. */
struct batch_report {
	struct buf out, err; /* for the two outputs */
	struct buf notes;    /* for `taken` */
	int code;	     /* exit status that this message gives */
};

struct batch {
	const struct verify_conf *conf;
	size_t threads;
	int out;       /* descriptor for the results */
	bool progress; /* show how far it is, if there are several messages */
	bool keep;     /* `verified` gets the octets of each message */

	/* Fill REPORT for a message that was verified; KEPT are its octets, or
	 * NULL. Not ST_OK: there is no result, and `failed` is called. Called
	 * from any thread. */
	enum status (*verified)(const void *ctx,
				const struct mailbox_message *message,
				const struct verification *all,
				struct spool *kept, struct batch_report *report,
				struct diag *why);
	/* The same for a message that could not be read, or is none. */
	void (*failed)(const void *ctx, const struct mailbox_message *message,
		       enum status st, const struct diag *why,
		       struct batch_report *report);
	/* Called with each report when it was written, in input order; JUDGED:
	 * `verified` filled it. May be NULL. */
	void (*taken)(const void *ctx, const struct batch_report *report,
		      bool judged);
	/* Called at the end, if not NULL, to append to OUT what is said of all
	 * messages together. */
	void (*summary)(const void *ctx, struct buf *out);
	const void *ctx;
};

/* batch_run: all of FROM; the exit status: the worst of all (exit_worse), 2 if
 * there is no message, and 74 when the results cannot be written, which ends
 * the run. What is wrong beside that is said on stderr. */
int batch_run(const struct batch *batch, struct mailbox *from);

#endif
