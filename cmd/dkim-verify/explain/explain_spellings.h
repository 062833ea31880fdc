/* explain_spellings: other ways to write a header field, as they are found. */
#ifndef EXPLAIN_SPELLINGS_H
#define EXPLAIN_SPELLINGS_H

#include "buf.h"

struct spellings {
	struct span *v; /* whole fields, with their CRLF; owned */
	size_t n;
	bool simple;	  /* white space and case count, too */
	struct span text; /* the message's body, in which names may stand */
	size_t *room;	  /* octets that may still be kept, of all fields */
};

enum { SPELLINGS_MAX = 8000, SPELLINGS_OCTETS = 32 * 1024 * 1024 };

/* spell_raw: a whole field. spell_add: "NAME: VALUE" CRLF; spell_two,
 * spell_three: the value in parts. What there is no room for is left out. */
void spell_raw(struct spellings *s, struct span raw);
void spell_add(struct spellings *s, struct span name, struct span value);
void spell_two(struct spellings *s, struct span name, struct span a,
	       struct span b);
void spell_three(struct spellings *s, struct span name, struct span a,
		 struct span b, struct span c);

void spellings_free(struct spellings *s);

/* spell_cased: NAME in small letters (HOW is 0), in capitals (1), or with
 * capitals at the start and behind "-" (2). Free OUT. */
struct span spell_cased(struct span name, int how, struct buf *out);

#endif
