/* pool: jobs done by several threads, their results taken in order.
 *
 * One thread submits, and the results come back to it, one after another, in
 * the order of submission. So only `work` must be fit for threads, and the
 * output of a run does not depend on their number. The number of jobs in
 * progress is bounded: at the bound, submitting does one of them like any other
 * thread, so that memory does not grow with the number of jobs. */
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
	/* Its result; in the submitter's thread, in order. Another status than
	 * ST_OK ends the run: no other job is begun, no other result taken. */
	enum status (*done)(void *ctx, void *job);
	/* Called once for every job submitted, in every case. */
	void (*drop)(void *job);
	void *ctx;
};

struct pool;

/* pool_new: a pool in which THREADS jobs are worked on at a time, one of them
 * by the submitter's thread; fewer, if the system gives no more threads. With
 * one, the job is done before pool_submit returns. With WAITING, up to so many
 * more jobs may be at a wait (pool_pause) meanwhile, and the submitter does
 * none. */
struct pool *pool_new(const struct pool_calls *calls, size_t threads,
		      size_t waiting);

/* pool_pause, pool_resume: in `work`, before and after a wait for something
 * outside, during which another job may be worked on. POOL is a struct pool, so
 * that they can be called back. */
void pool_pause(void *pool);
void pool_resume(void *pool);

/* pool_submit: hand JOB to the pool, and take results that are ready. ST_OK, or
 * the status with which `done` ended the run. */
enum status pool_submit(struct pool *p, void *job) MUST_USE;

/* pool_end: wait for all jobs, take the results, free the pool. ST_OK, or the
 * status with which `done` ended the run. */
enum status pool_end(struct pool *p) MUST_USE;

#endif
