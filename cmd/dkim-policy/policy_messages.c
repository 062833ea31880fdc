#include "policy_messages.h"

#include "batch.h"
#include "cli.h"
#include "evaluation_json.h"
#include "evaluation_text.h"
#include "exit_status.h"
#include "failure_report.h"
#include "json_text.h"
#include "passon.h"
#include "evaluation_fields.h"
#include "text_report.h"
#include "verifyfile.h"

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

/* One message judged; its time for DNS begins now, and that of SPF, which asks
 * whomever the sender wants asked, takes none from the author's policy (ATTACKS
 * K10). */
struct judgement {
	struct dns_clock clock, spf_clock;
	struct spf_query query;
	struct evaluation e;
};

static void judge(const struct messages *m, const struct verification *all,
		  struct judgement *j)
{
	*j = (struct judgement){ 0 };
	j->query = policy_run_query(m->run, &j->spf_clock);
	j->query.now = all->at;
	const struct evaluate_conf conf = {
		.from = { m->run->dns, &j->clock },
		.spf = m->run->has_ip ? &j->query : NULL,
		.trust = m->run->trust,
		.require_dnssec = m->run->require_dnssec,
	};

	evaluate(&conf, all, &j->e);
}

static void warn(const struct messages *m, const char *name,
		 const struct judgement *j, struct buf *err)
{
	if (!m->run->quiet && j->e.not_told)
		message_put(
			err, name,
			"warning: Authentication-Results of %.*s stands below "
			"Received or that of others, and is not read",
			(int)m->run->trust.n, (const char *)m->run->trust.p);
}

static enum status report(const void *ctx,
			  const struct mailbox_message *message,
			  const struct verification *all, struct spool *kept,
			  struct batch_report *out, struct diag *why)
{
	const struct messages *m = ctx;
	const char *name = message->several ? message->label : NULL;
	const char *file = mailbox_file(message);
	struct judgement j;

	(void)kept;
	(void)why;
	judge(m, all, &j);
	if (m->run->json)
		evaluation_json(message->input, message->number, &j.e,
				&out->out);
	else
		evaluation_text(name, &j.e, &out->out);
	if (!m->run->quiet)
		text_warnings(file, all, &out->err);
	warn(m, file, &j, &out->err);
	out->code = evaluation_exit(&j.e);
	evaluation_free(&j.e);
	return ST_OK;
}

int policy_messages_report(const struct policy_run *run,
			   const struct verify_conf *conf, struct mailbox *from)
{
	const struct messages m = { run, conf };
	const struct batch batch = {
		.conf = conf,
		.threads = run->threads,
		.progress = run->progress,
		.out = run->to,
		.verified = report,
		.failed = report_error,
		.ctx = &m,
	};

	return batch_run(&batch, from);
}

/* --- the filter ---------------------------------------------------------- */

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
	warn(&f->m, name, &j, err);
	if (f->defer && (j.e.dmarc.result == RESULT_TEMPERROR ||
			 (j.e.has_spf && j.e.spf.result == SPF_TEMPERROR))) {
		message_put(err, name,
			    "not passed on: a policy could not be looked up");
		code = EXIT_TEMPORARY;
	} else {
		evaluation_fields(&j.e, f->id, j.e.has_spf ? &j.query : NULL,
				  out);
	}
	evaluation_free(&j.e);
	return code;
}

int policy_messages_filter(const struct policy_run *run,
			   const struct verify_conf *conf,
			   const struct filter *how, bool defer,
			   const char *path)
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

/* KEPT: the message, or NULL. */
static int report_failure(const struct messages *m, const char *from,
			  const struct verification *all, struct spool *kept)
{
	struct judgement j;
	struct failure failure;
	struct diag why = { 0 };
	struct buf out;
	enum status st;
	int code = 0;

	judge(m, all, &j);
	buf_init(&out, POLICY_RUN_REPORT);
	const struct published_from source = { m->run->dns, &j.clock };
	const struct failure_report report = {
		.e = &j.e,
		.failure = &failure,
		.spf = j.e.has_spf ? &j.query : NULL,
		.from = from,
		.kept = kept,
		.lines = m->conf->lines,
		.crypto = m->conf->crypto,
		.now = all->at,
	};

	st = failure_find(&j.e, &source, &failure, &why);
	if (st == ST_OK && failure.to.n == 0 &&
	    j.e.dmarc.result == RESULT_TEMPERROR)
		st = diag_set(&why, ST_DNS, "RFC 9989 5.3.6",
			      "whether it failed is not known: %s",
			      j.e.dmarc.why.text);
	else if (st == ST_OK && failure.to.n == 0)
		code = 2;
	else if (st == ST_OK)
		st = failure_report(&report, &out);
	if (st != ST_OK)
		code = cli_fail(NULL, st, &why);
	else if (code == 0)
		code = policy_run_write(m->run->to, &out);
	buf_free(&out);
	failure_free(&failure);
	evaluation_free(&j.e);
	return code;
}

int policy_messages_failure(const struct policy_run *run,
			    const struct verify_conf *conf, const char *from,
			    const char *path)
{
	const struct messages m = { run, conf };
	const struct verification *all = NULL;
	struct verifier *v = verifier_new(conf);
	struct diag why = { 0 };
	struct mailbox_message message = { .fd = -1 };
	struct spool *kept = run->report_body ? spool_new(-1) : NULL;
	enum status st = io_open_input(path, &message.fd, &why);

	if (st == ST_OK)
		st = verifyfile(v, &message, kept, &all, &why);
	int code = st == ST_OK ? report_failure(&m, from, all, kept)
			       : cli_fail(path, st, &why);

	spool_free(kept);
	verifier_free(v);
	mailbox_message_free(&message);
	return code;
}
