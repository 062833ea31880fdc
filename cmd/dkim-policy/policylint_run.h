/* policylint_run: all policy records of a text, whatever it was copied from,
 * judged one by one and together. */
#ifndef POLICYLINT_RUN_H
#define POLICYLINT_RUN_H

#include "record_scan.h"
#include "policylint.h"

/* One record with all that was found. Borrowed, for the time of the call. */
struct policyread {
	const struct scan_record *record;
	struct span text; /* as it is meant */
	bool known;	  /* of which type it is */
	enum policytype type;
	const struct findings *findings;
};

/* policyread: judge the records of TEXT, in order; CALL for each. TYPE says how
 * to read bare records and is NULL where their owner or their beginning is to
 * decide; of a zone those are taken that are policies, or of TYPE. ORIGIN as in
 * record_scan_read. *VALID: there is one, and none has an error. ST_OK,
 * ST_LIMIT, or the first error of CALL. */
enum status
policyread(struct span text, const char *origin, const enum policytype *type,
	   enum status (*call)(void *ctx, const struct policyread *one),
	   void *ctx, bool *valid, struct diag *why) MUST_USE;

#endif
