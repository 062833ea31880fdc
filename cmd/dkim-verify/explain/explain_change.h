/* explain_change: what a change of a header field is called. */
#ifndef EXPLAIN_CHANGE_H
#define EXPLAIN_CHANGE_H

#include "canon.h"
#include "explain_cause.h"

/* change_say: append to OUT, as proven, that the field NAME was THEN and is
 * NOW, each the whole field (empty: not there). HOW is the signature's form. */
void change_say(enum canon how, struct span name, struct span then,
		struct span now, struct causes *out);

#endif
