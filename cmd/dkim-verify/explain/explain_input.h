/* explain_input: what --explain knows of one signature and its message. */
#ifndef EXPLAIN_INPUT_H
#define EXPLAIN_INPUT_H

#include "explain_cause.h"
#include "spool.h"
#include "verify.h"

struct explain_input {
	const struct verify_conf *conf;
	struct dns_clock *clock;
	struct spool *message;
	size_t number; /* of the signature, from 0 */

	const struct fields *fields;
	struct field *field;   /* the signature's, one of FIELDS; changed for a
				* trial and put back */
	const struct sig *sig; /* parsed from it, as far as that went */
	enum status st;	       /* of sig_parse */
	const struct diag *why;

	const struct name *name;   /* of the key record */
	struct span record;	   /* its text, or empty */
	const struct key *key;	   /* that made b=, or could have; or NULL */
	const struct digest *want; /* recovered from b= (RSA), or NULL */

	struct span body; /* CRLF line ends; empty: it is too large */
	uint64_t body_n;  /* octets of the body so */
	bool lf;	  /* its lines came with LF */
	/* Content-Type and Content-Transfer-Encoding of the first part of a
	 * multipart, which may have been the message's before that was made
	 * the first part of several */
	struct span inner[2];

	uint64_t *octets; /* of bodies that may still be hashed */
	uint64_t *trials; /* of fields, tags and keys that may still be made */
	uint64_t *tried;  /* how many trials there were, of either */
};

#endif
