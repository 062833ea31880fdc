/* explain_cause: what may have happened to a message, as codes with details.
 *
 * The codes and the names of the details are stable: programs read them. */
#ifndef EXPLAIN_CAUSE_H
#define EXPLAIN_CAUSE_H

#include "buf.h"

/* id, code */
#define CAUSE_TABLE(X)                                 \
	X(FOOTER, "body-footer-appended")              \
	X(FOOTER_PART, "body-footer-in-multipart")     \
	X(BANNER, "body-banner-prepended")             \
	X(LINE, "body-line-rewritten")                 \
	X(TRAILING, "body-trailing-space-stripped")    \
	X(TABS, "body-tabs-to-spaces")                 \
	X(REWRAPPED, "body-rewrapped")                 \
	X(REENCODED, "body-reencoded")                 \
	X(CHARSET, "body-charset-converted")           \
	X(FROM_QUOTED, "body-from-quoted")             \
	X(DOT_STUFFED, "body-dot-stuffed")             \
	X(DOT_UNSTUFFED, "body-dot-unstuffed")         \
	X(BLANK_LINES, "body-blank-lines-changed")     \
	X(TRUNCATED, "body-truncated")                 \
	X(FINAL, "body-final-newline")                 \
	X(LINES_LF, "line-endings-LF")                 \
	X(LINES_CRCRLF, "line-endings-CRCRLF")         \
	X(SUBJECT_TAG, "subject-tag-added")            \
	X(SUBJECT_UNTAG, "subject-tag-removed")        \
	X(SUBJECT_SPAM, "subject-spam-prefix-added")   \
	X(REFOLDED, "header-refolded")                 \
	X(NAME_CASE, "header-case-changed")            \
	X(WHITESPACE, "header-whitespace")             \
	X(VALUE, "header-value-changed")               \
	X(DROPPED, "header-dropped")                   \
	X(ADDED, "header-added-oversigned")            \
	X(REORDERED, "header-reordered")               \
	X(ENCODED_WORD, "header-8bit-to-encoded-word") \
	X(CONTENT_TYPE, "content-type-rewritten")      \
	X(SIGNATURE, "signature-damaged")              \
	X(WRONG_KEY, "wrong-key")                      \
	X(KEY_TRUNCATED, "key-truncated")              \
	X(KEY_MANGLED, "key-mangled")                  \
	X(REVOKED, "key-revoked")                      \
	X(NO_KEY, "key-missing")                       \
	X(EXPIRED, "expired")                          \
	X(OTHER_CANON, "body-other-canonicalization")

enum cause_code {
#define X(id, code) CAUSE_##id,
	CAUSE_TABLE(X)
#undef X
		CAUSE_CODES
};

/* cause_word: the stable code of C, as in --json. */
const char *cause_word(enum cause_code c);

enum { CAUSE_DETAILS = 6, CAUSES_MAX = 3 };

struct detail {
	const char *name;
	enum { DETAIL_NULL, DETAIL_NUMBER, DETAIL_TEXT } kind;
	int64_t number;
	struct buf text; /* owned; octets of the message, any value */
};

struct cause {
	enum cause_code code;
	bool proven; /* undone, and the signature held; or no guess */
	struct detail detail[CAUSE_DETAILS];
	size_t n;
};

/* Best first. Safe when zeroed. */
struct causes {
	struct cause v[CAUSES_MAX];
	size_t n;
};

/* causes_add: the new cause, or NULL when there are CAUSES_MAX.
 * cause_add_number, cause_add_text, cause_add_null: a detail called NAME (a
 * constant string) of C, which may be NULL; texts are cut at 200 octets. */
struct cause *causes_add(struct causes *c, enum cause_code code, bool proven);
void cause_add_number(struct cause *c, const char *name, int64_t value);
void cause_add_text(struct cause *c, const char *name, struct span text);
void cause_add_null(struct cause *c, const char *name);

/* causes_proven: one of C is proven. */
bool causes_proven(const struct causes *c);

/* cause_detail: the text of the detail NAME of C; empty if it has none. */
struct span cause_detail(const struct cause *c, const char *name);

/* causes_move: append FROM's, as far as there is room, and leave FROM empty.
 * causes_free: releases the texts; C is empty then. */
void causes_move(struct causes *to, struct causes *from);
void causes_free(struct causes *c);

#endif
