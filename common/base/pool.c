#include "pool.h"

#include <pthread.h>
#include <stdlib.h>

struct slot {
	void *job;
	bool ready; /* its result may be taken */
};

struct pool {
	struct pool_calls calls;
	enum status st; /* of the first `done` that failed */
	pthread_t *worker;
	size_t workers, most_workers; /* without the submitter */
	size_t threads;		      /* that may be at work at a time */
	bool helps;		      /* the submitter works, too */
	void *local;		      /* the submitter's */

	/* A ring: jobs are counted from 0 on, job N is in slot N % window.
	 * taken <= begun <= submitted <= taken + window */
	struct slot *slot;
	size_t window;
	uint64_t taken, begun, submitted;
	size_t at_work, idle, back; /* `back`: those that pool_resume holds */
	bool over;		    /* the workers are to end */

	pthread_mutex_t lock; /* over all from `slot` on */
	pthread_cond_t jobs, results, turns;
};

/* How many jobs are in progress at most. */
static size_t window_of(size_t threads)
{
	/* enough to go on next to one long job; each may hold a descriptor */
	return threads > 1 ? threads + (threads < 9 ? 7 * threads : 64) : 1;
}

static struct slot *slot_of(const struct pool *p, uint64_t n)
{
	return &p->slot[n % p->window];
}

static void *local_new(const struct pool *p)
{
	return p->calls.local_new ? p->calls.local_new(p->calls.ctx) : NULL;
}

static void local_free(const struct pool *p, void *local)
{
	if (p->calls.local_free)
		p->calls.local_free(local);
}

/* One thread less is at work: let the next one, which may be a thread that has
 * waited. The lock is held. */
static void stop_work(struct pool *p)
{
	p->at_work--;
	if (p->back)
		pthread_cond_signal(&p->turns);
	else if (p->begun < p->submitted && p->idle)
		pthread_cond_signal(&p->jobs);
}

static bool may_begin(const struct pool *p)
{
	return p->begun < p->submitted && p->at_work < p->threads && !p->back;
}

/* Do the next job that no thread has begun. The lock is held before and after,
 * not during the job. */
static void work_next(struct pool *p, void *local)
{
	uint64_t n = p->begun++;
	struct slot *slot = slot_of(p, n);

	p->at_work++;
	pthread_mutex_unlock(&p->lock);
	p->calls.work(p->calls.ctx, local, slot->job);
	pthread_mutex_lock(&p->lock);
	slot->ready = true;
	stop_work(p);
	if (n == p->taken)
		pthread_cond_signal(&p->results);
}

void pool_pause(void *pool)
{
	struct pool *p = pool;

	pthread_mutex_lock(&p->lock);
	stop_work(p);
	pthread_mutex_unlock(&p->lock);
}

void pool_resume(void *pool)
{
	struct pool *p = pool;

	pthread_mutex_lock(&p->lock);
	p->back++;
	while (p->at_work >= p->threads)
		pthread_cond_wait(&p->turns, &p->lock);
	p->back--;
	p->at_work++;
	if (may_begin(p) && p->idle) /* those that saw `back` */
		pthread_cond_signal(&p->jobs);
	pthread_mutex_unlock(&p->lock);
}

static void *run_worker(void *arg)
{
	struct pool *p = arg;
	void *local = local_new(p);

	pthread_mutex_lock(&p->lock);
	while (!p->over)
		if (may_begin(p)) {
			work_next(p, local);
		} else {
			p->idle++;
			pthread_cond_wait(&p->jobs, &p->lock);
			p->idle--;
		}
	pthread_mutex_unlock(&p->lock);
	local_free(p, local);
	return NULL;
}

/* There is a job for a thread that has nothing to do (true: to be woken) or for
 * a new one. The lock is held. */
static bool call_worker(struct pool *p)
{
	bool busy = p->submitted - p->begun > p->idle;

	if (!busy || p->workers == p->most_workers)
		return p->idle > 0;
	if (pthread_create(&p->worker[p->workers], NULL, run_worker, p) == 0)
		p->workers++;
	else
		p->most_workers = p->workers; /* the system has no more */
	return false;
}

struct pool *pool_new(const struct pool_calls *calls, size_t threads,
		      size_t waiting)
{
	struct pool *p = mem_alloc(sizeof(*p));

	p->calls = *calls;
	p->threads = threads ? threads : 1;
	p->helps = waiting == 0;
	p->window = window_of(p->threads + waiting);
	p->slot = mem_alloc(p->window * sizeof(*p->slot));
	p->most_workers = p->threads + waiting - p->helps;
	p->worker = mem_array(NULL, p->threads + waiting, sizeof(*p->worker));
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->jobs, NULL);
	pthread_cond_init(&p->results, NULL);
	pthread_cond_init(&p->turns, NULL);
	p->local = local_new(p);
	return p;
}

/* Take the next result, which is ready. The lock is held before and after; no
 * other thread looks at such a slot. */
static void take_result(struct pool *p)
{
	struct slot *slot = slot_of(p, p->taken);

	pthread_mutex_unlock(&p->lock);
	if (p->st == ST_OK)
		p->st = p->calls.done(p->calls.ctx, slot->job);
	p->calls.drop(slot->job);
	*slot = (struct slot){ 0 };
	pthread_mutex_lock(&p->lock);
	p->taken++;
	if (p->st == ST_OK)
		return;
	/* the run is over: what was not begun never will be */
	for (; p->begun < p->submitted; p->begun++)
		slot_of(p, p->begun)->ready = true;
}

/* Take what is ready, and work until no more than MOST jobs are in progress. To
 * sleep instead, and be woken for results, would cost as much as the work. */
static void take_down_to(struct pool *p, uint64_t most)
{
	pthread_mutex_lock(&p->lock);
	while (p->taken < p->submitted)
		if (slot_of(p, p->taken)->ready)
			take_result(p);
		else if (p->submitted - p->taken <= most)
			break;
		else if ((p->helps || !p->workers) && may_begin(p))
			work_next(p, p->local);
		else
			pthread_cond_wait(&p->results, &p->lock);
	pthread_mutex_unlock(&p->lock);
}

enum status pool_submit(struct pool *p, void *job)
{
	if (p->st != ST_OK) {
		p->calls.drop(job);
		return p->st;
	}
	pthread_mutex_lock(&p->lock);
	*slot_of(p, p->submitted++) = (struct slot){ .job = job };
	bool wake = call_worker(p);

	pthread_mutex_unlock(&p->lock);
	if (wake) /* without the lock, for which it would wait at once */
		pthread_cond_signal(&p->jobs);
	take_down_to(p, p->window - 1);
	return p->st;
}

enum status pool_end(struct pool *p)
{
	enum status st;

	take_down_to(p, 0);
	pthread_mutex_lock(&p->lock);
	p->over = true;
	pthread_cond_broadcast(&p->jobs);
	pthread_mutex_unlock(&p->lock);
	for (size_t i = 0; i < p->workers; i++)
		pthread_join(p->worker[i], NULL);
	local_free(p, p->local);
	pthread_cond_destroy(&p->jobs);
	pthread_cond_destroy(&p->results);
	pthread_cond_destroy(&p->turns);
	pthread_mutex_destroy(&p->lock);
	st = p->st;
	free(p->worker);
	free(p->slot);
	free(p);
	return st;
}
