#include "lint_run.h"

#include "cli.h"
#include "exit_status.h"
#include "io.h"
#include "json_text.h"
#include "key_findings.h"
#include "lint_report.h"
#include "recordlint.h"

struct run {
	const char *path;
	bool json;
	int to;
	struct buf out;
	bool stuck; /* the report cannot be written */
	struct diag *why;
};

static enum status write_out(struct run *r)
{
	enum status st = io_write(r->to, buf_span(&r->out), r->why);

	buf_reset(&r->out);
	r->stuck = st != ST_OK;
	return st;
}

/* The record to publish instead, as a line for the place that it came from. */
static void put_paste(const struct recordlint *one, struct buf *out)
{
	struct span owner = one->corrected_owner.n
				    ? one->corrected_owner
				    : buf_span(&one->record->owner);

	/* where the record belongs is not known either */
	if (findings_has(one->findings, &FINDING_OWNER_PLACE) ||
	    findings_has(one->findings, &FINDING_NO_SELECTOR))
		owner = (struct span){ 0 };
	lint_paste(owner, one->record->absolute, one->corrected, out);
}

static enum status put_record(void *ctx, const struct recordlint *one)
{
	struct run *r = ctx;
	struct buf paste;
	struct lint_entry e = {
		.input = r->path,
		.line = one->record->line,
		.corrected = one->corrected,
		.corrected_owner = one->corrected_owner,
		.findings = one->findings,
	};

	if (one->record->owner.n)
		e.owner = buf_span(&one->record->owner);
	if (one->record->text.n)
		e.record = buf_span(&one->record->text);
	/* escapes make it four times as long at most */
	buf_init(&paste, 8 * (size_t)LIMIT_LINT_BYTES);
	if (one->corrected.n)
		put_paste(one, &paste);
	e.paste = buf_span(&paste);
	(r->json ? lint_json : lint_text)(&e, &r->out);
	buf_free(&paste);
	/* all records are read by now: only the output can fail */
	return r->out.n > LIMIT_CHUNK ? write_out(r) : ST_OK;
}

int lint_run(const struct lint_options *o, const struct crypto *c, int to)
{
	struct diag why = { 0 }, hint = { 0 };
	struct run r = {
		.path = o->path ? o->path : "-",
		.json = o->json,
		.to = to,
		.why = &why,
	};
	struct buf text;
	bool valid = true;
	int code;
	enum status st;

	buf_init(&text, LIMIT_LINT_BYTES);
	/* one record and its findings, escaped */
	buf_init(&r.out, 64 * (size_t)LIMIT_LINT_BYTES);
	st = lint_read(r.path, &text, &hint, &why);
	if (st == ST_OK)
		st = recordlint_read(buf_span(&text), o->origin, c, put_record,
				     &r, &valid, &why);
	/* a reader of JSON gets a line for an input without records, too */
	if (st != ST_OK && st != ST_USAGE && o->json && !r.stuck)
		json_error(r.path, 0, st, &why, &r.out);
	code = st == ST_OK ? valid ? 0 : EXIT_FAILED
			   : cli_fail(st == ST_IO || st == ST_USAGE ? NULL
								    : o->path,
				      st, &why);
	if (!valid && hint.text[0])
		cli_say(o->path, "%s", hint.text);
	if (!r.stuck && write_out(&r) != ST_OK)
		code = cli_fail(NULL, ST_IO, &why);
	buf_free(&r.out);
	buf_free(&text);
	return code;
}
