/* explain_tags: a DKIM-Signature field that was damaged on the way.
 *
 * Each tag is put back as it may have been; what then verifies is proven. */
#ifndef EXPLAIN_TAGS_H
#define EXPLAIN_TAGS_H

#include "explain_input.h"

/* explain_tags: any tag but b=, or only those that say what hash the body has;
 * true when proven. */
bool explain_tags(const struct explain_input *in, struct causes *out);
bool explain_body_tags(const struct explain_input *in, struct causes *out);

/* explain_b: b= itself, of a signature by KEY whose fields are as they were. */
bool explain_b(const struct explain_input *in, const struct key *key,
	       struct causes *out);

/* explain_b_syntax: the same where b= is not even base64. */
bool explain_b_syntax(const struct explain_input *in, struct causes *out);

/* tags_likely: name the tag that sig_parse complained of. */
void tags_likely(const struct explain_input *in, struct causes *out);

#endif
