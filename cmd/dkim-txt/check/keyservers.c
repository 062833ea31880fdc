#include "keyservers.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dns_authority.h"

/* How often is asked again: at first soon, then seldom. */
enum { PAUSE_FIRST_MS = 200, PAUSE_MOST_MS = 10000 };

struct source {
	char *server;
	struct dns *dns;
};

struct keyservers {
	struct keyservers_conf conf;
	struct dns *resolver;
	struct source *v; /* opened for EACH and ALL, kept for the next key */
	size_t n;
	int64_t end_ms; /* of the time to wait */
};

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

enum status keyservers_new(const struct keyservers_conf *conf,
			   struct keyservers **out, struct diag *why)
{
	struct keyservers *s;
	enum status st = ST_OK;

	*out = NULL;
	if (conf->who != KEYSERVERS_RESOLVER && conf->dns->zone.n)
		return diag_set(why, ST_USAGE, NULL,
				"a master file has no name servers to ask");
	if (conf->who == KEYSERVERS_EACH && !conf->dns->nameserver.n)
		return diag_set(why, ST_USAGE, NULL,
				"--each-nameserver needs --nameserver");
	s = mem_alloc(sizeof(*s));
	s->conf = *conf;
	s->end_ms = now_ms() + (int64_t)conf->wait_s * 1000;
	if (conf->who != KEYSERVERS_EACH)
		st = dns_source_open(conf->dns, &s->resolver, why);
	*out = s;
	return st;
}

enum status keyservers_free(struct keyservers *s, struct diag *why)
{
	enum status st = ST_OK, one;

	if (!s)
		return ST_OK;
	for (size_t i = 0; i < s->n; i++) {
		one = dns_source_close(s->v[i].dns, why);
		st = st == ST_OK ? one : st;
		free(s->v[i].server);
	}
	one = dns_source_close(s->resolver, why);
	st = st == ST_OK ? one : st;
	free(s->v);
	free(s);
	return st;
}

/* --- one server ---------------------------------------------------------- */

static struct dns *source_at(struct keyservers *s, const char *server,
			     struct diag *why)
{
	struct dns *dns = NULL;

	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i].server, server) == 0)
			return s->v[i].dns;
	if (dns_source_open_at(s->conf.dns, server, &dns, why) != ST_OK)
		return NULL;
	s->v = mem_array(s->v, s->n + 1, sizeof(*s->v));
	s->v[s->n++] = (struct source){ mem_copy(server, strlen(server)), dns };
	return dns;
}

static struct keyserver *add(struct keychecked *k, const char *label)
{
	k->v = mem_array(k->v, k->n + 1, sizeof(*k->v));
	k->v[k->n] = (struct keyserver){ 0 };
	if (label)
		k->v[k->n].label = mem_copy(label, strlen(label));
	return &k->v[k->n++];
}

static void fail(struct keyserver *one, const struct diag *why)
{
	one->check.result = KEYCHECK_TEMPERROR;
	one->check.why = *why;
}

/* SERVER asked for NAME; LABEL as it is shown. */
static void ask(struct keyservers *s, struct keychecked *k, const char *server,
		const char *label, const struct name *name,
		struct dns_clock *clock)
{
	struct keyserver *one = add(k, label);
	struct diag why = { 0 };
	struct dns *dns = server ? source_at(s, server, &why) : s->resolver;

	if (!dns)
		fail(one, &why);
	else
		recordcheck_ask(dns, s->conf.crypto, name, k->item->key,
				s->conf.dns->require_dnssec, clock,
				&one->check);
}

/* --- the zone's own servers ---------------------------------------------- */

/* Where the record really is: the end of the aliases that a resolver follows.
 */
static bool find_end(struct keyservers *s, const struct name *name,
		     struct dns_clock *clock, struct name *end,
		     struct diag *why)
{
	struct span chain, last = { 0 }, target = { 0 };
	struct dns_reply reply;
	bool found;

	*end = *name;
	dns_get_txt(s->resolver, name, clock, &reply);
	found = reply.answer != DNS_FAILED;
	*why = reply.why;
	chain = buf_span(&reply.chain);
	while (span_split(&chain, '\n', &target))
		if (target.n)
			last = target;
	if (last.n)
		found = name_parse(last, NAME_SINGLE | NAME_UNDERSCORE, end,
				   why) == ST_OK;
	dns_reply_free(&reply);
	return found;
}

static void ask_authorities(struct keyservers *s, struct keychecked *k,
			    struct dns_clock *clock)
{
	struct dns_authorities all = { 0 };
	struct diag why = { 0 };
	struct dns_name wire;
	struct name end;

	/* an answer that fails here may still be right at the servers */
	if (!find_end(s, &k->item->name, clock, &end, &why))
		end = k->item->name;
	if (!dns_name_of(span_str(end.text), &wire) ||
	    dns_authorities_find(s->resolver, &wire,
				 dns_source_port(s->conf.dns), clock, &all,
				 &why) != ST_OK)
		fail(add(k, NULL), &why);
	for (size_t i = 0; i < all.n; i++) {
		const struct dns_authority *a = &all.v[i];
		struct buf label;

		buf_init(&label, 1024);
		buf_putf(&label, "%s%s%s", a->host, *a->server ? " " : "",
			 a->server);
		if (*a->server)
			ask(s, k, a->server, (const char *)label.p, &end,
			    clock);
		else
			fail(add(k, (const char *)label.p), &a->why);
		buf_free(&label);
	}
	dns_authorities_free(&all);
}

/* --- all of them --------------------------------------------------------- */

static void decide(struct keychecked *k)
{
	k->shown = 0;
	for (size_t i = 0; i < k->n; i++) {
		enum keycheck_result r = k->v[i].check.result;
		enum keycheck_result before = k->v[k->shown].check.result;

		if (before != KEYCHECK_TEMPERROR &&
		    (r == KEYCHECK_TEMPERROR ||
		     (keycheck_well(before) && !keycheck_well(r))))
			k->shown = i;
	}
	k->result = k->v[k->shown].check.result;
	k->why = k->v[k->shown].check.why;
	for (size_t i = 1; i < k->n && keycheck_well(k->result); i++) {
		if (span_eq(k->v[i].check.found, k->v[0].check.found))
			continue;
		k->result = KEYCHECK_MISMATCH;
		k->shown = i;
		status_ignore(diag_set(&k->why, ST_OK, NULL,
				       "the servers have different records"));
	}
}

static void ask_all(struct keyservers *s, struct keychecked *k)
{
	const struct opt_list *given = &s->conf.dns->nameserver;
	struct dns_clock clock = { 0 };

	switch (s->conf.who) {
	case KEYSERVERS_RESOLVER:
		ask(s, k, NULL, NULL, &k->item->name, &clock);
		break;
	case KEYSERVERS_EACH:
		for (size_t i = 0; i < given->n; i++)
			ask(s, k, given->v[i], given->v[i], &k->item->name,
			    &clock);
		break;
	case KEYSERVERS_ALL:
		ask_authorities(s, k, &clock);
		break;
	}
	decide(k);
}

void keyservers_check(struct keyservers *s, const struct keylist_item *item,
		      struct keychecked *out)
{
	int pause_ms = PAUSE_FIRST_MS;

	for (;;) {
		int64_t left;

		*out = (struct keychecked){ .item = item };
		ask_all(s, out);
		left = s->end_ms - now_ms();
		if (keycheck_well(out->result) || left <= 0)
			return;
		keychecked_free(out);
		(void)poll(NULL, 0, left < pause_ms ? (int)left : pause_ms);
		pause_ms = 2 * pause_ms < PAUSE_MOST_MS ? 2 * pause_ms
							: PAUSE_MOST_MS;
	}
}

void keychecked_free(struct keychecked *k)
{
	for (size_t i = 0; i < k->n; i++) {
		free(k->v[i].label);
		recordcheck_free(&k->v[i].check);
	}
	free(k->v);
	*k = (struct keychecked){ 0 };
}
