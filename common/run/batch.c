#include "batch.h"

#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "exit_status.h"
#include "log.h"
#include "pool.h"
#include "progress.h"
#include "verifyfile.h"

/* Room for the report on one message: 100 signatures of a 1 MiB header, each
 * byte of which may be escaped. */
enum { REPORT_MAX = 64 * 1024 * 1024 };

/* Messages that may wait for DNS at a time. */
enum { IN_FLIGHT = 64 };

struct job {
	struct mailbox_message message;
	struct batch_report report;
	bool verified; /* else `failed` has filled the report */
};

struct run {
	const struct batch *batch;
	const struct mailbox *from;
	uint64_t begun, taken;
	struct progress progress;
	bool at_once;	  /* a person reads along */
	struct buf waits; /* for standard output */
	int code;
};

static void *local_new(void *ctx)
{
	return verifier_new(((struct run *)ctx)->batch->conf);
}

static void local_free(void *local)
{
	verifier_free(local);
}

/* In any thread: only the job is changed. */
static void verify_job(void *ctx, void *local, void *item)
{
	const struct batch *batch = ((struct run *)ctx)->batch;
	struct job *job = item;
	struct mailbox_message *message = &job->message;
	struct diag *why = &message->why;
	const struct verification *all = NULL;
	struct verifier *v = local;
	/* the descriptor of a message is read once only */
	struct spool *kept = batch->keep ? spool_new(-1) : NULL;
	enum status st = message->st;

	if (st == ST_OK)
		st = verifyfile(v, message, kept, &all, why);
	if (st == ST_OK)
		st = batch->verified(batch->ctx, message, all, kept,
				     &job->report, why);
	spool_free(kept);
	job->verified = st == ST_OK;
	if (st != ST_OK)
		batch->failed(batch->ctx, message, st, why, &job->report);
	verifier_next(v);
}

/* Write what waits, with the progress line off the screen. */
static enum status flush(struct run *run)
{
	struct diag why = { 0 };

	if (run->waits.n)
		progress_clear(&run->progress);
	enum status st = io_write(run->batch->out, buf_span(&run->waits), &why);

	buf_reset(&run->waits);
	if (st != ST_OK)
		run->code = exit_worse(run->code, cli_fail(NULL, st, &why));
	return st;
}

/* Write to both outputs. Results are gathered in blocks unless it is a terminal
 * that they go to; what is for standard error comes behind those before it. */
static enum status write_report(struct run *run,
				const struct batch_report *report)
{
	enum status st = ST_OK;

	if (run->waits.n + report->out.n > LIMIT_CHUNK)
		st = flush(run);
	if (st == ST_OK)
		st = buf_add(&run->waits, buf_span(&report->out));
	if (st == ST_OK && (run->at_once || report->err.n))
		st = flush(run);
	if (report->err.n && st == ST_OK) {
		progress_clear(&run->progress);
		log_write(buf_span(&report->err));
	}
	return st;
}

static void show_progress(struct run *run)
{
	uint64_t left;
	bool more = mailbox_left(run->from, &left);

	progress_show(&run->progress, run->taken, run->begun + left, more);
}

static enum status report_job(void *ctx, void *item)
{
	struct run *run = ctx;
	const struct job *job = item;
	enum status st = write_report(run, &job->report);

	if (st != ST_OK)
		return st;
	run->code = exit_worse(run->code, job->report.code);
	run->taken++;
	if (run->batch->taken)
		run->batch->taken(run->batch->ctx, &job->report, job->verified);
	if (job->message.several)
		show_progress(run);
	return ST_OK;
}

static void free_job(void *item)
{
	struct job *job = item;

	mailbox_message_free(&job->message);
	buf_free(&job->report.out);
	buf_free(&job->report.err);
	buf_free(&job->report.notes);
	free(job);
}

static void summarize(struct run *run)
{
	struct batch_report report = { 0 };

	buf_init(&report.out, REPORT_MAX);
	run->batch->summary(run->batch->ctx, &report.out);
	/* a failed write is in the exit status */
	status_ignore(write_report(run, &report));
	buf_free(&report.out);
}

int batch_run(const struct batch *batch, struct mailbox *from)
{
	struct run run = { .batch = batch, .from = from };
	const struct pool_calls calls = { .local_new = local_new,
					  .local_free = local_free,
					  .work = verify_job,
					  .done = report_job,
					  .drop = free_job,
					  .ctx = &run };
	struct pool *pool = pool_new(&calls, batch->threads,
				     batch->dns->waits ? IN_FLIGHT : 0);
	const struct dns_wait wait = { pool_pause, pool_resume, pool };
	struct mailbox_message message;
	enum status st = ST_OK;

	batch->dns->wait = batch->dns->waits ? &wait : NULL;
	run.at_once = isatty(batch->out);
	buf_init(&run.waits, REPORT_MAX + LIMIT_CHUNK);
	progress_init(&run.progress, batch->progress);
	while (st == ST_OK && mailbox_next(from, &message)) {
		struct job *job = mem_alloc(sizeof(*job));

		job->message = message;
		buf_init(&job->report.out, REPORT_MAX);
		buf_init(&job->report.err, REPORT_MAX);
		buf_init(&job->report.notes, REPORT_MAX);
		run.begun++;
		st = pool_submit(pool, job);
	}
	st = pool_end(pool);
	batch->dns->wait = NULL;
	progress_clear(&run.progress);
	if (st == ST_OK && batch->summary)
		summarize(&run);
	if (st == ST_OK)
		st = flush(&run);
	buf_free(&run.waits);
	if (st == ST_OK && run.taken == 0) {
		cli_say(NULL, "no message found");
		return EXIT_NOTHING;
	}
	return run.code;
}
