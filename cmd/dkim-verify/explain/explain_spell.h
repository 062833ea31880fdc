/* explain_spell: ways in which a header field may have been written before some
 * software wrote it anew.
 *
 * Given the field as it is, and the message's other fields, the likeliest come
 * first. A wrong one costs a hash. */
#ifndef EXPLAIN_SPELL_H
#define EXPLAIN_SPELL_H

#include "explain_spellings.h"
#include "fields.h"
#include "sig.h"

/* spell_field: the field F of ALL. spell_missing: a field called NAME that is
 * not there. */
void spell_field(struct spellings *s, const struct sig *sig,
		 const struct fields *all, const struct field *f);
void spell_missing(struct spellings *s, const struct fields *all,
		   struct span name);

/* By kind of field: explain_date.c, explain_word.c, explain_address.c,
 * explain_type.c, explain_subject.c (what is cut off, what is put before). */
void spell_date(struct spellings *s, const struct sig *sig,
		const struct field *f);
void spell_words(struct spellings *s, const struct field *f);
void spell_addresses(struct spellings *s, const struct fields *all,
		     const struct field *f);
void spell_type(struct spellings *s, const struct field *f);
void spell_untagged(struct spellings *s, const struct field *f);
void spell_tagged(struct spellings *s, const struct fields *all,
		  const struct field *f);

#endif
