#include "ask_ahead.h"

#include <pthread.h>
#include <stdlib.h>

struct answer {
	struct answer *next;
	struct dns *from;
	struct dns_query query; /* with the clock below */
	struct dns_clock clock;
	struct dns_reply reply;
	pthread_t thread;
	bool begun; /* in THREAD, which is to be joined */
	bool asked;
};

/* `dns` comes first. */
struct ask_ahead {
	struct dns dns;
	struct dns *from;
	struct answer *first;
};

/* The class is called, not dns_get: that would say that this thread, which is
 * none of the pool's, waits; and dns_get of our own source sorts the records.
 */
static void *ask(void *arg)
{
	struct answer *x = arg;

	x->from->class->get(x->from, &x->query, &x->reply);
	return NULL;
}

static void finish(struct answer *x)
{
	if (!x->begun)
		return;
	pthread_join(x->thread, NULL);
	x->begun = false;
	x->asked = true;
}

/* What is known of QUERY, or a place for it. */
static struct answer *find(struct ask_ahead *a, const struct dns_query *query)
{
	struct span name = span_of(query->name.b, query->name.n);
	struct answer *x;

	for (x = a->first; x; x = x->next)
		if (x->query.type == query->type &&
		    span_ieq(span_of(x->query.name.b, x->query.name.n), name))
			return x;
	x = mem_alloc(sizeof(*x));
	x->next = a->first;
	x->from = a->from;
	x->query = *query;
	x->query.clock = &x->clock;
	x->reply.answer = DNS_FAILED;
	a->first = x;
	return x;
}

static void copy_reply(const struct dns_reply *from, struct dns_reply *to)
{
	/* neither is more than FROM could hold */
	for (size_t i = 0; i < from->n; i++)
		status_ignore(dns_add_record(to, buf_span(&from->records[i])));
	if (from->chain.n)
		status_ignore(dns_add_chain(to, buf_span(&from->chain)));
	to->answer = from->answer;
	to->secure = from->secure;
	to->ttl = from->ttl;
	to->octets = from->octets;
	to->timeout = from->timeout;
	to->why = from->why;
}

static void get(struct dns *dns, const struct dns_query *query,
		struct dns_reply *out)
{
	struct answer *x = find((struct ask_ahead *)dns, query);

	finish(x);
	if (!x->asked) {
		x->from->class->get(x->from, query, &x->reply);
		x->asked = true;
	} else if (query->clock && !query->clock->start_ms) {
		/* its time began with the question */
		query->clock->start_ms = x->clock.start_ms;
	}
	copy_reply(&x->reply, out);
}

static void do_nothing(struct dns *dns)
{
	(void)dns;
}

struct ask_ahead *ask_ahead_new(struct dns *from)
{
	static const struct dns_class class = { get, do_nothing };
	struct ask_ahead *a = mem_alloc(sizeof(*a));

	a->dns = (struct dns){ &class, from->waits, from->wait };
	a->from = from;
	return a;
}

void ask_ahead_free(struct ask_ahead *a)
{
	while (a && a->first) {
		struct answer *x = a->first;

		a->first = x->next;
		finish(x);
		dns_reply_free(&x->reply);
		free(x);
	}
	free(a);
}

void ask_ahead_begin(struct ask_ahead *a, const char *before,
		     const struct name *name)
{
	struct dns_query query = { .type = DNS_TXT };
	struct answer *x;
	struct buf text;

	buf_init(&text, 1024);
	buf_putf(&text, "%s%s", before, name->text);
	if (dns_name_of(buf_span(&text), &query.name)) {
		x = find(a, &query);
		/* without a thread it is asked when it is needed */
		x->begun = x->begun ||
			   (!x->asked &&
			    pthread_create(&x->thread, NULL, ask, x) == 0);
	}
	buf_free(&text);
}

struct dns *ask_ahead_dns(struct ask_ahead *a)
{
	return &a->dns;
}
