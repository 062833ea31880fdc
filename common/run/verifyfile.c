#include "verifyfile.h"

enum status verifyfile(struct verifier *v,
		       const struct mailbox_message *message,
		       struct spool *kept, const struct verification **all,
		       struct diag *why)
{
	struct spool_tee tee = { kept, verifier_sink(v), why };
	enum status st = mailbox_read(
		message, kept ? spool_tee_sink(&tee) : tee.next, why);

	if (st == ST_OK)
		st = verifier_end(v, all);
	if (st == ST_OK && (*all)->header == ST_NOT_MESSAGE) {
		st = ST_NOT_MESSAGE;
		*why = (*all)->header_why;
	}
	return st;
}
