/* sign: a message in, its DKIM-Signature fields out (RFC 6376 5).
 *
 * One pass serves all keys. What must not be signed is refused (RULES G-2);
 * each new signature is parsed and verified with the public half before it is
 * given out (G-11). The message itself is never changed. */
#ifndef SIGN_H
#define SIGN_H

#include "key_record_cache.h"
#include "msg.h"
#include "signfield.h"
#include "signkeys.h"
#include "signlint.h"

struct sign_conf {
	const struct crypto *crypto;
	const struct signkeys *keys;	    /* who signs */
	struct key_record_cache *published; /* to compare keys with, or NULL */
	bool require_dnssec;		    /* ... which DNSSEC vouches for */
	enum canon header, body;
	bool timestamp; /* t= */
	int64_t now;
	bool at_received; /* not now, but when the message arrived */
	bool if_unsigned; /* no second signature of one d= and s= */
	uint64_t expire;  /* seconds until x=, 0: none */
	bool length;	  /* l= */
	bool copied;	  /* z= */
	bool domainkeys;  /* a DomainKey-Signature (RFC 4870), too */
	const struct sign_tag *tags;
	size_t tags_n;
	const struct headerset_rules *headers; /* which fields */
	enum msg_lines lines;
};

struct signer;

struct signer *signer_new(const struct sign_conf *conf);

/* signer_sink: takes the message. ST_LIMIT: whatever follows, its header is too
 * large, and signer_end says so; there may be no end of it. */
struct sink signer_sink(struct signer *s);

/* signer_end: the message is complete. Append the new fields, with the
 * message's own line ends, to OUT; they belong at octet *TOP of the input (0,
 * or behind an mbox line). *NOTES is a set of 1 << SIGN_x.
 * ST_OK, with nothing appended and the reason in WHY for a message that has all
 * these signatures already, and with SIGN_KEY_MISSING which and why in WHY;
 * ST_REFUSED, ST_NOT_MESSAGE (65) for what must not be signed; an error of
 * signkeys_pick, headerset_pick or signfield_add. */
enum status signer_end(struct signer *s, struct buf *out, uint64_t *top,
		       unsigned *notes, struct diag *why) MUST_USE;

/* What was decided, for a report; complete after a signer_end with ST_OK, and
 * the signer's. */
struct sign_plan {
	struct author author;
	struct signers by;
	const struct fields *fields;
	struct headerset headers;
	int64_t now;
	uint64_t length; /* of the canonical body */
};

const struct sign_plan *signer_plan(const struct signer *s);

void signer_free(struct signer *s);

#endif
