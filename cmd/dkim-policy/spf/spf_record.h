/* spf_record: the terms of an SPF record (RFC 7208 4.5, 4.6, 5, 6).
 *
 * The whole record is checked before any of it is used: an error anywhere, even
 * after "all", makes it invalid (4.6). Nothing is looked up or expanded. Spans
 * borrow from the text. */
#ifndef SPF_RECORD_H
#define SPF_RECORD_H

#include "ip.h"

/* RFC 7208 2.6, in the order of the words of spf_result_word. */
enum spf_result {
	SPF_PASS,
	SPF_FAIL,
	SPF_SOFTFAIL,
	SPF_NEUTRAL,
	SPF_NONE,
	SPF_TEMPERROR,
	SPF_PERMERROR,
};

const char *spf_result_word(enum spf_result r);

enum spf_mechanism {
	SPF_ALL,
	SPF_INCLUDE,
	SPF_A,
	SPF_MX,
	SPF_PTR,
	SPF_IP4,
	SPF_IP6,
	SPF_EXISTS,
};

struct spf_term {
	enum spf_mechanism mechanism;
	enum spf_result result; /* of a match: the qualifier */
	struct span text;	/* all of it, as written */
	struct span spec;	/* domain-spec; empty: the domain itself */
	struct ip net;		/* ip4, ip6 */
	unsigned bits4, bits6;	/* CIDR lengths; 32 and 128 if not given */
};

struct spf_record {
	struct spf_term *v; /* owned */
	size_t n;
	struct span redirect, exp; /* domain-specs; .p NULL: absent */
	struct span *unknown; /* owned: names of modifiers that are not known */
	size_t n_unknown;
};

/* What a record is read for: SPF proper, or a scope of Sender ID (RFC 4406), an
 * experiment whose records begin "spf2.0/mfrom,pra". */
enum spf_scope { SPF_V1, SPF_MFROM, SPF_PRA };

/* spf_record_is: TEXT begins as an SPF record (4.5). spf_record_is_v2: it
 * begins as one of Sender ID that has SCOPE (RFC 4406 3.1, 4.4). *TERMS gets
 * the rest. */
bool spf_record_is(struct span text, struct span *terms);
bool spf_record_is_v2(struct span text, enum spf_scope scope,
		      struct span *terms);

/* spf_record_parse: fill OUT with the terms of a record. ST_OK, or ST_SYNTAX
 * with the wrong term in WHY. Release OUT with spf_record_free in either case.
 */
enum status spf_record_parse(struct span terms, struct spf_record *out,
			     struct diag *why) MUST_USE;
void spf_record_free(struct spf_record *r);

/* spf_is_mechanism: NAME is that of a mechanism, in any case. */
bool spf_is_mechanism(struct span name);

/* spf_term_asks: T asks DNS, and counts for the limit of 4.6.4. */
bool spf_term_asks(const struct spf_term *t);

#endif
