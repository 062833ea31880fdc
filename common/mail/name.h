/* name: domain names and selectors as mail and DNS compare them.
 *
 * A struct name is lower-case ASCII without a final dot, at most 253 octets
 * (RFC 1035 2.3.4), and C-string safe: it holds letters, digits, "-", "_" and
 * "." only, so that no octet of a message can reach DNS, a file path or a
 * report through it (ATTACKS E21-E23, E27). */
#ifndef NAME_H
#define NAME_H

#include "status.h"

struct name {
	char text[254];
};

enum {
	NAME_UNDERSCORE =
		1,	 /* accept "_" in labels (LENIENT, RULES S-8, S-9) */
	NAME_SINGLE = 2, /* accept a single label */
};

/* name_parse: S as a domain name; HOW is a set of NAME_*. ST_OK or ST_SYNTAX
 * with what is wrong in WHY. A final dot is wrong here (RULES S-8). */
enum status name_parse(struct span s, unsigned how, struct name *out,
		       struct diag *why) MUST_USE;

/* name_key: SELECTOR "._domainkey." D (RFC 6376 3.6.2.1). ST_OK, or ST_NO_KEY
 * when that is longer than a name can be. */
enum status name_key(const struct name *selector, const struct name *d,
		     struct name *out, struct diag *why) MUST_USE;

bool name_eq(const struct name *a, const struct name *b);

/* name_within: CHILD is PARENT or lies below it, at a label boundary. */
bool name_within(const struct name *child, const struct name *parent);

/* name_related: one is the other, or below it and that one has two labels at
 * least: what DMARC's relaxed alignment can mean, told without DNS. */
bool name_related(const struct name *a, const struct name *b);

/* name_labels: how many. */
size_t name_labels(const struct name *n);

#endif
