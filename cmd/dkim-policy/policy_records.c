#include "policy_records.h"

#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "exit_status.h"
#include "io.h"
#include "json_text.h"
#include "lint_report.h"
#include "policy_run.h"
#include "policycorrect.h"
#include "policylint_run.h"
#include "record_format.h"

/* --- lint ---------------------------------------------------------------- */

struct linting {
	const struct policy_records_lint *lint;
	struct buf out;
};

static enum status lint_one(void *ctx, const struct policyread *one)
{
	struct linting *l = ctx;
	struct buf corrected, paste;
	struct lint_entry e = {
		.input = l->lint->path,
		.line = one->record->line,
		.findings = one->findings,
	};

	if (one->record->owner.n)
		e.owner = buf_span(&one->record->owner);
	if (one->text.n)
		e.record = one->text;
	buf_init(&corrected, LIMIT_LINT_BYTES);
	/* escapes make it four times as long at most */
	buf_init(&paste, 8 * (size_t)LIMIT_LINT_BYTES);
	if (one->known &&
	    policycorrect(one->type, one->text, &corrected) == ST_OK) {
		e.corrected = buf_span(&corrected);
		lint_paste(buf_span(&one->record->owner), one->record->absolute,
			   e.corrected, &paste);
		e.paste = buf_span(&paste);
	}
	(l->lint->json ? lint_json : lint_text)(&e, &l->out);
	buf_free(&paste);
	buf_free(&corrected);
	return ST_OK;
}

int policy_records_lint(const struct policy_records_lint *lint)
{
	struct linting l = { .lint = lint };
	struct diag why = { 0 };
	struct buf text;
	bool valid = false;
	int fd = -1, code;
	enum status st = io_open_input(lint->path, &fd, &why);

	buf_init(&text, LIMIT_LINT_BYTES);
	/* all records and their findings, escaped */
	buf_init(&l.out, 64 * (size_t)LIMIT_LINT_BYTES);
	if (st == ST_OK)
		st = io_read_all(fd, &text, &why);
	if (st == ST_OK)
		st = policyread(buf_span(&text), lint->origin, lint->type,
				lint_one, &l, &valid, &why);
	if (fd > STDERR_FILENO)
		close(fd);
	code = st == ST_OK
		       ? !valid
		       : cli_fail(st == ST_USAGE ? NULL : lint->path, st, &why);
	if (st != ST_OK) {
		buf_reset(&l.out);
		if (lint->json && st != ST_USAGE)
			json_error(lint->path, 0, st, &why, &l.out);
	}
	code = exit_worse(code, policy_run_write(lint->to, &l.out));
	buf_free(&text);
	return code;
}

/* --- make ---------------------------------------------------------------- */

/* Names that other records share: these formats replace all TXT records. */
static bool replaces_others(const struct policy_records_make *make)
{
	static const char *const formats[] = { "nsupdate", "powerdns",
					       "route53" };

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(make->format, formats[i]) == 0)
			return make->wish.type == POLICY_SPF;
	return false;
}

static void say_findings(const struct policy_records_make *make,
			 const struct findings *f)
{
	for (size_t i = 0; i < f->n && !make->quiet; i++)
		if (finding_severity(f->v[i].id) == SEVERITY_WARNING ||
		    f->v[i].id == FINDING_HISTORIC)
			cli_say(NULL, "warning: %s%s%s",
				finding_text(f->v[i].id),
				f->v[i].detail[0] ? ": " : "", f->v[i].detail);
	if (replaces_others(make) && !make->quiet)
		cli_say(NULL, "warning: this replaces all TXT records of the "
			      "domain, not only that of SPF");
}

static enum status put_record(const struct policy_records_make *make,
			      struct span owner, struct span text,
			      struct buf *out, struct diag *why)
{
	const struct record_format *format = record_format_find(make->format);
	struct record r = {
		.domain = make->wish.domain,
		.owner = (const char *)owner.p,
		.ttl = make->ttl,
		.has_ttl = make->has_ttl,
		.head = SPAN(""),
		.p = text,
		.text = text,
	};

	if (!format || strcmp(make->format, "p") == 0)
		return diag_set(why, ST_USAGE, NULL,
				"--format: there is no format \"%s\" for "
				"policies",
				make->format);
	return record_format_put(format, &r, out, why);
}

int policy_records_make(const struct policy_records_make *make)
{
	struct findings f = { 0 };
	struct diag why = { 0 };
	struct buf owner, text, out;
	enum status st;
	int code;

	buf_init(&owner, 2048);
	buf_init(&text, LIMIT_TXT_BYTES);
	buf_init(&out, RECORD_FORMAT_MOST);
	st = policymake(&make->wish, &owner, &text, &f, &why);
	if (st == ST_OK)
		st = put_record(make, buf_span(&owner), buf_span(&text), &out,
				&why);
	if (st == ST_OK)
		say_findings(make, &f);
	code = st == ST_OK ? policy_run_write(make->to, &out)
			   : cli_fail(NULL, st, &why);
	findings_free(&f);
	buf_free(&owner);
	buf_free(&text);
	buf_free(&out);
	return code;
}
