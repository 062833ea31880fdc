/* senderid: the purported responsible address (PRA) of a message (RFC 4407),
 * and whether the client may send for it (RFC 4406). Historic experiments:
 * reported, and never an input to anything. */
#ifndef SENDERID_H
#define SENDERID_H

#include "fields.h"
#include "spf.h"

struct senderid {
	const char
		*field; /* that names the PRA: "Resent-Sender", "Resent-From",
			 * "Sender", "From"; NULL: there is none */
	struct name domain;
	struct buf address;	/* LOCAL@DOMAIN; owned */
	struct spf_verdict spf; /* SPF_PERMERROR without a PRA */
};

/* senderid_pra: fill OUT with the PRA alone (RFC 4407 2); false without one.
 * Release OUT with senderid_free in either case. */
bool senderid_pra(const struct fields *f, struct senderid *out);

/* senderid_check: fill OUT with the PRA and the result of check_host for it;
 * QUERY has client and HELO. */
void senderid_check(const struct spf_query *query, const struct fields *f,
		    struct senderid *out);
void senderid_free(struct senderid *s);

#endif
