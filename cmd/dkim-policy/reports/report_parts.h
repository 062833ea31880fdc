/* report_parts: what gets the members of an archive or the parts of a mail, one
 * after another. */
#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H

#include "io.h"

/* What a part may be, from its name and type. */
enum report_hint {
	REPORT_HINT_NONE,   /* anything: only its content can tell */
	REPORT_HINT_TEXT,   /* text for people */
	REPORT_HINT_OTHER,  /* a report of another kind */
	REPORT_HINT_REPORT, /* it is said to be a report */
};

/* BEGIN is called with the name of a part, which may be empty, PUT with its
 * bytes, and END when it is complete (ST_OK), or cannot be read for WHY. BEGIN
 * and PUT return true if the (rest of the) part is wanted; END is called in any
 * case. */
struct report_parts {
	bool (*begin)(void *ctx, struct span name, enum report_hint hint);
	bool (*put)(void *ctx, struct span chunk);
	void (*end)(void *ctx, enum status st, const struct diag *why);
	void *ctx;
};

#endif
