/* sig: the DKIM-Signature field, parsed, checked and hashed (RFC
 * 6376 3.5, 3.7).
 *
 * Borrows from the field. What a field that is not valid has (d=, s=, a= ...)
 * is filled in even when sig_parse fails, so that a report can name it. */
#ifndef SIG_H
#define SIG_H

#include "canon.h"
#include "fields.h"
#include "key.h"
#include "name.h"
#include "tag.h"

/* Findings that do not change the result; a set of bits. */
enum sig_note {
	SIG_UNDERSCORE = 1, /* "_" in d=, s= or i= */
	SIG_QUERY_DNS = 2,  /* q=dns for dns/txt */
	SIG_U_LABEL = 4,    /* d=, s= or i= is not written as A-labels */
};

/* The facts of a signature, whether it was read or is to be made. */
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
	enum status beside; /* after ST_HISTORIC: the result of sig_parse if
			     * rsa-sha1 were allowed */
};

/* sig_parse: always fills OUT (release with sig_free). ST_OK, or the first rule
 * of RFC 6376 3.5 and 6.1.1 that FIELD violates, in the order of the steps in
 * sig.c; ST_DNS from idn.h. After a=rsa-sha1 it reads on, so that the rest can
 * be reported. UTF-8 is accepted as in internationalized mail: whether the
 * message is such mail, sig_international checks. */
enum status sig_parse(const struct field *field, struct sig *out,
		      struct diag *why) MUST_USE;
void sig_free(struct sig *s); /* safe when zeroed */

/* For DomainKey-Signature, whose d=, s= and h= are the same (domainkeys.h).
 * sig_begin: read the tag list of FIELD, and the texts of its tags, into OUT,
 * which is zero except for what the caller has set. sig_parse_domain: read
 * TEXT, the value of TAG, as a name; HOW as name_parse. sig_parse_names: read
 * S->text_h into S->h. Status as sig_parse. */
enum status sig_begin(const struct field *field, struct sig *out,
		      struct diag *why) MUST_USE;
enum status sig_parse_domain(struct sig *s, struct span text, unsigned how,
			     const char *tag, struct name *out,
			     struct diag *why) MUST_USE;
enum status sig_parse_names(struct sig *s, struct diag *why) MUST_USE;

/* sig_international: 8-bit octets and U-labels are for the header of
 * internationalized mail only (RFC 8616 5): ST_OK if S has none or FIELDS is
 * such a header, else ST_SYNTAX. */
enum status sig_international(const struct sig *s, const struct fields *fields,
			      struct diag *why) MUST_USE;

/* sig_time: compares t= and x= with NOW, allowing a clock skew of SKEW seconds.
 * ST_OK, ST_EXPIRED or ST_FUTURE (RFC 6376 3.5). */
enum status sig_time(const struct sig *s, int64_t now, int64_t skew,
		     struct diag *why) MUST_USE;

/* sig_covers: the number of times that h= has NAME. */
size_t sig_covers(const struct sig *s, struct span name);

/* sig_own: append the field S itself as it is signed, before canonicalization:
 * without the value of b= and the white space around it, and without its final
 * CRLF (RFC 6376 3.7). OUT has room for it. */
void sig_own(const struct sig *s, struct buf *out);

/* sig_header_put: put the octets whose hash is signed into TO (RFC 6376 3.7):
 * the fields that h= picks from FIELDS, then OWN, the signature field itself as
 * sig_own gives it. Of S are used `header`, `h`, `h_n`, and `field`, which is
 * one of FIELDS or NULL. ST_OK, or the first error of TO. */
enum status sig_header_put(const struct sig *s, struct span own,
			   const struct fields *fields,
			   struct sink to) MUST_USE;

/* sig_signed: the same for S, which was parsed. */
enum status sig_signed(const struct sig *s, const struct fields *fields,
		       struct sink to) MUST_USE;

/* sig_digest: the hash of these octets. */
void sig_digest(const struct sig *s, const struct fields *fields,
		const struct crypto *crypto, struct digest *out);

#endif
