#include "policylint_run.h"

#include <stdlib.h>

#include "cli.h"
#include "exit_status.h"
#include "io.h"
#include "json_text.h"
#include "lint_report.h"
#include "policy_findings.h"
#include "policy_run.h"
#include "policycorrect.h"
#include "policylint.h"
#include "record_scan.h"

/* The type of one of the records that were read. */
struct typed {
	enum policytype type;
	bool known;
	bool several; /* its owner has more of this type */
};

struct linting {
	const struct policylint_run *run;
	struct record_scan all;
	struct typed *v; /* for each of `all` */
	size_t *order;	 /* of `all`, sorted by owner and type */
	struct buf out;
};

/* A zone may hold other records, which nobody meant to be policies; a bare
 * record was meant to be one. */
static bool is_wanted(struct span owner, struct span text)
{
	enum policytype ignored;

	/* Route 53 and Cloudflare have it with its quotes */
	if (span_starts(text, SPAN("\"")))
		text = span_from(text, 1);
	return owner.n == 0 || policytype_of(owner, text, &ignored);
}

/* Two records of one type at one owner, which may have only one. */
static bool is_same(const struct linting *l, size_t a, size_t b)
{
	enum policytype t = l->v[a].type;

	return l->v[a].known && l->v[b].known && t == l->v[b].type &&
	       l->all.v[a].owner.n &&
	       span_ieq(buf_span(&l->all.v[a].owner),
			buf_span(&l->all.v[b].owner)) &&
	       t != POLICY_REPORT_AUTH &&
	       policytype_is(t, record_scan_meant(&l->all.v[a])) &&
	       policytype_is(t, record_scan_meant(&l->all.v[b]));
}

static int by_owner(const void *a, const void *b, void *linting)
{
	const struct linting *l = linting;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int order = span_icmp(buf_span(&l->all.v[x].owner),
			      buf_span(&l->all.v[y].owner));

	if (order == 0)
		order = (int)l->v[x].type - (int)l->v[y].type;
	return order ? order : (x > y) - (x < y);
}

static void find_types(struct linting *l)
{
	for (size_t i = 0; i < l->all.n; i++) {
		const struct scan_record *rec = &l->all.v[i];
		struct typed *one = &l->v[i];

		l->order[i] = i;
		one->known = policytype_of(buf_span(&rec->owner),
					   record_scan_meant(rec), &one->type);
		if (l->run->type && (rec->owner.n == 0 || !one->known)) {
			one->type = *l->run->type;
			one->known = true;
		}
	}
	qsort_r(l->order, l->all.n, sizeof(*l->order), by_owner, l);
	for (size_t i = 1; i < l->all.n; i++)
		if (is_same(l, l->order[i - 1], l->order[i]))
			l->v[l->order[i - 1]].several =
				l->v[l->order[i]].several = true;
}

static void lint_one(struct linting *l, size_t i)
{
	struct scan_record *rec = &l->all.v[i];
	const struct typed *one = &l->v[i];
	struct span text = record_scan_meant(rec),
		    owner = buf_span(&rec->owner);
	struct findings *f = &rec->findings;
	struct buf corrected, paste;
	struct lint_entry e = {
		.input = l->run->path,
		.line = rec->line,
		.findings = f,
	};

	if (!one->known && text.n)
		findings_add(f, &FINDING_OTHER,
			     "--type tells what it is meant to be");
	else if (!one->known && !f->invalid)
		findings_mark(f, &FINDING_EMPTY);
	else if (!rec->no_record)
		policylint(one->type, text, f);
	if (one->several)
		findings_mark(f, &FINDING_POLICY_SEVERAL);
	if (owner.n)
		e.owner = owner;
	if (text.n)
		e.record = text;
	buf_init(&corrected, LIMIT_LINT_BYTES);
	/* escapes make it four times as long at most */
	buf_init(&paste, 8 * (size_t)LIMIT_LINT_BYTES);
	if (one->known && !rec->no_record &&
	    policycorrect(one->type, text, &corrected) == ST_OK) {
		e.corrected = buf_span(&corrected);
		lint_paste(owner, rec->absolute, e.corrected, &paste);
		e.paste = buf_span(&paste);
	}
	(l->run->json ? lint_json : lint_text)(&e, &l->out);
	buf_free(&paste);
	buf_free(&corrected);
}

/* All records of TEXT. *VALID: there is one, and none has an error. */
static enum status lint_all(struct linting *l, struct span text, bool *valid,
			    struct diag *why)
{
	enum status st =
		record_scan_read(text, l->run->origin, is_wanted, &l->all, why);
	size_t n = 0;

	if (st != ST_OK)
		return st;
	l->v = mem_alloc((l->all.n + 1) * sizeof(*l->v));
	l->order = mem_alloc((l->all.n + 1) * sizeof(*l->order));
	find_types(l);
	*valid = true;
	for (size_t i = 0; i < l->all.n; i++) {
		/* a record of a zone that is of another type than asked for */
		if (l->run->type && l->all.v[i].owner.n &&
		    l->v[i].type != *l->run->type)
			continue;
		n++;
		lint_one(l, i);
		*valid = *valid && !l->all.v[i].findings.invalid;
	}
	*valid = *valid && n > 0;
	free(l->v);
	free(l->order);
	return ST_OK;
}

int policylint_run(const struct policylint_run *run)
{
	struct linting l = { .run = run };
	struct diag why = { 0 }, hint = { 0 };
	struct buf text;
	bool valid = false;
	int code;
	enum status st;

	buf_init(&text, LIMIT_LINT_BYTES);
	/* all records and their findings, escaped */
	buf_init(&l.out, 64 * (size_t)LIMIT_LINT_BYTES);
	st = lint_read(run->path, &text, &hint, &why);
	if (st == ST_OK)
		st = lint_all(&l, buf_span(&text), &valid, &why);
	code = valid ? 0 : EXIT_FAILED;
	if (st != ST_OK) {
		code = cli_fail(st == ST_USAGE ? NULL : run->path, st, &why);
		buf_reset(&l.out);
		if (run->json && st != ST_USAGE)
			json_error(run->path, 0, st, &why, &l.out);
	}
	if (!valid && hint.text[0])
		cli_say(run->path, "%s", hint.text);
	code = exit_worse(code, policy_run_write(&l.out));
	record_scan_free(&l.all);
	buf_free(&text);
	return code;
}
