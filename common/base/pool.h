/* pool: jobs done by several threads, their results taken in order.
 *
 * One thread submits, and the results come back to it, one after another, in
 * the order of submission. So only `work` must be fit for threads, and the
 * output of a run does not depend on their number. Jobs on their way are
 * bounded by pool_window: with so many, submitting does one of them like any
 * other thread, and what is held in memory does not grow with the count. */
#ifndef POOL_H
#define POOL_H

#include "status.h"

struct pool_calls {
	/* What each thread needs for itself, made, used and freed in it. NULL,
	 * both: nothing. */
	void *(*local_new)(void *ctx);
	void (*local_free)(void *local);
	/* The job; in any thread, several at a time. */
	void (*work)(void *ctx, void *local, void *job);
	/* Its result; in the submitter's thread, in order. Not ST_OK ends the
	 * run: no other job is begun and no other result is taken. */
	enum status (*done)(void *ctx, void *job);
	/* Called once for every job submitted, whatever became of it. */
	void (*drop)(void *job);
	void *ctx;
};

struct pool;

/* pool_new: with THREADS threads, the submitter's among them; with fewer, if
 * the system gives no more. With one, the job is done before pool_submit
 * returns. */
struct pool *pool_new(const struct pool_calls *calls, size_t threads);

/* pool_submit: JOB is the pool's now. ST_OK, or what `done` ended the run with.
 * Results that are ready are taken on the way. */
enum status pool_submit(struct pool *p, void *job) MUST_USE;

/* pool_end: wait for what is left, take the results, free the pool. ST_OK, or
 * what `done` ended the run with. */
enum status pool_end(struct pool *p) MUST_USE;

/* pool_window: how many jobs are on their way at most. */
size_t pool_window(size_t threads);

#endif
