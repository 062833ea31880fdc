/* zone_lexer: the entries of a zone file (RFC 1035 5.1) as words.
 *
 * It names the first mistake of an entry. Unless it is strict it goes on after
 * each, for texts that were copied from anywhere, and takes what was probably
 * meant: a parenthesis that is not closed ends before the next record, a
 * no-break space separates words. Linear in the text. */
#ifndef ZONE_LEXER_H
#define ZONE_LEXER_H

#include "buf.h"

struct zoneword {
	size_t from, n; /* in `octets`, escapes resolved */
	size_t raw;	/* where it begins in the text */
	size_t raw_n;	/* its length there */
	bool quoted;
	bool generic; /* "\#": RFC 3597 5 */
};

/* One entry: a line, or several in parentheses. Safe to free when zeroed. */
struct zone_lexer {
	struct zoneword *v;
	size_t n, cap;
	bool strict; /* set before the first call */
	struct buf octets;
	const char *wrong; /* the first mistake, or NULL */
	size_t wrong_at;   /* where in the text */
	size_t line;	   /* where it begins, from 1 */
	size_t end;	   /* in the text, after its last octet */
	bool blank;	/* it begins with a blank: the owner is that before */
	bool comment;	/* it has a comment */
	bool cut;	/* a comment follows an unquoted word at once */
	bool unclosed;	/* a string is not closed on its line */
	bool open;	/* a parenthesis is not closed */
	bool invisible; /* a no-break space is between words */
	bool joined;	/* a backslash is between words */
};

/* zone_lexer_next: read the entry of TEXT that begins at *AT on line *LINE;
 * both are then those of the next one. An empty line and a comment have no
 * words. False at the end. */
bool zone_lexer_next(struct zone_lexer *w, struct span text, size_t *at,
		     size_t *line);

/* zone_lexer_get: the text of word I; empty where there are fewer words. It is
 * valid until the next call of zone_lexer_next. */
struct span zone_lexer_get(const struct zone_lexer *w, size_t i);

/* zone_lexer_raw: word I as it is in TEXT, with its escapes and quotes. */
struct span zone_lexer_raw(const struct zone_lexer *w, size_t i,
			   struct span text);

/* zone_lexer_generic: append the octets of RFC 3597 5 that begin with word I:
 * "\#", their number, and these in hexadecimal. False if they are not that. */
bool zone_lexer_generic(const struct zone_lexer *w, size_t i, struct buf *out);

/* zone_lexer_is: word I exists, is not quoted, and is one of the words in LIST,
 * in either case (span_one_of). */
bool zone_lexer_is(const struct zone_lexer *w, size_t i, const char *list);

/* zone_lexer_free: releases the words of the last entry. */
void zone_lexer_free(struct zone_lexer *w);

#endif
