/* keyrec: the key record of a selector (RFC 6376 3.6.1, RFC 8463 4.2).
 *
 * The joined text of one TXT record is parsed, whatever it is. A parsed record
 * borrows nothing and owns its decoded key. */
#ifndef KEYREC_H
#define KEYREC_H

#include "key.h"
#include "tag.h"

/* Findings that do not change the result; a set of bits. */
enum keyrec_note {
	KEYREC_VERSION_NOT_FIRST = 1, /* v= after other tags */
	KEYREC_EMPTY_TAG = 2,	      /* ";;" */
};

/* Mistakes that people make when they copy a record. */
enum keyrec_slip {
	KEYREC_NO_SLIP,
	KEYREC_PEM,	    /* -----BEGIN PUBLIC KEY----- */
	KEYREC_LINE_BREAK,  /* \010 */
	KEYREC_CUT,	    /* ... */
	KEYREC_PLACEHOLDER, /* <public key> */
	KEYREC_TYPOGRAPHIC, /* quotes that are not ASCII */
	KEYREC_INVISIBLE,   /* zero-width and non-breaking spaces */
	KEYREC_QUOTES,
	KEYREC_BACKSLASHES,
};

/* A parsed key record. */
struct keyrec {
	/* ST_OK, or why its key cannot be used: ST_KEY_SYNTAX, ST_KEY_REVOKED,
	 * ST_KEY_UNSUITABLE (unknown k=), ST_KEY_LARGE (p= over its limit). */
	enum status st;
	struct diag why;
	bool foreign; /* not a DKIM key record, or v= of another protocol: not
		       * counted */
	enum key_type type;
	bool has_hashes;	/* h= is there */
	unsigned hashes;	/* then: bit 1 << HASH_x for each it names */
	bool email;		/* s= has "*" or "email", or is absent */
	bool testing;		/* t=y */
	bool strict;		/* t=s */
	struct buf granularity; /* g=, for DomainKeys only; empty: no limit */
	unsigned notes;		/* enum keyrec_note */
	struct key *key;	/* owned; NULL unless st is ST_OK */
	const char *known;	/* why its private key is known (keyknown.h), or
				 * NULL;      filled in by the key_record_cache */
	struct buf text; /* as it was found; empty unless the key_record_cache
			  * keeps it */
};

/* keyrec_parse: always fills OUT; `st` says whether the key can be used.
 * Release with keyrec_free, which is safe when zeroed. */
void keyrec_parse(struct span txt, struct keyrec *out);
void keyrec_free(struct keyrec *r);

/* keyrec_read: the same from the tags of a list that may have mistakes: v= and
 * octets that are not ASCII are not checked. For a check that names all
 * mistakes. */
void keyrec_read(const struct tags *t, struct keyrec *out);

/* keyrec_slip: the most likely reason why TEXT, a whole record or the value of
 * p=, is not what it must be. */
enum keyrec_slip keyrec_slip(struct span text);

/* keyrec_draft: the draft that the key type K is of, or NULL: it is none of a
 * draft that is known. */
const char *keyrec_draft(struct span k);

/* keyrec_cut: TXT, or its P, the value of p=, ends where one string of a TXT
 * record must end (RFC 1035 3.3), as forms of web pages cut them. */
bool keyrec_cut(struct span txt, struct span p);

/* keyrec_allows: may a signature with this key type and hash use the record?
 * In the order of RFC 6376 6.1.2: r->st, service, hash, type. */
enum status keyrec_allows(const struct keyrec *r, enum key_type type,
			  enum hash hash, struct diag *why) MUST_USE;

#endif
