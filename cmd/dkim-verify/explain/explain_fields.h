/* explain_fields: ways in which a header field may have been written before
 * some software wrote it anew.
 *
 * Given the field as it is and the other fields of the message, a table of
 * generators guesses, the likeliest first. A wrong guess costs one trial. */
#ifndef EXPLAIN_FIELDS_H
#define EXPLAIN_FIELDS_H

#include "fields.h"
#include "sig.h"

/* Most guesses for a field, most octets for all fields of a signature. */
enum { GUESSES_MAX = 8000, GUESSES_OCTETS = 16 * 1024 * 1024 };

struct guesses {
	struct span name;
	struct span value; /* empty, .p NULL: the field is not there */
	struct span raw;
	const struct fields *all;
	const struct sig *sig;
	struct span body; /* of the message, in which names may stand */
	bool simple;	  /* white space and case count, too */
	size_t *room;	  /* octets left, of all fields */
	struct buf text;  /* whole fields, with their CRLF; owned */
	size_t *end;	  /* of each of them in `text`; owned */
	size_t n;
};

/* guess_field: fill G, whose first members are set. guess_at: guess I. */
void guess_field(struct guesses *g);
struct span guess_at(const struct guesses *g, size_t i);
void guesses_free(struct guesses *g);

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
