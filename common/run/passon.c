#include "passon.h"

#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "dkim_results.h"
#include "text_report.h"

/* 0: write it. */
static int decide(const struct passon *p, const char *name,
		  const struct verification *all, struct buf *err)
{
	int code = p->decide ? p->decide(p->ctx, name, all, err) : 0;

	if (code == 0 && p->defer &&
	    verification_result(all) == RESULT_TEMPERROR) {
		code = status_exit(ST_DNS);
		message_put(err, name,
			    "not passed on: a key could not be looked up");
	}
	return code;
}

static int pass(const struct passon *p, const char *name, struct spool *spool,
		const struct verification *all, int out, struct buf *err)
{
	struct diag why = { 0 };
	struct buf field;

	if (!p->quiet)
		text_warnings(name, all, err);
	int code = decide(p, name, all, err);

	if (code)
		return code;
	buf_init(&field, 2 * (size_t)LIMIT_FIELD_BYTES);
	if (p->fields)
		code = p->fields(p->ctx, name, all, &field, err);
	else
		dkim_results_field(all, p->how.id, &field);
	if (code) {
		buf_free(&field);
		return code;
	}
	enum status st = filter_write(&p->how, spool, &all->facts,
				      buf_span(&field), out, &why);

	buf_free(&field);
	return st == ST_OK ? 0 : cli_put_fail(err, NULL, st, &why);
}

static int from_input(const struct passon *p, const char *name, int in, int out,
		      struct buf *err)
{
	const struct verification *all;
	struct verifier *v = verifier_new(p->conf);
	struct diag why = { 0 };
	struct spool_tee tee = { spool_new(-1), verifier_sink(v), &why };
	enum status st = ST_OK;

	if (io_same_file(in, out))
		st = diag_set(&why, ST_USAGE, NULL,
			      "input and output are one file");
	if (st == ST_OK)
		st = io_pump(in, spool_tee_sink(&tee), &why);
	if (st == ST_OK)
		st = verifier_end(v, &all);
	int code = st == ST_OK ? pass(p, name, tee.spool, all, out, err)
			       : cli_put_fail(err, name, st, &why);

	spool_free(tee.spool);
	verifier_free(v);
	return code;
}

int passon_run(const struct passon *p, const char *path, int out)
{
	const char *name = strcmp(path, "-") == 0 ? NULL : path;
	struct diag why = { 0 };
	struct buf err;
	int in = -1, code;
	enum status st = io_open_input(path, &in, &why);

	buf_init(&err, LIMIT_HEADER_BYTES);
	code = st == ST_OK ? from_input(p, name, in, out, &err)
			   : cli_put_fail(&err, name, st, &why);
	/* stderr may be closed or full: there is nowhere else to say it */
	status_ignore(io_write(STDERR_FILENO, buf_span(&err), NULL));
	buf_free(&err);
	if (in > STDERR_FILENO)
		close(in);
	return code;
}
