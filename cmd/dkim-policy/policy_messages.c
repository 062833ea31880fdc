#include "policy_messages.h"

#include <stdlib.h>
#include <unistd.h>

#include "batch.h"
#include "cli.h"
#include "evaluation_report.h"
#include "exit_status.h"
#include "failure.h"
#include "io.h"
#include "json_text.h"
#include "passon.h"
#include "text_report.h"
#include "verifyfile.h"

/* Whatever is not used of trusted fields is reported. */
static void put_warnings(const struct policy_run *run, const char *name,
			 const struct evaluation *e, struct buf *err)
{
	int n = (int)run->trust.n;
	const char *id = (const char *)run->trust.p;
	const struct dmarc_place *place = e->dmarc.place;

	if (run->quiet || !e->trusted)
		return;
	if (e->trusted->ignored)
		message_put(err, name,
			    "warning: Authentication-Results of %.*s is "
			    "below a Received field or one of others, and is "
			    "not read",
			    n, id);
	if (e->trusted->unreadable.text[0])
		message_put(err, name,
			    "warning: Authentication-Results of %.*s cannot "
			    "be read: %s",
			    n, id, e->trusted->unreadable.text);
	if (e->trusted->unused.text[0])
		message_put(err, name,
			    "warning: Authentication-Results of %.*s: %s", n,
			    id, e->trusted->unused.text);
	for (size_t i = 0; i < e->n && place && place->record.strict_dkim; i++)
		if (e->ids[i].agent && e->ids[i].result == RESULT_PASS)
			message_put(err, name,
				    "warning: Authentication-Results of %.*s "
				    "has header.i without header.d, which "
				    "adkim=s needs",
				    n, id);
}

/* --- reports ------------------------------------------------------------- */

static void report_error(const void *ctx, const struct mailbox_message *message,
			 enum status st, const struct diag *why,
			 struct batch_report *out)
{
	const struct policy_run *run = ctx;

	out->code = cli_put_fail(&out->err, message->label, st, why);
	if (run->json)
		json_error(message->input, message->number, st, why, &out->out);
}

static enum status report_message(const void *ctx,
				  const struct mailbox_message *message,
				  const struct verification *all,
				  struct spool *kept, struct batch_report *out,
				  struct diag *why)
{
	const struct policy_run *run = ctx;
	const char *file = mailbox_file(message);
	const char *label = message->several ? message->label : NULL;
	struct sender_judgement *senders = NULL;
	struct evaluation e;

	(void)kept;
	(void)why;
	evaluate(run, all, &e);
	if (run->senders) {
		senders = mem_alloc(sizeof(*senders));
		sender_judge(run, &e, run->senders, senders);
	}
	if (run->json)
		evaluation_json(message->input, message->number, &e, senders,
				&out->out);
	else
		evaluation_text(label, &e, &out->out);
	if (senders && !run->json)
		sender_report_text(label, senders, &out->out);
	if (!run->quiet)
		text_warnings(file, all, &out->err);
	put_warnings(run, file, &e, &out->err);
	out->code = senders ? sender_exit(senders) : evaluation_exit(&e);
	free(senders);
	evaluation_free(&e);
	return ST_OK;
}

int policy_messages_report(const struct policy_run *run, struct mailbox *from)
{
	const struct batch batch = {
		.conf = &run->conf,
		.threads = run->threads,
		.dns = run->dns,
		.progress = run->progress,
		.out = STDOUT_FILENO,
		.verified = report_message,
		.failed = report_error,
		.ctx = run,
	};

	return batch_run(&batch, from);
}

/* --- the filter ---------------------------------------------------------- */

static int put_fields(const void *ctx, const char *name,
		      const struct verification *all, struct spool *kept,
		      struct buf *out, struct buf *err)
{
	const struct policy_run *run = ctx;
	struct evaluation e;
	int code = 0;

	(void)kept;

	evaluate(run, all, &e);
	put_warnings(run, name, &e, err);
	if (run->defer && (e.dmarc.result == RESULT_TEMPERROR ||
			   (e.has_spf && e.spf.result == SPF_TEMPERROR))) {
		message_put(err, name,
			    "not passed on: a policy could not be looked up");
		code = EXIT_TEMPORARY;
	} else {
		evaluation_fields(&e, run->filter.id, out);
	}
	evaluation_free(&e);
	return code;
}

int policy_messages_filter(struct policy_run *run, const char *path)
{
	const struct passon passon = {
		.conf = &run->conf,
		.how = run->filter,
		.quiet = run->quiet,
		.mail_from = run->mail_from,
		.fields = put_fields,
		.ctx = run,
	};

	return passon_run(&passon, path, &run->command);
}

/* --- failure reports ----------------------------------------------------- */

/* KEPT has the message, or is NULL. */
static int report_failure(const struct policy_run *run,
			  const struct verification *all, struct spool *kept)
{
	struct evaluation e;
	struct failure failure;
	struct diag why = { 0 };
	struct buf out;
	enum status st;
	int code = 0;

	evaluate(run, all, &e);
	buf_init(&out, POLICY_RUN_REPORT);
	const struct failure_report report = {
		.e = &e,
		.failure = &failure,
		.from = run->report_from,
		.kept = kept,
		.lines = run->conf.lines,
		.crypto = run->conf.crypto,
		.now = all->at,
	};

	st = failure_find(&e, &failure, &why);
	if (st == ST_OK && failure.to.n == 0 &&
	    e.dmarc.result == RESULT_TEMPERROR)
		st = diag_set(&why, ST_DNS, "RFC 9989 5.3.6",
			      "whether it failed is not known: %s",
			      e.dmarc.why.text);
	else if (st == ST_OK && failure.to.n == 0)
		code = EXIT_NOTHING;
	else if (st == ST_OK)
		st = failure_report(&report, &out);
	if (st != ST_OK)
		code = cli_fail(NULL, st, &why);
	else if (code == 0)
		code = policy_run_write(&out);
	buf_free(&out);
	failure_free(&failure);
	evaluation_free(&e);
	return code;
}

int policy_messages_failure(const struct policy_run *run, const char *path)
{
	const struct verification *all = NULL;
	struct verifier *v = verifier_new(&run->conf);
	struct diag why = { 0 };
	struct mailbox_message message = { .fd = -1 };
	struct spool *kept = run->report_body ? spool_new(-1) : NULL;
	enum status st = io_open_input(path, &message.fd, &why);

	if (st == ST_OK)
		st = verifyfile(v, &message, kept, &all, &why);
	int code = st == ST_OK ? report_failure(run, all, kept)
			       : cli_fail(path, st, &why);

	spool_free(kept);
	verifier_free(v);
	mailbox_message_free(&message);
	return code;
}
