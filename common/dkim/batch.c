#include "batch.h"

#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "pool.h"

/* Room for the report on one message: 100 signatures of a 1 MiB header, each
 * octet of which may be escaped. */
enum { REPORT_MAX = 64 * 1024 * 1024 };

struct job {
	struct mailbox_message message;
	struct batch_report report;
};

struct run {
	const struct batch *batch;
	uint64_t taken;
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

/* In any thread: nothing but the job is changed. */
static void work(void *ctx, void *local, void *item)
{
	const struct batch *batch = ((struct run *)ctx)->batch;
	struct job *job = item;
	struct mailbox_message *message = &job->message;
	const struct verification *all = NULL;
	struct verifier *v = local;
	enum status st = message->st;

	if (st == ST_OK)
		st = mailbox_read(message, verifier_sink(v), &message->why);
	if (st == ST_OK)
		st = verifier_end(v, &all);
	if (st == ST_OK)
		batch->verified(batch->ctx, message, all, &job->report);
	else
		batch->failed(batch->ctx, message, st, &message->why,
			      &job->report);
	verifier_next(v);
}

static enum status done(void *ctx, void *item)
{
	struct run *run = ctx;
	const struct job *job = item;
	struct diag why = { 0 };
	enum status st =
		io_write(run->batch->out, buf_span(&job->report.out), &why);

	if (st != ST_OK) {
		run->code = exit_worse(run->code, cli_fail(NULL, st, &why));
		return st;
	}
	/* stderr may be closed or full: there is nowhere else to say it */
	status_ignore(
		io_write(STDERR_FILENO, buf_span(&job->report.err), NULL));
	run->code = exit_worse(run->code, job->report.code);
	run->taken++;
	return ST_OK;
}

static void drop(void *item)
{
	struct job *job = item;

	mailbox_message_free(&job->message);
	buf_free(&job->report.out);
	buf_free(&job->report.err);
	free(job);
}

int batch_run(const struct batch *batch, struct mailbox *from)
{
	struct run run = { .batch = batch };
	const struct pool_calls calls = { .local_new = local_new,
					  .local_free = local_free,
					  .work = work,
					  .done = done,
					  .drop = drop,
					  .ctx = &run };
	struct pool *pool = pool_new(&calls, batch->threads);
	struct mailbox_message message;
	enum status st = ST_OK;

	while (st == ST_OK && mailbox_next(from, &message)) {
		struct job *job = mem_alloc(sizeof(*job));

		job->message = message;
		buf_init(&job->report.out, REPORT_MAX);
		buf_init(&job->report.err, REPORT_MAX);
		st = pool_submit(pool, job);
	}
	if (pool_end(pool) == ST_OK && run.taken == 0) {
		cli_say(NULL, "there is no message");
		return 2; /* CONTRACT 1: nothing to judge */
	}
	return run.code;
}
