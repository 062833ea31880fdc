/* verifyfile: verify the message that a file or descriptor holds. */
#ifndef VERIFYFILE_H
#define VERIFYFILE_H

#include "mailbox.h"
#include "spool.h"
#include "verify.h"

/* verifyfile: read MESSAGE to its end through V, and into KEPT as well unless
 * that is NULL. *ALL is the result and V's (verifier_end). ST_OK whatever the
 * verdicts are; ST_NOT_MESSAGE if no line is a header field (*ALL is there
 * nevertheless); ST_IO as mailbox_read. */
enum status verifyfile(struct verifier *v,
		       const struct mailbox_message *message,
		       struct spool *kept, const struct verification **all,
		       struct diag *why) MUST_USE;

#endif
