/* keyrec_form: writes the key record of a key (RFC 6376 3.6.1). */
#ifndef KEYREC_FORM_H
#define KEYREC_FORM_H

#include "key.h"

/* keyrec_form_hashes: append the h= that TEXT asks for: names of hashes or of
 * algorithms ("rsa-sha256", as in old instructions) between colons.
 * CONCERN (may be NULL) gets a warning or "". ST_OK, ST_USAGE. */
enum status keyrec_form_hashes(const char *text, struct buf *out,
			       struct diag *concern, struct diag *why) MUST_USE;

/* The tags of a record other than its key. Text is checked by
 * keyrec_format: it must not be able to end the tag or the string. */
struct keyrec_form {
	const char *hashes; /* h= as keyrec_form_hashes reads it; NULL or "":
			     * none */
	const char *note;   /* n= or NULL; encoded as qp-section */
	bool note_quoted;   /* in quotes, as opendkim-genkey writes it */
	const char *granularity; /* g= (historic) or NULL */
	bool email_only;	 /* s=email */
	bool testing, strict;	 /* t= */
};

/* keyrec_format: append the record's text: HEAD (all before p=, with a final
 * "; ") and P ("p=..."); K may be NULL for a revoked key (p= empty). ST_OK, or
 * ST_USAGE with WHY for values that a record cannot have. */
enum status keyrec_format(const struct keyrec_form *form, const struct key *k,
			  struct buf *head, struct buf *p,
			  struct diag *why) MUST_USE;

#endif
