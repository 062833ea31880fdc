/* sign: a message in, the signed message out (RFC 6376 5). sign.c tells the
 * whole story of one message, from reading it to writing it.
 *
 * One pass serves all keys. Nothing is written before every new signature was
 * verified with the public half of its key, and the message itself is never
 * changed but for line ends (`fix`). It is read once if it fits into memory; a
 * longer file is read again, and the two readings are compared; of a longer
 * pipe a copy is kept (spool.h). */
#ifndef SIGN_H
#define SIGN_H

#include <sys/types.h>

#include "key_record_cache.h"
#include "msg.h"
#include "signfield.h"
#include "signkeys.h"
#include "signlint.h"

/* What the options say: shared by all messages, and by threads. */
struct sign_conf {
	const struct crypto *crypto;
	const struct signkeys *keys;	    /* who signs */
	struct key_record_cache *published; /* to compare keys with, or NULL */
	bool require_dnssec;		    /* ... which DNSSEC protects */
	enum canon header, body;
	bool timestamp; /* t= */
	int64_t now;
	bool at_received; /* not now, but when the message arrived */
	bool if_unsigned; /* no second signature of one d= and s= */
	uint64_t expire;  /* seconds until x=, 0: none */
	bool length;	  /* l= */
	bool copied;	  /* z= */
	bool reports;	  /* r=y */
	bool domainkeys;  /* a DomainKey-Signature (RFC 4870), too */
	const struct headerset_rules *headers; /* which fields */
	enum msg_lines lines;
	struct span skip_verified; /* mail that this authserv-id has verified is
				    * not signed but passed on; "": all is */
	const char *pass;   /* why no mail is signed but passed on, or NULL */
	bool pass_unsigned; /* ... if there is no key for the author */
	bool fix;	    /* make line ends uniform first */
	bool header_only;   /* write just the new fields */
	bool dry_run;	    /* write nothing */
	mode_t mask;	    /* umask(2): the permissions that new files lack */
};

/* One message. What is not marked as private is the result, complete after
 * signing_end or sign_stream with ST_OK. */
struct signing {
	const struct sign_conf *conf;
	unsigned notes;	 /* a set of 1 << SIGN_x */
	struct diag why; /* of an error; with SIGN_PASSED why it was not signed,
			  * with SIGN_KEY_MISSING with which keys, else with
			  * SIGN_OTHER_RECORD which record is the key's, else
			  * with SIGN_BLANK_COLON in which fields */
	struct author author;
	struct signers by;
	const struct fields *fields; /* of the message */
	struct headerset headers;    /* h= */
	int64_t now;		     /* t= */
	uint64_t length;	     /* of the canonical body */
	struct buf made; /* the new fields, with the message's line ends */
	uint64_t top;	 /* their place: 0, or after an mbox line */

	/* private: reading ... */
	struct msg *msg;
	struct bodyhash *body;
	struct domainkeys_digests dk; /* if conf->domainkeys */
	bool body_8bit;
	bool begun;
	struct diag other; /* what it is instead of a message, or empty */
	/* ... and writing */
	struct spool *spool;	/* NULL: the message is not written */
	struct hasher *sums[2]; /* of two readings; NULL: there is one */
	int out;
	uint64_t written; /* bytes of the message */
	struct sink to;	  /* for what is read again */
};

/* signing_begin: a message is about to be read, under CONF, which must outlive
 * S. signing_free S in the end. */
void signing_begin(struct signing *s, const struct sign_conf *conf);

/* sign_stream: read the message from IN, sign it, and write it to OUT. With
 * SIGN_PASSED in s->notes it was written as it is, or in a dry run would be.
 * ST_OK; an error of signing_end; ST_USAGE (64) when both are one file; ST_IO,
 * also for a file that changed between two readings. */
enum status sign_stream(struct signing *s, int in, int out) MUST_USE;

/* signing_sink: takes the message. ST_LIMIT: its header section is too large,
 * whatever follows; signing_end reports it, and the message may be cut short.
 */
struct sink signing_sink(struct signing *s);

/* signing_end: the message is complete: decide, and make the new fields.
 * ST_OK, with no fields and SIGN_PASSED for a message that has all these
 * signatures already; ST_REFUSED, ST_NOT_MESSAGE (65) for one that must not be
 * signed; an error of signkeys_pick, headerset_pick or signfield_make. */
enum status signing_end(struct signing *s) MUST_USE;

void signing_free(struct signing *s);

#endif
