#include "reports_run.h"

#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "digest.h"
#include "exit_status.h"
#include "json_text.h"
#include "progress.h"
#include "report_print.h"
#include "report_read.h"

enum {
	EXIT_DATA = 65, /* <sysexits.h> */
	/* JSON of a record, each byte of which may be escaped. */
	OUT_MAX = LIMIT_CHUNK + 16 * (REPORT_RECORD + REPORT_HEAD),
};

struct run {
	const struct reports_run *conf;
	struct report_sums sums;
	struct report_reader reader;
	struct report_record *space;
	struct buf out;
	struct progress progress;
	uint64_t inputs; /* read */
	uint64_t failed; /* reports and inputs that could not be read */
	int code;

	/* the input and the report that are read now */
	const struct mailbox_message *message;
	const struct report_head *head;
	bool duplicate;
};

static enum status flush_out(struct run *run, struct diag *why)
{
	progress_clear(&run->progress);
	enum status st = io_write(STDOUT_FILENO, buf_span(&run->out), why);

	buf_reset(&run->out);
	return st;
}

static enum status take_record(void *ctx, const struct report_record *r,
			       struct diag *why)
{
	struct run *run = ctx;

	if (!run->conf->json) {
		report_sums_add(&run->sums, r);
		return ST_OK;
	}
	report_print_json(run->message->label, run->head, r, run->duplicate,
			  &run->out);
	return run->out.n < LIMIT_CHUNK ? ST_OK : flush_out(run, why);
}

static enum status take_report(void *ctx, const struct report_head *head,
			       struct spool *records, struct diag *why)
{
	struct run *run = ctx;
	bool is_new = report_sums_new(&run->sums, head);
	struct span id = span_head(head->field[REPORT_ID], 200);
	struct span org = span_head(head->field[REPORT_ORG], 200);

	run->head = head;
	run->duplicate = !is_new;
	if (!is_new && !run->conf->quiet) {
		progress_clear(&run->progress);
		cli_say(mailbox_file(run->message),
			"note: report %.*s of %.*s was read before: %s",
			(int)id.n, (const char *)id.p, (int)org.n,
			(const char *)org.p,
			run->conf->json ? "duplicate" : "not counted");
	}
	if (!is_new && !run->conf->json)
		return ST_OK;
	return report_replay(records, run->space, take_record, run, why);
}

static void fail_report(void *ctx, struct span part, enum status st,
			const struct diag *why)
{
	struct run *run = ctx;
	const struct mailbox_message *m = run->message;
	struct diag named = why ? *why : (struct diag){ 0 };
	int code = exit_status(st);

	if (part.n)
		(void)diag_set(
			&named, st, named.where, "\"%.*s\": %.*s", (int)part.n,
			(const char *)part.p, LIMIT_DIAG - 220,
			why && why->text[0] ? why->text : status_text(st));
	progress_clear(&run->progress);
	(void)cli_fail(mailbox_file(m), st, &named);
	if (run->conf->json)
		json_error(m->input, m->number, st, &named, &run->out);
	run->failed++;
	/* what is a result of a signature elsewhere is bad data here */
	run->code =
		exit_worse(run->code, code == EXIT_FAILED ? EXIT_DATA : code);
}

static enum status read_input(struct run *run,
			      const struct mailbox_message *message,
			      struct diag *why)
{
	enum status st = ST_OK;
	bool found = true;

	run->message = message;
	run->inputs++;
	if (message->st != ST_OK)
		fail_report(run, SPAN(""), message->st, &message->why);
	else
		st = report_read(&run->reader, message, &found, why);
	if (!found && message->several && !run->conf->quiet) {
		progress_clear(&run->progress);
		cli_say(mailbox_file(message), "warning: no report in it");
	}
	return st == ST_OK && run->out.n ? flush_out(run, why) : st;
}

static enum status read_all(struct run *run, struct mailbox *from,
			    struct diag *why)
{
	struct mailbox_message message;
	enum status st = ST_OK;
	uint64_t left;

	while (st == ST_OK && mailbox_next(from, &message)) {
		bool several = message.several;

		st = read_input(run, &message, why);
		mailbox_message_free(&message);
		bool more = mailbox_left(from, &left);

		if (several)
			progress_show(&run->progress, run->inputs,
				      run->inputs + left, more);
	}
	progress_clear(&run->progress);
	return st;
}

/* What follows when everything was read. */
static enum status finish(struct run *run, struct diag *why)
{
	struct report_sums *s = &run->sums;

	if (s->reports + s->duplicates == 0 && !run->failed) {
		cli_say(NULL, "no report found");
		run->code = EXIT_NOTHING;
	}
	if (run->conf->json || s->reports == 0)
		return ST_OK;
	report_sums_sort(s);
	return report_print_table(s, why);
}

int reports_run(const struct reports_run *conf)
{
	struct run run = { .conf = conf };
	struct mailbox *from = NULL;
	struct diag why = { 0 };
	struct crypto *crypto = crypto_new();
	enum status st = crypto ? ST_OK : ST_OS;

	run.reader = (struct report_reader){
		.max = conf->max_size,
		.report = take_report,
		.failed = fail_report,
		.ctx = &run,
	};
	run.space = mem_alloc(sizeof(*run.space));
	buf_init(&run.out, OUT_MAX);
	report_sums_init(&run.sums, crypto);
	progress_init(&run.progress, conf->progress);
	if (st == ST_OK)
		st = mailbox_open(&conf->inputs, &from, &why);
	if (st == ST_OK)
		st = read_all(&run, from, &why);
	if (st == ST_OK)
		st = finish(&run, &why);
	if (st != ST_OK)
		run.code = exit_worse(cli_fail(NULL, st, &why), run.code);
	mailbox_free(from);
	report_sums_free(&run.sums);
	buf_free(&run.out);
	free(run.space);
	crypto_free(crypto);
	return run.code;
}
