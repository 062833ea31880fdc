/* explain: why a signature does not verify, and what happened to the message.
 *
 * The header's signature and the body's hash are checked separately; then what
 * software does to mail in transit is undone, one thing after the other, until
 * one of them verifies (explain_body.h, explain_head.h, explain_tags.h) or the
 * key record is found wanting (explain_key.h). What was undone with success is
 * proven; a guess is called likely. Time and memory are bounded by
 * LIMIT_EXPLAIN_* whatever the message. */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "explain_cause.h"
#include "spool.h"
#include "verify.h"

enum explain_part {
	PART_BODY,
	PART_HEADER,
	PART_SIGNATURE,
	PART_KEY,
	PART_TIME,
	PART_UNKNOWN,
};

/* part_word: "body", "header" ... */
const char *part_word(enum explain_part p);

enum part_check { CHECK_NOT_DONE, CHECK_VERIFIES, CHECK_MODIFIED };

struct explanation {
	enum explain_part part;
	struct causes causes;

	/* each on its own; bh= as the signature has it */
	enum part_check header, body;
	struct digest digest;	 /* of the header as it is; n 0: none */
	struct digest recovered; /* that b= signs (RSA); n 0: none */
	struct digest found;	 /* of the body as it is; n 0: none */
	struct name owner;	 /* of the key record; empty: not asked */
	struct buf record;	 /* its text; owned */
	struct buf key;		 /* p= of the key that was used; owned */
	enum key_type type;
	uint64_t tried;	 /* how many changes were undone to see what verifies */
	uint64_t faults; /* of them, that verified with saved states only: the
			  * program is wrong */
};

struct explained {
	struct explanation *v; /* of each verdict; all zero where it passes */
	size_t n;
	const struct fields *fields; /* of the message; owned */
	struct msg *msg;
	uint64_t body_octets, body_lines; /* with CRLF for each line end */
	const char *path; /* of the message, or NULL; the caller's */
};

struct explain_conf {
	struct verify_conf verify;
	struct dns *dns;
	unsigned share; /* of the work, 1/SHARE at most; 0: all */
};

/* explain: ALL is the result of MESSAGE, whose octets are read again; OUT->path
 * stays. ST_OK, ST_IO, ST_OS. Release OUT with explained_free in any case. */
enum status explain(const struct explain_conf *conf,
		    const struct verification *all, struct spool *message,
		    struct explained *out, struct diag *why) MUST_USE;
void explained_free(struct explained *e);

#endif
