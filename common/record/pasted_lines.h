/* pasted_lines: records in lines: master files, what name servers' tools print,
 * and what they are fed with. See pasted.h. */
#ifndef PASTED_LINES_H
#define PASTED_LINES_H

#include "pasted_record.h"

/* pasted_lines: add the records of TEXT to OUT. *KNOWN says whether anything in
 * it shows that it is of such a form at all. False when there are too many. */
bool pasted_lines(struct span text, struct span origin, struct pasted *out,
		  bool *known) MUST_USE;

/* pasted_is_sender_id: TEXT begins as a record of Sender ID (RFC 4406 3.1), the
 * one kind without "=" in its first word. */
bool pasted_is_sender_id(struct span text);

#endif
