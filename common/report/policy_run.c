#include "policy_run.h"

#include <string.h>
#include <unistd.h>

#include "batch.h"
#include "cli.h"
#include "evaluation_json.h"
#include "evaluation_text.h"
#include "failure_report.h"
#include "idn.h"
#include "json_report.h"
#include "lint_report.h"
#include "passon.h"
#include "policy_fields.h"
#include "policy_json.h"
#include "policy_text.h"
#include "policyread.h"
#include "record_format.h"
#include "text_report.h"

enum {
	/* Room for one report, each octet of which may be escaped. */
	REPORT_MAX = 64 * 1024 * 1024,
	/* Names on standard input. */
	NAMES_MAX = 64 * 1024 * 1024,
};

static int write_out(const struct policy_run *run, struct buf *out)
{
	struct diag why = { 0 };
	enum status st = io_write(run->to, buf_span(out), &why);

	buf_free(out);
	return st == ST_OK ? 0 : cli_fail(NULL, st, &why);
}

static struct spf_query query_of(const struct policy_run *run,
				 struct dns_clock *clock)
{
	return (struct spf_query){
		.client = { run->dns, clock, run->ip },
		.helo = run->helo,
		.mail_from = run->mail_from,
		.receiver = run->receiver,
		.now = run->now,
	};
}

int policy_run_spf(const struct policy_run *run, enum spf_result *found)
{
	struct dns_clock clock = { 0 };
	struct spf_query query = query_of(run, &clock);
	struct spf_verdict verdict;
	struct buf out;

	buf_init(&out, REPORT_MAX);
	spf_check(&query, &verdict);
	if (run->json)
		policy_json_spf(&verdict, &out);
	else
		policy_text_spf(&query, &verdict, &out);
	*found = verdict.result;
	spf_verdict_free(&verdict);
	return write_out(run, &out);
}

/* --- look-ups ---------------------------------------------------------------
 */

struct looking {
	const struct policy_run *run;
	unsigned types;
	bool named;
	int code; /* -1: nothing was looked up yet */
};

/* Without --type, what is not there does not matter if anything is. */
static int fold_codes(const struct looking *l, int code, int one)
{
	if (l->named || code < 0)
		return code < 0 ? one : exit_worse(code, one);
	if (one == 2 || code == 2)
		return one == 2 ? code : one;
	return exit_worse(code, one);
}

static void end_one(struct looking *l, int code)
{
	l->code = l->code < 0 ? code : exit_worse(l->code, code);
}

static void look_up(struct looking *l, const struct name *domain)
{
	struct dns_clock clock = { 0 };
	const struct published_from from = { l->run->dns, &clock };
	struct dmarc_store *store = dmarc_store_new(&from);
	struct buf out;
	int code = -1, failed;

	buf_init(&out, REPORT_MAX);
	for (enum policytype t = 0; t < POLICY_LOOKUPS; t++) {
		struct lookup found;

		if (!(l->types & (1U << t)))
			continue;
		lookup(&from, store, t, domain, &found);
		code = fold_codes(l, code, lookup_exit(&found));
		if (l->run->json)
			policy_json_lookup(&found, &out);
		else
			policy_text_lookup(&found, &out);
		lookup_free(&found);
	}
	dmarc_store_free(store);
	failed = write_out(l->run, &out);
	end_one(l, failed ? failed : code);
}

static void look_up_text(struct looking *l, struct span text)
{
	struct diag why = { 0 };
	struct name domain;

	if (span_ends(text, SPAN(".")))
		text.n--;
	if (idn_parse(text, NAME_UNDERSCORE | NAME_SINGLE, &domain, &why) ==
	    ST_OK)
		look_up(l, &domain);
	else
		end_one(l, cli_fail(NULL, ST_USAGE, &why));
}

static void look_up_lines(struct looking *l)
{
	struct span rest, line = { 0 };
	struct diag why = { 0 };
	struct buf text;

	buf_init(&text, NAMES_MAX);
	if (io_read_all(STDIN_FILENO, &text, &why) != ST_OK)
		l->code = cli_fail("-", ST_IO, &why);
	rest = buf_span(&text);
	while (l->code != status_exit(ST_IO) && span_split(&rest, '\n', &line))
		if (span_trim(line).n)
			look_up_text(l, span_trim(line));
	buf_free(&text);
}

int policy_run_lookup(const struct policy_run *run, char *const *names,
		      size_t n, unsigned types, bool named)
{
	struct looking l = { run, types, named, -1 };

	for (size_t i = 0; i < n && l.code != status_exit(ST_IO); i++)
		look_up_text(&l, span_str(names[i]));
	if (n == 0)
		look_up_lines(&l);
	return l.code < 0 ? 2 : l.code;
}

/* --- messages --------------------------------------------------------------
 */

struct messages {
	const struct policy_run *run;
	const struct verify_conf *conf;
};

static void report_error(const void *ctx, const struct mailbox_message *message,
			 enum status st, const struct diag *why,
			 struct batch_report *out)
{
	const struct messages *m = ctx;

	out->code = cli_put_fail(&out->err, message->label, st, why);
	if (m->run->json)
		json_error(message->input, message->number, st, why, &out->out);
}

/* One message judged; its time for DNS begins now. */
struct judgement {
	struct dns_clock clock;
	struct spf_query query;
	struct evaluation e;
};

static void judge(const struct messages *m, const struct verification *all,
		  struct judgement *j)
{
	*j = (struct judgement){ .query = query_of(m->run, &j->clock) };
	j->query.now = all->at;
	const struct evaluate_conf conf = {
		.from = { m->run->dns, &j->clock },
		.crypto = m->conf->crypto,
		.spf = m->run->has_ip ? &j->query : NULL,
		.trust = m->run->trust,
	};

	evaluate(&conf, all, &j->e);
}

static void report(const void *ctx, const struct mailbox_message *message,
		   const struct verification *all, struct batch_report *out)
{
	const struct messages *m = ctx;
	const char *name = message->several ? message->label : NULL;
	struct judgement j;

	if (all->header == ST_NOT_MESSAGE) {
		report_error(ctx, message, all->header, &all->header_why, out);
		return;
	}
	judge(m, all, &j);
	if (m->run->json)
		evaluation_json(message->input, message->number, &j.e,
				&out->out);
	else
		evaluation_text(name, &j.e, &out->out);
	if (!m->run->quiet)
		text_warnings(name, all, &out->err);
	out->code = evaluation_exit(&j.e);
	evaluation_free(&j.e);
}

int policy_run_messages(const struct policy_run *run,
			const struct verify_conf *conf, struct mailbox *from)
{
	const struct messages m = { run, conf };
	const struct batch batch = {
		.conf = conf,
		.threads = run->threads,
		.out = run->to,
		.verified = report,
		.failed = report_error,
		.ctx = &m,
	};

	return batch_run(&batch, from);
}

/* --- the filter --------------------------------------------------------------
 */

struct filtering {
	struct messages m;
	struct span id;
	bool defer;
};

static int put_fields(const void *ctx, const char *name,
		      const struct verification *all, struct buf *out,
		      struct buf *err)
{
	const struct filtering *f = ctx;
	struct judgement j;
	int code = 0;

	judge(&f->m, all, &j);
	if (f->defer && (j.e.dmarc.result == RESULT_TEMPERROR ||
			 (j.e.has_spf && j.e.spf.result == SPF_TEMPERROR))) {
		cli_put(err, name,
			"not passed on: a policy could not be looked up");
		code = status_exit(ST_DNS);
	} else {
		policy_fields(&j.e, f->id, j.e.has_spf ? &j.query : NULL, out);
	}
	evaluation_free(&j.e);
	return code;
}

int policy_run_filter(const struct policy_run *run,
		      const struct verify_conf *conf, const struct filter *how,
		      bool defer, const char *path)
{
	const struct filtering f = { { run, conf }, how->id, defer };
	const struct passon passon = {
		.conf = conf,
		.how = *how,
		.quiet = run->quiet,
		.fields = put_fields,
		.ctx = &f,
	};

	return passon_run(&passon, path, run->to);
}

/* --- failure reports
 * ---------------------------------------------------------- */

static int report_failure(const struct messages *m, const char *from,
			  const struct verification *all)
{
	struct judgement j;
	struct failure failure;
	struct diag why = { 0 };
	struct buf out;
	enum status st;
	int code = 0;

	judge(m, all, &j);
	buf_init(&out, REPORT_MAX);
	const struct published_from source = { m->run->dns, &j.clock };
	const struct failure_report report = {
		.e = &j.e,
		.failure = &failure,
		.spf = j.e.has_spf ? &j.query : NULL,
		.from = from,
		.crypto = m->conf->crypto,
		.now = all->at,
	};

	st = failure_find(&j.e, &source, &failure, &why);
	if (st == ST_OK && failure.to.n == 0)
		code = 2;
	else if (st == ST_OK)
		st = failure_report(&report, &out);
	if (st != ST_OK)
		code = cli_fail(NULL, st, &why);
	else if (code == 0)
		code = write_out(m->run, &out);
	buf_free(&out);
	failure_free(&failure);
	evaluation_free(&j.e);
	return code;
}

int policy_run_failure(const struct policy_run *run,
		       const struct verify_conf *conf, const char *from,
		       const char *path)
{
	const struct messages m = { run, conf };
	const struct verification *all;
	struct verifier *v = verifier_new(conf);
	struct diag why = { 0 };
	int fd = -1, code;
	enum status st = io_open_input(path, &fd, &why);

	if (st == ST_OK)
		st = io_pump(fd, verifier_sink(v), &why);
	if (st == ST_OK)
		st = verifier_end(v, &all);
	if (st == ST_OK && all->header == ST_NOT_MESSAGE) {
		st = all->header;
		why = all->header_why;
	}
	code = st == ST_OK ? report_failure(&m, from, all)
			   : cli_fail(path, st, &why);
	verifier_free(v);
	if (fd > STDERR_FILENO)
		close(fd);
	return code;
}

/* --- lint -------------------------------------------------------------------
 */

struct linting {
	const struct policy_lint *lint;
	struct buf out;
};

static enum status lint_one(void *ctx, const struct policyread *one)
{
	struct linting *l = ctx;
	struct lint_entry e = {
		.input = l->lint->path,
		.line = one->record->line,
		.findings = one->findings,
	};

	if (one->record->owner.n)
		e.owner = buf_span(&one->record->owner);
	if (one->text.n)
		e.record = one->text;
	(l->lint->json ? lint_json : lint_text)(&e, &l->out);
	return ST_OK;
}

int policy_run_lint(const struct policy_lint *lint)
{
	const struct policy_run to = { .to = lint->to };
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
	code = st == ST_OK ? write_out(&to, &l.out)
			   : cli_fail(lint->path, st, &why);
	buf_free(&l.out);
	buf_free(&text);
	return code ? code : valid ? 0 : 1;
}

/* --- make -------------------------------------------------------------------
 */

/* Names that other records share: these formats replace all TXT records. */
static bool replaces_others(const struct policy_make *make)
{
	static const char *const formats[] = { "nsupdate", "powerdns",
					       "route53" };

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(make->format, formats[i]) == 0)
			return make->wish.type == POLICY_SPF;
	return false;
}

static void say_findings(const struct policy_make *make,
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

static enum status put_record(const struct policy_make *make, struct span owner,
			      struct span text, struct buf *out,
			      struct diag *why)
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

int policy_run_make(const struct policy_make *make)
{
	const struct policy_run to = { .to = make->to };
	struct findings f = { 0 };
	struct diag why = { 0 };
	struct buf owner, text, out;
	enum status st;
	int code;

	buf_init(&owner, 2048);
	buf_init(&text, LIMIT_TXT_BYTES);
	buf_init(&out, 16 * (size_t)LIMIT_TXT_BYTES);
	st = policymake(&make->wish, &owner, &text, &f, &why);
	if (st == ST_OK)
		st = put_record(make, buf_span(&owner), buf_span(&text), &out,
				&why);
	if (st == ST_OK)
		say_findings(make, &f);
	code = st == ST_OK ? write_out(&to, &out) : cli_fail(NULL, st, &why);
	findings_free(&f);
	buf_free(&owner);
	buf_free(&text);
	buf_free(&out);
	return code;
}
