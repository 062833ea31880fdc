/* explain_key: a key record that does not let the signature hold.
 *
 * What was wrong with the record is put right, and the signature tried again;
 * where there is no record, the places where people put it by mistake are
 * asked, LIMIT_EXPLAIN_QUERIES at most. */
#ifndef EXPLAIN_KEY_H
#define EXPLAIN_KEY_H

#include "explain_input.h"

/* keyrec_usable: REC holds a key of that type that may count. */
bool keyrec_usable(const struct keyrec *rec, enum key_type type);

void explain_no_key(const struct explain_input *in, struct causes *out);

/* explain_record: IN->record is no usable key, for the reason ST. */
void explain_record(const struct explain_input *in, enum status st,
		    struct causes *out);

#endif
