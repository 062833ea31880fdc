/* pasted_record: a key record as it was found in text, and a list of them; what
 * the readers of the forms (pasted.h) have in common. */
#ifndef PASTED_RECORD_H
#define PASTED_RECORD_H

#include "buf.h"
#include "finding.h"

struct pasted_record {
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
typedef bool pasted_wanted(struct span owner, struct span text);

/* Safe to free when zeroed. */
struct pasted {
	struct pasted_record *v; /* at most LIMIT_LINT_RECORDS */
	size_t n;
	pasted_wanted *wanted; /* NULL: those about keys */
};

void pasted_free(struct pasted *p);

/* pasted_meant: what is to be judged: `meant`, or else `text`. */
struct span pasted_meant(const struct pasted_record *r);

/* pasted_add: a record of LINE, or NULL when there
 * are too many; ORIGIN is added to an OWNER that is not absolute and has no
 * final dot. */
struct pasted_record *pasted_add(struct pasted *p, size_t line,
				 struct span owner, bool absolute,
				 struct span origin);

/* pasted_concerns: a record of this name and text is among those that P is to
 * have. */
bool pasted_concerns(const struct pasted *p, struct span owner,
		     struct span text);

/* pasted_drop: take the record added last away. */
void pasted_drop(struct pasted *p);

#endif
