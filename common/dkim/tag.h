/* tag: the tag-list of RFC 6376 3.2: "v=1; a=rsa-sha256; ...".
 *
 * Parsing is linear, bounded by LIMIT_TAGS and strict (6.1.1 asks for it):
 * syntax, a duplicate name or an empty list make the whole list invalid. Names
 * are case-sensitive (RULES T-1). Spans borrow from the list. */
#ifndef TAG_H
#define TAG_H

#include "buf.h"
#include "limit.h"

struct tag {
	struct span name;
	struct span value; /* FWS at both ends left out; may be empty */
	struct span whole; /* all between "=" and ";" or the end (RULES H-2) */
};

struct tags {
	struct tag v[LIMIT_TAGS];
	size_t n;
	bool empty_spec; /* ";;" was passed over (TAGS_RECORD only) */
	bool duplicate;	 /* a name stood twice: that is the ST_SYNTAX */
};

enum tags_kind {
	TAGS_SIGNATURE, /* a header field: 8-bit only as UTF-8 (RFC 8616) */
	TAGS_RECORD,	/* a DNS record: empty specs are passed over (LENIENT,
			 * RULES T-7), 8-bit is left to the reader of a tag */
};

/* tags_parse: ST_OK or ST_SYNTAX with the octet in WHY. */
enum status tags_parse(struct tags *t, struct span list, enum tags_kind kind,
		       struct diag *why) MUST_USE;

/* tags_find: the tag called NAME, or NULL. */
const struct tag *tags_find(const struct tags *t, struct span name);

/* tag_words: cut the next item of a colon-separated list off *REST, FWS around
 * it left out. False at the end. */
bool tag_words(struct span *rest, struct span *word);

/* tag_unquote: dkim-quoted-printable (RFC 6376 2.11) decoded into OUT, which
 * this begins and the caller frees. False for a bad =XX, a control or what is
 * no UTF-8.
 * LENIENT: lower-case hex is read (RULES S-11; tests/unit/sig.c). */
bool tag_unquote(struct span text, struct buf *out);

#endif
