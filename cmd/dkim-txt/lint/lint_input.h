/* lint_input: the findings about all records of an input, written out. */
#ifndef LINT_INPUT_H
#define LINT_INPUT_H

#include "digest.h"

struct lint_input {
	const char *path;   /* "-" is stdin */
	const char *origin; /* what relative names belong to, or NULL */
	bool json;
	int to; /* descriptor */
};

/* lint_input: *VALID: no record has an error. ST_OK; what io_open_input says,
 * or ST_LIMIT (nothing but the error, as JSON, is written then); ST_USAGE as
 * record_scan_read; ST_IO. */
enum status lint_input(const struct lint_input *in, const struct crypto *c,
		       bool *valid, struct diag *why) MUST_USE;

#endif
