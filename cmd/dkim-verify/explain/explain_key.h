/* explain_key: a key record that does not let the signature hold.
 *
 * What was wrong with the record is put right, and the signature tried again;
 * where there is no record, the places where people put it by mistake are
 * asked, LIMIT_EXPLAIN_QUERIES at most. */
#ifndef EXPLAIN_KEY_H
#define EXPLAIN_KEY_H

#include "explain_cause.h"
#include "key_record_cache.h"
#include "sig.h"

struct key_input {
	const struct crypto *crypto;
	const struct sig *sig;
	const struct fields *fields;
	const struct name *name; /* that was asked */
	struct dns *dns;
	struct key_record_cache *keys;
	struct dns_clock *clock;
	struct span record; /* its text, of the first one, or empty */
	uint64_t *left;	    /* checks */
};

void explain_no_key(const struct key_input *in, struct causes *out);

/* explain_record: IN->record is no usable key, for the reason ST. */
void explain_record(const struct key_input *in, enum status st,
		    struct causes *out);

#endif
