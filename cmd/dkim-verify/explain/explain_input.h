/* explain_input: what --explain knows of one signature and its message, and the
 * modules that look for a cause in its header, its tags and its key. */
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
	uint64_t *faults; /* that verified, but not from scratch */
};

/* explain_read: read the message once more into MSG, to its end. */
enum status explain_read(const struct explain_input *in, struct msg *msg,
			 struct diag *why) MUST_USE;

/* -- explain_head.c: why the signed header fields do not have the hash that b=
 * signs, whatever the body is. An RSA signature gives back the digest it was
 * made over, so that a guess at what the fields were costs a hash; with Ed25519
 * it costs a check, and fewer are made. */

/* explain_head: append to OUT what explains it; true when that is proven: a
 * field, a tag of the signature, or (DEEP) two fields. */
bool explain_head(const struct explain_input *in, bool deep,
		  struct causes *out);

/* -- explain_change.c */

/* change_say: append to OUT, as proven, that the field NAME was THEN and is
 * NOW, each the whole field (empty: not there). HOW is the signature's form. */
void change_say(enum canon how, struct span name, struct span then,
		struct span now, struct causes *out);

/* head_likely: append what the header shows without a proof. */
void head_likely(const struct explain_input *in, struct causes *out);

/* head_copy: the field of that NAME, the NTH of it from the bottom, as z= kept
 * it (RFC 6376 3.5); decoded into OUT, whole, with CRLF. False if there is
 * none, or z= is broken. */
bool head_copy(const struct sig *sig, struct span name, size_t nth,
	       struct buf *out);

/* -- explain_tags.c: a DKIM-Signature field that was damaged in transit. Each
 * tag is put back as it may have been; what then verifies is proven. */

/* explain_tags: any tag but b=, or (OF_BODY) only those that say what hash the
 * body has. True when proven. */
bool explain_tags(const struct explain_input *in, bool of_body,
		  struct causes *out);

/* explain_b: b= itself, of a signature by KEY whose fields are as they were. */
bool explain_b(const struct explain_input *in, const struct key *key,
	       struct causes *out);

/* explain_b_syntax: the same where b= is not even base64. */
bool explain_b_syntax(const struct explain_input *in, struct causes *out);

/* -- explain_key.c: a key record that does not let the signature verify. What
 * was wrong with the record is put right, and the signature tried again; where
 * there is no record, the places where people put it by mistake are asked. */

/* keyrec_usable: REC holds a key of that type that may count. */
bool keyrec_usable(const struct keyrec *rec, enum key_type type);

void explain_no_key(const struct explain_input *in, struct causes *out);

/* explain_record: IN->record is no usable key, for the reason ST. */
void explain_record(const struct explain_input *in, enum status st,
		    struct causes *out);

#endif
