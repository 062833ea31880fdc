/* scan_record: a key record as it was found in text, and a list of them; what
 * the readers of the forms (record_scan.h) have in common. */
#ifndef SCAN_RECORD_H
#define SCAN_RECORD_H

#include "buf.h"
#include "finding.h"

struct scan_record {
	size_t line;	  /* 0: the text is this record */
	struct buf owner; /* without final dot; empty: not said */
	bool absolute;	  /* the owner is whole */
	struct buf text;  /* as DNS has it: the strings joined */
	struct buf meant; /* with what a comment or wrong quotes cut off, if
			   * anything; else empty */
	bool aliased;	  /* a CNAME before it leads here */
	bool no_record;	  /* the findings are about a line, not a record */
	struct findings findings;
};

/* A record of this name (empty: not said) and text is of interest. */
typedef bool record_scan_wanted(struct span owner, struct span text);

/* Safe to free when zeroed. */
struct record_scan {
	struct scan_record *v; /* at most LIMIT_LINT_RECORDS */
	size_t n;
	record_scan_wanted *wanted; /* NULL: those about keys */
};

void record_scan_free(struct record_scan *p);

/* record_scan_meant: what is to be judged: `meant`, or else `text`. */
struct span record_scan_meant(const struct scan_record *r);

/* record_scan_add: a record of LINE, or NULL when there
 * are too many; ORIGIN is added to an OWNER that is not absolute and has no
 * final dot. */
struct scan_record *record_scan_add(struct record_scan *p, size_t line,
				    struct span owner, bool absolute,
				    struct span origin);

/* record_scan_concerns: a record of this name and text is among those that P is
 * to have. */
bool record_scan_concerns(const struct record_scan *p, struct span owner,
			  struct span text);

/* record_scan_drop: take the record added last away. */
void record_scan_drop(struct record_scan *p);

#endif
