/* zonewords: the entries of a master file as words (RFC 1035 5.1), of one that
 * may have any mistake.
 *
 * Other than dns_lex, which refuses what is no master file, this goes on behind
 * every mistake and says where it was. Linear in the text. */
#ifndef ZONEWORDS_H
#define ZONEWORDS_H

#include "buf.h"

struct zoneword {
	size_t from, n; /* in `octets`, escapes resolved */
	size_t raw;	/* where it begins in the text */
	bool quoted;
};

/* One entry: a line, or several in parentheses. Safe to free when zeroed. */
struct zonewords {
	struct zoneword *v;
	size_t n, cap;
	struct buf octets;
	size_t line;	/* where it begins, from 1 */
	size_t end;	/* in the text, behind its last octet */
	bool blank;	/* it begins with a blank: the owner is the last one */
	bool comment;	/* it has a comment */
	bool cut;	/* a comment follows an unquoted word at once */
	bool unclosed;	/* a string is not closed on its line */
	bool open;	/* a parenthesis is not closed */
	bool invisible; /* a no-break space stands between words */
	bool joined;	/* a backslash stands between words */
};

/* zonewords_next: the entry of TEXT that begins at *AT on line *LINE; both are
 * moved behind it. An empty line or one of comment only has no words. False at
 * the end. */
bool zonewords_next(struct zonewords *w, struct span text, size_t *at,
		    size_t *line);
struct span zonewords_get(const struct zonewords *w, size_t i);

/* zonewords_is: word I is there, unquoted, and reads so in either case. */
bool zonewords_is(const struct zonewords *w, size_t i, const char *text);
void zonewords_free(struct zonewords *w);

#endif
