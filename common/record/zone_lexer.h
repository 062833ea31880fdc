/* zone_lexer: the entries of a master file as words (RFC 1035 5.1), of one that
 * may have any mistake.
 *
 * Other than dns_lex, which refuses what is no master file, this goes on behind
 * every mistake and says where it was. Linear in the text. */
#ifndef ZONE_LEXER_H
#define ZONE_LEXER_H

#include "buf.h"

struct zoneword {
	size_t from, n; /* in `octets`, escapes resolved */
	size_t raw;	/* where it begins in the text */
	bool quoted;
};

/* One entry: a line, or several in parentheses. Safe to free when zeroed. */
struct zone_lexer {
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

/* zone_lexer_next: the entry of TEXT that begins at *AT on line *LINE; both are
 * moved behind it. An empty line or one of comment only has no words. False at
 * the end. */
bool zone_lexer_next(struct zone_lexer *w, struct span text, size_t *at,
		     size_t *line);
struct span zone_lexer_get(const struct zone_lexer *w, size_t i);

/* zone_lexer_is: word I is there, unquoted, and reads so in either case. */
bool zone_lexer_is(const struct zone_lexer *w, size_t i, const char *text);
void zone_lexer_free(struct zone_lexer *w);

#endif
