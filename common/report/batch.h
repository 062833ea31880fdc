/* batch: many messages verified, by several threads if wanted, and reported in
 * the order in which they come.
 *
 * What is to be printed of a message is put together where it was verified and
 * written when its turn has come, so that the octets on both outputs do not
 * depend on the number of threads. Memory is bounded by the messages on their
 * way (pool_window), whatever their count and size. */
#ifndef BATCH_H
#define BATCH_H

#include "explain.h"
#include "mailbox.h"
#include "tally.h"

/* What is said of one message. */
struct batch_report {
	struct buf out, err; /* for the two outputs */
	int code;	     /* exit status that this message gives */
};

struct batch {
	const struct verify_conf *conf;
	size_t threads;
	int out;       /* descriptor for the results */
	bool progress; /* show how far it is, if there are several messages */

	/* what happened to messages that do not verify is looked for, if not
	 * NULL; each is kept meanwhile (spool.h) */
	const struct explain_conf *explain;

	/* Called at the end, if not NULL, to append to OUT what is said of all
	 * that was counted. */
	void (*summary)(const void *ctx, const struct tally *tally,
			struct buf *out);

	/* Fill REPORT for a message that was verified, or that could not be
	 * read. Called from any thread. */
	void (*verified)(const void *ctx, const struct mailbox_message *message,
			 const struct verification *all,
			 struct batch_report *report);
	void (*failed)(const void *ctx, const struct mailbox_message *message,
		       enum status st, const struct diag *why,
		       struct batch_report *report);
	const void *ctx;
};

/* batch_run: all of FROM; the exit status: the worst of all (exit_worse), 2 if
 * there is no message, and 74 when the results cannot be written, which ends
 * the run. What is wrong beside that is said on stderr. */
int batch_run(const struct batch *batch, struct mailbox *from);

#endif
