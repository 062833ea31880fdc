/* name: domain names and selectors as mail and DNS compare them.
 *
 * A struct name is lower-case ASCII without a final dot, at most 253 octets
 * (RFC 1035 2.3.4), and C-string safe: it holds letters, digits, "-", "_" and
 * "." only, so that nothing else of a message reaches DNS, a file path or a
 * report through it. */
#ifndef NAME_H
#define NAME_H

#include "status.h"

struct name {
	char text[254];
};

enum {
	/* Accept "_" in labels. LENIENT: RFC 6376 3.5 has none in d= and s=,
	 * and some domains use it (tests/unit/name.c). */
	NAME_UNDERSCORE = 1,
	NAME_SINGLE = 2, /* accept a single label */
};

/* name_parse: S as a domain name; HOW is a set of NAME_*. ST_OK or ST_SYNTAX
 * with the reason in WHY. A final dot is an error (RFC 6376 3.5 has none). */
enum status name_parse(struct span s, unsigned how, struct name *out,
		       struct diag *why) MUST_USE;

/* name_key: SELECTOR "._domainkey." D (RFC 6376 3.6.2.1). ST_OK, or ST_NO_KEY
 * when that is longer than a name can be. */
enum status name_key(const struct name *selector, const struct name *d,
		     struct name *out, struct diag *why) MUST_USE;

/* name_of_file: SELECTOR, of -s, ends as the file of a key or of its record
 * does (.private, .pem, .key, .txt), and HINT says what was probably meant. A
 * label may be such a word, so that this is a warning. */
bool name_of_file(const char *selector, struct diag *hint);

/* name_eq: A is B. */
bool name_eq(const struct name *a, const struct name *b);

/* name_within: CHILD is PARENT or a subdomain of it. */
bool name_within(const struct name *child, const struct name *parent);

/* name_related: A is B, or one is a subdomain of the other, which has two
 * labels at least: without DNS the closest answer to relaxed alignment (RFC
 * 9989 4.10.2). */
bool name_related(const struct name *a, const struct name *b);

/* name_labels: the number of labels in N. */
size_t name_labels(const struct name *n);

#endif
