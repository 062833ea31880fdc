/* explain_whole: changes that only reading the message again from its start
 * shows, in constant memory: line ends of header and body, and a footer of a
 * body too large to be kept. */
#ifndef EXPLAIN_WHOLE_H
#define EXPLAIN_WHOLE_H

#include "explain_cause.h"
#include "spool.h"
#include "verify.h"

struct whole_input {
	const struct verify_conf *conf;
	const struct sig *sig;
	size_t number; /* of the signature, from 0 */
	struct spool *message;
};

void whole_line_ends(const struct whole_input *in, struct causes *out);

#endif
