#include "lint_input.h"

#include <unistd.h>

#include "io.h"
#include "json_text.h"
#include "lint_report.h"
#include "recordlint.h"

struct run {
	const struct lint_input *input;
	struct buf out;
	bool stuck; /* the report cannot be written */
	struct diag *why;
};

/* The record to publish instead, as a line for where it came from. */
static void put_paste(const struct recordlint *one, struct buf *out)
{
	struct span owner = one->corrected_owner.n
				    ? one->corrected_owner
				    : buf_span(&one->record->owner);

	/* where the record belongs is not known either */
	if (findings_has(one->findings, FINDING_OWNER_PLACE) ||
	    findings_has(one->findings, FINDING_NO_SELECTOR))
		owner = (struct span){ 0 };
	lint_paste(owner, one->record->absolute, one->corrected, out);
}

static enum status write_out(struct run *r)
{
	enum status st = io_write(r->input->to, buf_span(&r->out), r->why);

	buf_reset(&r->out);
	r->stuck = st != ST_OK;
	return st;
}

static enum status lint_record(void *ctx, const struct recordlint *one)
{
	struct run *r = ctx;
	struct buf paste;
	struct lint_entry e = {
		.input = r->input->path,
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
	(r->input->json ? lint_json : lint_text)(&e, &r->out);
	buf_free(&paste);
	/* all records are read by now: nothing but the disk can fail */
	return r->out.n > LIMIT_CHUNK ? write_out(r) : ST_OK;
}

static enum status read_text(const struct lint_input *in, struct buf *text,
			     struct diag *why)
{
	int fd = -1;
	enum status st = io_open_input(in->path, &fd, why);

	if (st == ST_OK)
		st = io_read_all(fd, text, why);
	if (fd > STDERR_FILENO)
		close(fd);
	return st;
}

/* The reader of JSON learns of an input without records, too; ST stays, unless
 * that cannot be written. */
static enum status put_unread(struct run *r, enum status st)
{
	enum status written;

	json_error(r->input->path, 0, st, r->why, &r->out);
	written = write_out(r);
	return written == ST_OK ? st : written;
}

enum status lint_input(const struct lint_input *in, const struct crypto *c,
		       bool *valid, struct diag *why)
{
	struct run r = { .input = in, .why = why };
	struct buf text;
	enum status st;

	buf_init(&text, LIMIT_LINT_BYTES);
	/* one record and its findings, escaped */
	buf_init(&r.out, 64 * (size_t)LIMIT_LINT_BYTES);
	st = read_text(in, &text, why);
	if (st == ST_OK)
		st = recordlint_read(buf_span(&text), in->origin, c,
				     lint_record, &r, valid, why);
	if (st == ST_OK)
		st = write_out(&r);
	else if (in->json && !r.stuck && st != ST_USAGE)
		st = put_unread(&r, st);
	buf_free(&r.out);
	buf_free(&text);
	return st;
}
