/* sig: the DKIM-Signature field (RFC 6376 3.5), parsed, judged and hashed.
 *
 * Borrows from the field. What can be told of a broken field (d=, s=, a= ...)
 * is filled in even when sig_parse fails, so that a report can name it. */
#ifndef SIG_H
#define SIG_H

#include "canon.h"
#include "fields.h"
#include "key.h"
#include "name.h"
#include "tag.h"

/* Findings that do not change the verdict; a set of bits. */
enum sig_note {
	SIG_UNDERSCORE = 1, /* "_" in d= or s= (RULES S-8, S-9) */
	SIG_QUERY_DNS = 2,  /* q=dns for dns/txt (RULES S-13) */
	SIG_U_LABEL = 4,    /* d=, s= or i= is not written as A-labels */
};

struct sig {
	const struct field *field;
	struct tags *tags; /* owned */

	/* as written, for reports; .p is NULL where the tag is missing */
	struct span text_d, text_s, text_i, text_a, text_c, text_h, text_b;

	struct name d, s;
	struct name i_domain; /* of i=, or d */
	struct buf identity;  /* i= decoded, or "@" and d= */
	enum key_type type;
	enum hash hash;
	enum canon header, body;
	struct span *h; /* names in order; owned */
	size_t h_n;
	struct buf b; /* decoded */
	struct digest bh;
	bool has_l, has_t, has_x;
	uint64_t l, t, x; /* UINT64_MAX: beyond 12 (t, x) or 20 (l) digits */
	unsigned notes;
	enum status beside; /* where sig_parse says ST_HISTORIC: what it would
			     * say if rsa-sha1 were as good as any */
};

/* sig_parse: always fills OUT (release with sig_free). ST_OK, or the first rule
 * of RFC 6376 3.5 and 6.1.1 it breaks, in the order of RULES 3; ST_DNS
 * from idn.h. Behind a=rsa-sha1 it reads on, so that the rest can be told.
 * UTF-8 is taken as in internationalized mail: whether the message is one is
 * sig_international's to say. */
enum status sig_parse(const struct field *field, struct sig *out,
		      struct diag *why) MUST_USE;
void sig_free(struct sig *s);

/* For the forerunner of this field, whose d=, s= and h= are the same
 * (domainkeys.h). sig_begin: FIELD's tag list, and the texts of its tags, into
 * OUT, which is empty but for what its caller has set. sig_parse_domain: TEXT,
 * the value of TAG, as a name; HOW as name_parse. sig_parse_names: S->text_h
 * into S->h. */
enum status sig_begin(const struct field *field, struct sig *out,
		      struct diag *why) MUST_USE;
enum status sig_parse_domain(struct sig *s, struct span text, unsigned how,
			     const char *tag, struct name *out,
			     struct diag *why) MUST_USE;
enum status sig_parse_names(struct sig *s, struct diag *why) MUST_USE;

/* sig_international: 8-bit octets and U-labels are for the header of
 * internationalized mail only (RFC 8616 5): ST_OK if S has none or stands in
 * such a header, else ST_SYNTAX. */
enum status sig_international(const struct sig *s, const struct fields *fields,
			      struct diag *why) MUST_USE;

/* sig_time: t= and x= against NOW; SKEW seconds are forgiven either way. */
enum status sig_time(const struct sig *s, int64_t now, int64_t skew,
		     struct diag *why) MUST_USE;

/* sig_covers: how often h= names NAME. */
size_t sig_covers(const struct sig *s, struct span name);

/* sig_own: append the field as it is signed, before canonicalization: without
 * the value of b= and the white space around it, and without its final CRLF
 * (RFC 6376 3.7). OUT has room for it. */
void sig_own(const struct sig *s, struct buf *out);

/* sig_header_put: put the octets whose hash is signed into TO (RFC 6376 3.7):
 * the fields that h= picks from FIELDS, then OWN, the signature field itself as
 * sig_own gives it. Of S are used `header`, `h`, `h_n`, and `field`, which is
 * one of FIELDS or NULL. ST_OK, or the first error of TO. */
enum status sig_header_put(const struct sig *s, struct span own,
			   const struct fields *fields,
			   struct sink to) MUST_USE;

/* sig_signed: the same for the signature S. */
enum status sig_signed(const struct sig *s, const struct fields *fields,
		       struct sink to) MUST_USE;

/* sig_digest: the hash of these. */
enum status sig_digest(const struct sig *s, const struct fields *fields,
		       const struct crypto *crypto,
		       struct digest *out) MUST_USE;

#endif
