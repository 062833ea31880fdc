#include "verifyfile.h"

/* A sink that keeps each chunk and hands it on. */
struct tee {
	struct spool *kept;
	struct sink next;
	struct diag *why;
};

static enum status put_both(void *ctx, struct span chunk)
{
	const struct tee *tee = ctx;
	enum status st = spool_add(tee->kept, chunk, tee->why);

	return st == ST_OK ? tee->next.put(tee->next.ctx, chunk) : st;
}

enum status verifyfile(struct verifier *v,
		       const struct mailbox_message *message,
		       struct spool *kept, const struct verification **all,
		       struct diag *why)
{
	struct tee tee = { kept, verifier_sink(v), why };
	struct sink both = { put_both, &tee };
	enum status st = mailbox_read(message, kept ? both : tee.next, why);

	if (st != ST_OK)
		return st;
	*all = verifier_end(v);
	if ((*all)->header != ST_NOT_MESSAGE)
		return ST_OK;
	*why = (*all)->header_why;
	return ST_NOT_MESSAGE;
}
