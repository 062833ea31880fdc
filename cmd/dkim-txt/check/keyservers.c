#include "keyservers.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "array.h"
#include "dns_authority.h"
#include "key_findings.h"
#include "keyrec_form.h"
#include "message.h"

/* The pause between two questions, which doubles. */
enum { PAUSE_FIRST_MS = 200, PAUSE_MOST_MS = 10000 };

struct source {
	char *server;
	struct dns *dns;
};

struct keyservers {
	struct keyservers_conf conf;
	struct dns *resolver;
	struct source *v; /* for EACH and ALL, kept open for the next key */
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
				"a zone file has no name servers to ask");
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
	s->v = array_grow(s->v, s->n, sizeof(*s->v));
	s->v[s->n++] = (struct source){ mem_copy(server, strlen(server)), dns };
	return dns;
}

static struct keyserver *add_server(struct keychecked *k, const char *label)
{
	k->v = array_grow(k->v, k->n, sizeof(*k->v));
	k->v[k->n] = (struct keyserver){ 0 };
	if (label)
		k->v[k->n].label = mem_copy(label, strlen(label));
	return &k->v[k->n++];
}

static void set_failed(struct keyserver *one, const struct diag *why)
{
	one->check.result = KEYCHECK_TEMPERROR;
	one->check.why = *why;
}

/* Ask SERVER (NULL: the resolver) for NAME; reports show it as LABEL. */
static void ask_server(struct keyservers *s, struct keychecked *k,
		       const char *server, const char *label,
		       const struct name *name, struct dns_clock *clock)
{
	struct keyserver *one = add_server(k, label);
	struct diag why = { 0 };
	struct dns *dns = server ? source_at(s, server, &why) : s->resolver;

	if (!dns)
		set_failed(one, &why);
	else
		recordcheck_ask(dns, s->conf.crypto, name, k->item->key,
				s->conf.dns->require_dnssec, clock,
				&one->check);
}

/* --- the zone's own servers ---------------------------------------------- */

/* The name that has the record: the end of the aliases of NAME, which only a
 * resolver follows. */
static bool find_end(struct keyservers *s, const struct name *name,
		     struct dns_clock *clock, struct name *end,
		     struct diag *why)
{
	struct dns_reply reply;
	struct span last;
	bool found;

	*end = *name;
	dns_get_txt(s->resolver, name, clock, &reply);
	found = reply.answer != DNS_FAILED;
	*why = reply.why;
	last = recordcheck_alias(&reply);
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

	/* a resolver that fails does not mean that the servers do */
	if (!find_end(s, &k->item->name, clock, &end, &why))
		end = k->item->name;
	if (!dns_name_of(span_str(end.text), &wire) ||
	    dns_authorities_find(s->resolver, &wire,
				 dns_authority_port(s->conf.dns), clock, &all,
				 &why) != ST_OK)
		set_failed(add_server(k, NULL), &why);
	for (size_t i = 0; i < all.n; i++) {
		const struct dns_authority *a = &all.v[i];
		struct buf label;

		buf_init(&label, 1024);
		buf_putf(&label, "%s%s%s", a->host, *a->server ? " " : "",
			 a->server);
		if (*a->server)
			ask_server(s, k, a->server, (const char *)label.p, &end,
				   clock);
		else
			set_failed(add_server(k, (const char *)label.p),
				   &a->why);
		buf_free(&label);
	}
	dns_authorities_free(&all);
}

/* --- all of them --------------------------------------------------------- */

static void ask_servers(struct keyservers *s, struct keychecked *k)
{
	const struct opt_list *given = &s->conf.dns->nameserver;
	struct dns_clock clock = { 0 };

	switch (s->conf.who) {
	case KEYSERVERS_RESOLVER:
		ask_server(s, k, NULL, NULL, &k->item->name, &clock);
		break;
	case KEYSERVERS_EACH:
		for (size_t i = 0; i < given->n; i++)
			ask_server(s, k, given->v[i], given->v[i],
				   &k->item->name, &clock);
		break;
	case KEYSERVERS_ALL:
		ask_authorities(s, k, &clock);
		break;
	}
}

/* The result of all servers from those of each. */
static void combine(struct keychecked *k)
{
	const struct recordcheck *shown = &k->v[0].check;

	for (size_t i = 1; i < k->n; i++) {
		enum keycheck_result r = k->v[i].check.result;

		if (shown->result != KEYCHECK_TEMPERROR &&
		    (r == KEYCHECK_TEMPERROR ||
		     (keycheck_well(shown->result) && !keycheck_well(r))))
			shown = &k->v[i].check;
	}
	k->result = shown->result;
	k->why = shown->why;
	for (size_t i = 1; i < k->n && keycheck_well(k->result); i++) {
		if (span_eq(k->v[i].check.found, k->v[0].check.found))
			continue;
		k->result = KEYCHECK_MISMATCH;
		shown = &k->v[i].check;
		diag_set(&k->why, ST_OK, NULL,
			 "the servers have different records");
	}
	k->shown = shown;
	k->word = recordcheck_word(k->result);
	k->well = keycheck_well(k->result);
}

/* What the key file and the table have to do with it, and the findings about
 * the record; what the key should have. */
static void describe(struct keychecked *k, const struct crypto *c)
{
	const struct keyrec_form form = { .hashes = "sha256" };
	const struct keylist_item *it = k->item;
	const struct findings *dns = &k->shown->findings;
	struct findings *f = &k->findings;
	struct buf p;

	if (it->concern.text[0])
		findings_add(f, &FINDING_KEY_FILE, "%s: %s", it->file,
			     it->concern.text);
	if (it->called)
		findings_add(f, &FINDING_TABLE_NAME, "%s", it->called);
	if (it->reused)
		findings_mark(f, &FINDING_REUSED);
	for (size_t i = 0; i < dns->n; i++)
		findings_add(f, dns->v[i].kind, "%s", dns->v[i].detail);
	for (size_t i = 0; i < f->n; i++)
		k->warned |= f->v[i].kind->severity == SEVERITY_WARNING;
	if (it->st != ST_OK) {
		buf_init(&k->error, 16 * (size_t)LIMIT_DIAG);
		message_describe(it->st, &it->why, &k->error);
	}
	if (!it->key)
		return;
	buf_init(&k->expected, 2 * (size_t)LIMIT_TXT_BYTES);
	buf_init(&k->print, LIMIT_DIAG);
	buf_init(&p, LIMIT_TXT_BYTES);
	if (keyrec_format(&form, it->key, &k->expected, &p, NULL) == ST_OK)
		buf_put(&k->expected, buf_span(&p));
	key_fingerprint(it->key, c, &k->print);
	buf_free(&p);
}

void keyservers_check(struct keyservers *s, const struct keylist_item *item,
		      struct keychecked *out)
{
	static const struct recordcheck no_answer;
	int pause_ms = PAUSE_FIRST_MS;
	int64_t left;

	*out = (struct keychecked){ .item = item,
				    .word = "unreadable",
				    .shown = &no_answer };
	while (item->st == ST_OK) {
		ask_servers(s, out);
		combine(out);
		left = s->end_ms - now_ms();
		if (out->well || left <= 0)
			break;
		keychecked_free(out);
		out->item = item;
		(void)poll(NULL, 0, left < pause_ms ? (int)left : pause_ms);
		pause_ms = 2 * pause_ms < PAUSE_MOST_MS ? 2 * pause_ms
							: PAUSE_MOST_MS;
	}
	describe(out, s->conf.crypto);
}

void keyservers_search(struct keyservers *s, const struct keylist *all,
		       struct keychecked *k)
{
	struct dns_clock clock = { 0 };
	struct dns *dns = s->resolver;

	if (k->item->st != ST_OK || k->result != KEYCHECK_ABSENT)
		return;
	if (!dns) /* the first --nameserver, which has answered */
		dns = source_at(s, s->conf.dns->nameserver.v[0], NULL);
	if (dns)
		elsewhere_find(dns, all, k->item, &clock, &k->elsewhere);
}

static bool is_good(const struct keychecked *k, enum key_type type)
{
	return k->well && k->shown->key && key_type(k->shown->key) == type;
}

static int by_domain(const void *a, const void *b)
{
	const struct keychecked *x = *(struct keychecked *const *)a;
	const struct keychecked *y = *(struct keychecked *const *)b;

	return strcmp(x->item->domain.text, y->item->domain.text);
}

void keyservers_alone(struct keychecked *v, size_t n)
{
	struct keychecked **sorted = mem_alloc(n * sizeof(struct keychecked *));
	size_t end;

	for (size_t i = 0; i < n; i++)
		sorted[i] = &v[i];
	qsort(sorted, n, sizeof(struct keychecked *), by_domain);
	for (size_t i = 0; i < n; i = end) {
		bool rsa = false;

		for (end = i;
		     end < n && by_domain(&sorted[i], &sorted[end]) == 0; end++)
			rsa |= is_good(sorted[end], KEY_RSA);
		for (size_t k = i; k < end && !rsa; k++)
			if (is_good(sorted[k], KEY_ED25519)) {
				findings_mark(&sorted[k]->findings,
					      &FINDING_ED25519_ALONE);
				sorted[k]->warned = true;
			}
	}
	free(sorted);
}

void keychecked_free(struct keychecked *k)
{
	for (size_t i = 0; i < k->n; i++) {
		free(k->v[i].label);
		recordcheck_free(&k->v[i].check);
	}
	free(k->v);
	findings_free(&k->findings);
	buf_free(&k->error);
	buf_free(&k->expected);
	buf_free(&k->print);
	*k = (struct keychecked){ 0 };
}
