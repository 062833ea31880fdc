/* tag: the tag-list of RFC 6376 3.2: "v=1; a=rsa-sha256; ...".
 *
 * Parsing is linear, bounded by LIMIT_TAGS and strict (6.1.1 asks for it): a
 * syntax error, a duplicate name or an empty list makes the whole list invalid.
 * Names are case-sensitive (3.2). Spans borrow from the list. */
#ifndef TAG_H
#define TAG_H

#include "buf.h"
#include "limit.h"

struct tag {
	struct span name;
	struct span value; /* FWS at both ends left out; may be empty */
	struct span whole; /* all between "=" and ";" or the end */
};

struct tags {
	struct tag v[LIMIT_TAGS];
	size_t n;
	bool empty_spec; /* ";;" was skipped (TAGS_RECORD only) */
	bool duplicate;	 /* a name occurs twice, which is the ST_SYNTAX */
};

enum tags_kind {
	TAGS_SIGNATURE, /* a header field: 8-bit only as UTF-8 (RFC 8616) */
	TAGS_RECORD,	/* a DNS record: empty specs are skipped, 8-bit is left
			 * to the reader of a tag */
};

/* tags_parse: ST_OK, or ST_SYNTAX with the offset in WHY. */
enum status tags_parse(struct tags *t, struct span list, enum tags_kind kind,
		       struct diag *why) MUST_USE;

/* tags_find: the tag called NAME, or NULL. */
const struct tag *tags_find(const struct tags *t, struct span name);

/* tags_value: the value of the tag called NAME; .p is NULL when there is none.
 */
struct span tags_value(const struct tags *t, const char *name);

/* tag_words: the next item of a colon-separated list, taken off *REST, without
 * the FWS around it. False at the end. */
bool tag_words(struct span *rest, struct span *word);

/* tag_unquote: dkim-quoted-printable (RFC 6376 2.11) decoded into OUT, which
 * this begins and the caller frees. False for a bad =XX, a control character or
 * what is not UTF-8.
 * tag_unquote_any: the same of any octets, as z= may have (3.5).
 * LENIENT: lower-case hexadecimal digits are read (tests/unit/sig.c). */
bool tag_unquote(struct span text, struct buf *out);
bool tag_unquote_any(struct span text, struct buf *out);

#endif
