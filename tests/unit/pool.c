/* Results come back in order whatever the threads do, in a bounded number, and
 * none after the end. Run under TSan by "make tsan". */
#include "unit.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "pool.h"

struct job {
	struct bench *bench;
	size_t number, result;
};

struct bench {
	atomic_size_t worked, locals, here, most_here;
	bool meet; /* a job goes on when two have been at work at once */
	size_t submitted, taken, dropped, most_on_way;
	size_t stop_at; /* `done` ends the run with this job */
	size_t wrong;
};

static void *local_new(void *ctx)
{
	struct bench *b = ctx;

	atomic_fetch_add(&b->locals, 1);
	return mem_alloc(sizeof(size_t));
}

static void work(void *ctx, void *local, void *item)
{
	struct bench *b = ctx;
	struct job *job = item;
	size_t here = atomic_fetch_add(&b->here, 1) + 1;

	size_t most = atomic_load(&b->most_here);

	while (here > most &&
	       !atomic_compare_exchange_weak(&b->most_here, &most, here))
		;
	while (b->meet && atomic_load(&b->most_here) < 2)
		sched_yield(); /* for ever, if there are no two threads */
	/* some jobs are long: those behind them are ready first */
	for (size_t i = job->number % 7 ? 0 : 50; i; i--)
		sched_yield();
	++*(size_t *)local;
	job->result = 2 * job->number;
	atomic_fetch_add(&b->worked, 1);
	atomic_fetch_sub(&b->here, 1);
}

static enum status done(void *ctx, void *item)
{
	struct bench *b = ctx;
	const struct job *job = item;

	b->wrong += job->number != b->taken || job->result != 2 * b->taken;
	b->taken++;
	return job->number == b->stop_at ? ST_IO : ST_OK;
}

static void drop(void *item)
{
	struct job *job = item;

	job->bench->dropped++;
	free(job);
}

/* N jobs on THREADS, the status of the run. */
static enum status run(struct bench *b, size_t threads, size_t n)
{
	struct pool_calls calls = { local_new, free, work, done, drop, b };
	struct pool *p = pool_new(&calls, threads, 0);
	enum status st = ST_OK;

	for (size_t i = 0; i < n && st == ST_OK; i++) {
		struct job *job = mem_alloc(sizeof(*job));

		*job = (struct job){ .bench = b, .number = i };
		b->submitted++;
		st = pool_submit(p, job);
		if (b->submitted - b->dropped > b->most_on_way)
			b->most_on_way = b->submitted - b->dropped;
	}
	enum status end = pool_end(p);

	assert_true(st == ST_OK || st == end);
	return end;
}

/* Jobs in progress: eight a thread, or 64 besides one a thread. */
static size_t bound_of(size_t threads)
{
	return threads < 2 ? 1 : threads < 9 ? 8 * threads : threads + 64;
}

static void in_order(void **state)
{
	static const size_t counts[] = { 0, 1, 2, 5, 17, 1000 };
	static const size_t threads[] = { 0, 1, 2, 3, 8, 33 };

	(void)state;
	for (size_t t = 0; t < COUNT(threads); t++)
		for (size_t i = 0; i < COUNT(counts); i++) {
			struct bench b = { .stop_at = SIZE_MAX };

			assert_int_equal(run(&b, threads[t], counts[i]), ST_OK);
			assert_int_equal(b.worked, counts[i]);
			assert_int_equal(b.taken, counts[i]);
			assert_int_equal(b.dropped, counts[i]);
			assert_int_equal(b.wrong, 0);
			assert_true(b.most_on_way <= bound_of(threads[t]));
			/* a thread is made when there is work for it */
			assert_true(b.locals >= 1);
			assert_true(b.locals <= (threads[t] ? threads[t] : 1));
		}
}

static void side_by_side(void **state)
{
	struct bench b = { .stop_at = SIZE_MAX, .meet = true };

	(void)state;
	assert_int_equal(run(&b, 4, 1000), ST_OK);
	assert_true(b.most_here <= 4);
}

static void one_at_a_time(void **state)
{
	struct bench b = { .stop_at = SIZE_MAX };

	(void)state;
	assert_int_equal(run(&b, 1, 100), ST_OK);
	assert_int_equal(b.most_here, 1);
	assert_int_equal(b.most_on_way, 0);
}

/* stdout is gone: no result is taken any more, and nothing new is begun. */
static void stops(void **state)
{
	static const size_t threads[] = { 1, 2, 8 };

	(void)state;
	for (size_t t = 0; t < COUNT(threads); t++) {
		struct bench b = { .stop_at = 100 };

		assert_int_equal(run(&b, threads[t], 10000), ST_IO);
		assert_int_equal(b.taken, 101);
		assert_int_equal(b.wrong, 0);
		assert_int_equal(b.dropped, b.submitted);
		assert_true(b.submitted <= 101 + bound_of(threads[t]));
		assert_true(b.worked <= b.submitted);
	}
}

/* At the very end, when all has been submitted. */
static void stops_late(void **state)
{
	struct bench b = { .stop_at = 9 };

	(void)state;
	assert_int_equal(run(&b, 4, 10), ST_IO);
	assert_int_equal(b.taken, 10);
	assert_int_equal(b.dropped, 10);
}

static void submits_after_the_end(void **state)
{
	struct bench b = { .stop_at = 0 };
	struct pool_calls calls = { NULL, NULL, work, done, drop, &b };

	(void)state;
	calls.local_new = local_new;
	calls.local_free = free;
	struct pool *p = pool_new(&calls, 1, 0);

	for (size_t i = 0; i < 3; i++) {
		struct job *job = mem_alloc(sizeof(*job));

		*job = (struct job){ .bench = &b, .number = i };
		assert_int_equal(pool_submit(p, job), ST_IO);
	}
	assert_int_equal(b.worked, 1);
	assert_int_equal(b.dropped, 3);
	assert_int_equal(pool_end(p), ST_IO);
}

/* Jobs that wait until MEET of them do. */
struct waiting {
	struct pool *pool;
	atomic_size_t at_work, most_at_work, wait, most_wait;
	size_t taken;
};

enum { MEET = 9 };

static void most(atomic_size_t *here, atomic_size_t *highest)
{
	size_t n = atomic_fetch_add(here, 1) + 1, seen = atomic_load(highest);

	while (n > seen && !atomic_compare_exchange_weak(highest, &seen, n))
		;
}

static void wait_outside(void *ctx, void *local, void *job)
{
	struct waiting *w = ctx;

	(void)local;
	(void)job;
	most(&w->at_work, &w->most_at_work);
	atomic_fetch_sub(&w->at_work, 1);
	pool_pause(w->pool);
	most(&w->wait, &w->most_wait);
	while (atomic_load(&w->most_wait) < MEET)
		sched_yield(); /* for ever, if they cannot all wait */
	atomic_fetch_sub(&w->wait, 1);
	pool_resume(w->pool);
	most(&w->at_work, &w->most_at_work);
	sched_yield();
	atomic_fetch_sub(&w->at_work, 1);
}

static enum status count(void *ctx, void *job)
{
	struct waiting *w = ctx;

	assert_int_equal(*(size_t *)job, w->taken++);
	return ST_OK;
}

static void waits_are_no_work(void **state)
{
	static const size_t threads[] = { 1, 2, 3 };

	(void)state;
	for (size_t t = 0; t < COUNT(threads); t++) {
		struct waiting w = { 0 };
		struct pool_calls calls = { .work = wait_outside,
					    .done = count,
					    .drop = free,
					    .ctx = &w };

		w.pool = pool_new(&calls, threads[t], MEET);
		for (size_t i = 0; i < 500; i++)
			assert_int_equal(
				pool_submit(w.pool, mem_copy(&i, sizeof(i))),
				ST_OK);
		assert_int_equal(pool_end(w.pool), ST_OK);
		assert_int_equal(w.taken, 500);
		assert_true(w.most_at_work <= threads[t]);
		assert_true(w.most_wait <= threads[t] + MEET);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order),
		cmocka_unit_test(side_by_side),
		cmocka_unit_test(one_at_a_time),
		cmocka_unit_test(stops),
		cmocka_unit_test(stops_late),
		cmocka_unit_test(submits_after_the_end),
		cmocka_unit_test(waits_are_no_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
