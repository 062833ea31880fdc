/* explain_spell: ways in which a header field may have been written before some
 * software wrote it anew.
 *
 * Given the field as it is, and the message's other fields, the likeliest come
 * first. A wrong one costs a hash. */
#ifndef EXPLAIN_SPELL_H
#define EXPLAIN_SPELL_H

#include "fields.h"
#include "sig.h"

struct spellings {
	struct span *v; /* whole fields, with their CRLF; owned */
	size_t n;
	bool simple;	  /* white space and case count, too */
	struct span text; /* the message's body, in which names may stand */
	size_t *room;	  /* octets that may still be kept, of all fields */
};

enum { SPELLINGS_MAX = 8000, SPELLINGS_OCTETS = 32 * 1024 * 1024 };

/* spell_add: "NAME: VALUE" CRLF; spell_raw: all of it. */
void spell_add(struct spellings *s, struct span name, struct span value);
void spell_raw(struct spellings *s, struct span raw);
void spellings_free(struct spellings *s);

/* spell_field: the field F of ALL. spell_missing: a field called NAME that is
 * not there. */
void spell_field(struct spellings *s, const struct sig *sig,
		 const struct fields *all, const struct field *f);
void spell_missing(struct spellings *s, const struct fields *all,
		   struct span name);

/* By kind of field: explain_date.c, explain_word.c, explain_address.c. */
void spell_date(struct spellings *s, const struct sig *sig,
		const struct field *f);
void spell_words(struct spellings *s, const struct field *f);
void spell_addresses(struct spellings *s, const struct fields *all,
		     const struct field *f);
void spell_type(struct spellings *s, const struct field *f);

#endif
