/* selector_table: the selectors that mail providers and programs use, and how a
 * domain's DNS shows that it uses one of them.
 *
 * DNS cannot list the names below _domainkey, so that selectors have to be
 * guessed. One table has the guesses, each with where it is known from. */
#ifndef SELECTOR_TABLE_H
#define SELECTOR_TABLE_H

#include "span.h"

/* A provider or program. Words are separated by one blank; NULL: none. */
struct selector_row {
	const char *who; /* for people */
	/* "%Y", "%y", "%m" and "%b" (jan) stand for years or months before the
	 * present one, "%1" for the first label of the name that matched `spf`
	 */
	const char *selectors;
	/* Domains: MX hosts, names in SPF records, and targets of aliases are
	 * these or below them. */
	const char *mx, *spf, *alias;
	const char *from; /* where the selectors are described */
};

/* The rows; *N is their number. */
const struct selector_row *selector_rows(size_t *n);

/* selector_row_names: whether HOST is one of DOMAINS (a column of the table) or
 * below one of them. Letter case is ignored. */
bool selector_row_names(const char *domains, struct span host);

/* The most names that one word of a row stands for, and the longest of them
 * with its NUL. */
enum { SELECTOR_WORDS = 32, SELECTOR_LONGEST = 64 };

/* selector_expand: WORD, a word of `selectors`, as the selectors that it stands
 * for in the month of NOW (seconds since 1970); FIRST stands for "%1". Returns
 * their number: 0 when FIRST is needed and empty, or too long. */
size_t selector_expand(struct span word, int64_t now, struct span first,
		       char out[SELECTOR_WORDS][SELECTOR_LONGEST]);

#endif
