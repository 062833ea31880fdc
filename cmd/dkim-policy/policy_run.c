#include "policy_run.h"

#include <unistd.h>

#include "cli.h"
#include "io.h"

int policy_run_write(struct buf *out)
{
	struct diag why = { 0 };
	enum status st = io_write(STDOUT_FILENO, buf_span(out), &why);

	buf_free(out);
	return st == ST_OK ? 0 : cli_fail(NULL, st, &why);
}
