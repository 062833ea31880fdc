/* scan_lines: records in lines: master files, what name servers' tools print,
 * and what they are fed with. See record_scan.h. */
#ifndef SCAN_LINES_H
#define SCAN_LINES_H

#include "scan_record.h"

/* scan_lines: add the records of TEXT to OUT. *KNOWN says whether anything in
 * it shows that it is of such a form at all. False when there are too many. */
bool scan_lines(struct span text, struct span origin, struct record_scan *out,
		bool *known) MUST_USE;

/* record_scan_is_sender_id: TEXT begins as a record of Sender ID (RFC
 * 4406 3.1), the one kind without "=" in its first word. */
bool record_scan_is_sender_id(struct span text);

#endif
