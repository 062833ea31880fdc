/* explain_fields: ways in which a header field may have been written before
 * some software wrote it anew.
 *
 * Given the field as it is and the other fields of the message, a table of
 * generators guesses, the likeliest first. A wrong guess costs one trial. */
#ifndef EXPLAIN_FIELDS_H
#define EXPLAIN_FIELDS_H

#include "explain_search.h"
#include "fields.h"
#include "sig.h"

/* Most guesses for a field, and most octets for all fields of a signature. */
enum { GUESSES_MAX = 8000, GUESSES_OCTETS = 16 * 1024 * 1024 };

struct guesses {
	struct span name;
	struct span value; /* empty, .p NULL: the field is not there */
	const struct fields *all;
	const struct sig *sig;
	struct span body; /* of the message, in which names may stand */
	bool simple;	  /* white space and case count, too */
	size_t *room;	  /* octets left, of all fields */
	struct script s;  /* of the whole field; each edit is another one */
};

/* guess_field: fill G, whose members are set. guess_at: guess I, a whole
 * field. */
void guess_field(struct guesses *g);
struct span guess_at(const struct guesses *g, size_t i);

/* guess_cased: TEXT as it is, in small letters, in capitals, or with a capital
 * at the start of each word, in OUT. guess_unquoted: S without white space and
 * QUOTE around it. */
enum cased { CASED_AS_IS, CASED_SMALL, CASED_LARGE, CASED_WORDS };
struct span guess_cased(struct span text, enum cased how, struct buf *out);
struct span guess_unquoted(struct span s, unsigned char quote);

/* guess_parts: add "NAME: ", the N parts at V, and CRLF. guess_raw: add the
 * parts alone. What there is no room for is left out. */
void guess_parts(struct guesses *g, const struct span *v, size_t n);
void guess_raw(struct guesses *g, const struct span *v, size_t n);

#define GUESS(g, ...)                                        \
	guess_parts(g, (struct span[]){ __VA_ARGS__ },       \
		    sizeof((struct span[]){ __VA_ARGS__ }) / \
			    sizeof(struct span))
#define GUESS_RAW(g, ...)                                  \
	guess_raw(g, (struct span[]){ __VA_ARGS__ },       \
		  sizeof((struct span[]){ __VA_ARGS__ }) / \
			  sizeof(struct span))

/* By kind of field. */
void guess_date(struct guesses *g);	 /* explain_date.c */
void guess_addresses(struct guesses *g); /* explain_address.c */
void guess_words(struct guesses *g);	 /* explain_word.c */
void guess_type(struct guesses *g);	 /* explain_type.c */

#endif
