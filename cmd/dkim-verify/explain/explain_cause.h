/* explain_cause: what may have happened to a message, as codes with details.
 *
 * The codes and the names of the details are stable: programs read them. */
#ifndef EXPLAIN_CAUSE_H
#define EXPLAIN_CAUSE_H

#include "buf.h"

/* id, code, what a person reads */
#define CAUSE_TABLE(X)                                                        \
	X(FOOTER, "body-footer-appended", "text was added after the body")    \
	X(FOOTER_PART, "body-footer-in-multipart",                            \
	  "text or a part was added inside a multipart")                      \
	X(BANNER, "body-banner-prepended", "text was put before the body")    \
	X(LINE, "body-line-rewritten", "a line was rewritten")                \
	X(TRAILING, "body-trailing-space-stripped",                           \
	  "white space at line ends was lost")                                \
	X(TABS, "body-tabs-to-spaces", "tabs became spaces")                  \
	X(REWRAPPED, "body-rewrapped", "long lines were broken")              \
	X(REENCODED, "body-reencoded", "the transfer encoding was changed")   \
	X(CHARSET, "body-charset-converted", "the charset was converted")     \
	X(FROM_QUOTED, "body-from-quoted", "\"From \" became \">From \"")     \
	X(DOT_STUFFED, "body-dot-stuffed", "leading dots were doubled")       \
	X(DOT_UNSTUFFED, "body-dot-unstuffed", "leading dots were lost")      \
	X(BLANK_LINES, "body-blank-lines-changed",                            \
	  "blank lines were added or lost")                                   \
	X(TRUNCATED, "body-truncated", "the end of the body is missing")      \
	X(FINAL, "body-final-newline", "the very end of the body differs")    \
	X(LINES_LF, "line-endings-LF",                                        \
	  "lines end in LF where CRLF was signed")                            \
	X(LINES_CRCRLF, "line-endings-CRCRLF",                                \
	  "lines end in CR CR LF where CRLF was signed")                      \
	X(SUBJECT_TAG, "subject-tag-added", "a tag was put into the subject") \
	X(SUBJECT_UNTAG, "subject-tag-removed",                               \
	  "a tag of the subject is gone")                                     \
	X(SUBJECT_SPAM, "subject-spam-prefix-added",                          \
	  "the subject was marked as spam")                                   \
	X(REFOLDED, "header-refolded", "a field was folded otherwise")        \
	X(NAME_CASE, "header-case-changed",                                   \
	  "the case of a field's name was changed")                           \
	X(WHITESPACE, "header-whitespace",                                    \
	  "white space in a field was changed")                               \
	X(VALUE, "header-value-changed", "a field has another value")         \
	X(DROPPED, "header-dropped", "a signed field is gone")                \
	X(ADDED, "header-added-oversigned",                                   \
	  "a field was added that h= forbids to add")                         \
	X(REORDERED, "header-reordered", "fields of one name changed places") \
	X(ENCODED_WORD, "header-8bit-to-encoded-word",                        \
	  "8-bit text in a field became an encoded-word")                     \
	X(CONTENT_TYPE, "content-type-rewritten",                             \
	  "Content-Type was written otherwise")                               \
	X(SIGNATURE, "signature-damaged",                                     \
	  "a tag of the signature was changed")                               \
	X(WRONG_KEY, "wrong-key", "the record holds another key")             \
	X(KEY_TRUNCATED, "key-truncated", "p= of the record is cut")          \
	X(KEY_MANGLED, "key-mangled", "the record is damaged")                \
	X(REVOKED, "key-revoked", "the key is revoked")                       \
	X(NO_KEY, "key-missing", "there is no key record")                    \
	X(EXPIRED, "expired", "the signature has expired")                    \
	X(OTHER_CANON, "body-other-canonicalization",                         \
	  "the signer hashed the body in the other canonical form")

enum cause_code {
#define X(id, code, text) CAUSE_##id,
	CAUSE_TABLE(X)
#undef X
		CAUSE_CODES
};

const char *cause_word(enum cause_code c);
const char *cause_text(enum cause_code c);

enum { CAUSE_DETAILS = 6, CAUSES_MAX = 3 };

struct cause_detail {
	const char *name;
	enum { DETAIL_NULL, DETAIL_NUMBER, DETAIL_TEXT } kind;
	int64_t number;
	struct buf text; /* owned; octets of the message, any value */
};

struct cause {
	enum cause_code code;
	bool proven; /* undone, and the signature held; or no guess */
	struct cause_detail detail[CAUSE_DETAILS];
	size_t n;
};

/* Best first. Safe when zeroed. */
struct causes {
	struct cause v[CAUSES_MAX];
	size_t n;
};

/* causes_add: the new one, or NULL when there are CAUSES_MAX. What adds a
 * detail takes NULL, too, and cuts texts at 200 octets. */
struct cause *causes_add(struct causes *c, enum cause_code code, bool proven);
void cause_add_number(struct cause *c, const char *name, int64_t value);
void cause_add_text(struct cause *c, const char *name, struct span text);
void cause_add_null(struct cause *c, const char *name);

bool causes_have(const struct causes *c, enum cause_code code);
bool causes_proven(const struct causes *c);

/* causes_move: append FROM's, as far as there is room, and leave FROM empty. */
void causes_move(struct causes *to, struct causes *from);
void causes_free(struct causes *c);

#endif
