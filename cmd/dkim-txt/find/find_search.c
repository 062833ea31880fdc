#include "find_search.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "cli.h"
#include "exit_status.h"
#include "pool.h"
#include "when.h"

/* Keep the rate: before each question. */
void find_wait(struct finder *f)
{
	int64_t ms = pace_wait(&f->pace, when_ticks());

	if (ms > 0)
		(void)poll(NULL, 0, (int)ms);
}

void find_ask(struct finder *f, enum dns_type type, const char *name,
	      struct dns_reply *out)
{
	struct dns_query query = { .type = type };

	*out = (struct dns_reply){ .answer = DNS_NODATA };
	if (!dns_name_of(span_str(name), &query.name))
		return;
	find_wait(f);
	dns_get(f->dns, &query, out);
}

/* -- providers ------------------------------------------------------------- */

static enum status see_host(struct finder *f, struct span host, bool mx,
			    struct diag *why)
{
	size_t n;
	const struct selector_row *rows = selector_rows(&n);
	enum status st = ST_OK;

	if (span_ends(host, SPAN(".")))
		host.n--;
	for (size_t i = 0; i < n && st == ST_OK; i++) {
		const struct selector_row *row = &rows[i];

		if (!selector_row_names(mx ? row->mx : row->spf, host))
			continue;
		if (f->o->verbose)
			cli_say(NULL, "%s names %s (%.*s; %s)",
				mx ? "MX" : "SPF", row->who, (int)host.n,
				(const char *)host.p, row->from);
		if (!row->selectors && !f->o->quiet)
			cli_say(NULL,
				"%s names %s, whose selectors cannot be "
				"guessed: give a message that was sent there",
				mx ? "MX" : "SPF", row->who);
		st = find_names_provider(&f->names, &f->domain, row, host,
					 f->o->now, why);
	}
	return st;
}

/* The names in include: and redirect= of an SPF record (RFC 7208 5.2, 6.1). */
static enum status see_spf(struct finder *f, struct span record,
			   struct diag *why)
{
	struct span term = { 0 };
	enum status st = ST_OK;

	if (!span_ieq(span_head(record, 7), SPAN("v=spf1 ")))
		return ST_OK;
	while (st == ST_OK && span_split(&record, ' ', &term)) {
		size_t colon = span_find(term, ':');
		size_t include = span_search(term, SPAN("include:"));

		if (span_ieq(span_head(term, 9), SPAN("redirect=")))
			st = see_host(f, span_from(term, 9), false, why);
		else if (include <= 1 && colon < term.n)
			st = see_host(f, span_from(term, colon + 1), false,
				      why);
	}
	return st;
}

/* What the domain says of its mail. An answer that fails is no reason to stop:
 * it would only have named some selectors more. */
enum status find_providers(struct finder *f, struct diag *why)
{
	struct dns_reply mx, txt;
	enum status st = ST_OK;

	find_ask(f, DNS_MX, f->domain.text, &mx);
	find_ask(f, DNS_TXT, f->domain.text, &txt);
	for (size_t i = 0; i < mx.n && st == ST_OK; i++)
		st = see_host(f, span_from(buf_span(&mx.records[i]), 2), true,
			      why);
	for (size_t i = 0; i < txt.n && st == ST_OK; i++)
		st = see_spf(f, buf_span(&txt.records[i]), why);
	if ((mx.answer == DNS_FAILED || txt.answer == DNS_FAILED) &&
	    !f->o->quiet)
		cli_say(NULL,
			"warning: no answer for MX or SPF of %s, which "
			"may name providers",
			f->domain.text);
	dns_reply_free(&mx);
	dns_reply_free(&txt);
	return st;
}

/* -- the first questions --------------------------------------------------- */

/* A selector that nobody has: the same each time, so that a recorded run can be
 * repeated and a resolver asked again still knows. */
static void unlikely_selector(const struct finder *f, struct name *out)
{
	struct hasher *h = hasher_new(f->o->crypto, HASH_SHA256);
	struct digest d;

	hasher_put(h, span_str(f->domain.text));
	hasher_end(h, &d);
	hasher_free(h);
	snprintf(out->text, sizeof(out->text),
		 "no-such-selector-%02x%02x%02x%02x%02x%02x%02x%02x", d.b[0],
		 d.b[1], d.b[2], d.b[3], d.b[4], d.b[5], d.b[6], d.b[7]);
}

bool find_is_key(struct span text)
{
	struct keyrec r;
	bool is;

	keyrec_parse(text, &r);
	is = !r.foreign;
	keyrec_free(&r);
	return is;
}

enum status find_wildcard(struct finder *f, struct diag *why)
{
	struct found *w = &f->wildcard;
	struct name selector, name;

	unlikely_selector(f, &selector);
	if (name_key(&selector, &f->domain, &name, why) != ST_OK)
		return ST_USAGE;
	find_wait(f);
	recordcheck_ask(f->dns, f->o->crypto, &name, NULL,
			f->o->dns->require_dnssec, NULL, &w->check);
	if (w->check.result == KEYCHECK_TEMPERROR) {
		*why = w->check.why;
		return ST_DNS;
	}
	f->has_wildcard = w->check.reply.answer == DNS_RECORDS ||
			  w->check.reply.chain.n;
	if (!f->has_wildcard)
		return ST_OK;
	w->wildcard.name =
		mem_alloc(sizeof("*._domainkey.") + sizeof(f->domain.text));
	snprintf(w->wildcard.name,
		 sizeof("*._domainkey.") + sizeof(f->domain.text),
		 "*._domainkey.%s", f->domain.text);
	w->wildcard.selector_n = 1;
	w->wildcard.domain = w->wildcard.name + strlen("*._domainkey.");
	w->name = &w->wildcard;
	w->state = found_state(w);
	if (!find_is_key(w->check.found) && !f->o->quiet)
		cli_say(w->name->name,
			"warning: a wildcard gives every selector a TXT record "
			"that is no key record, or an alias that leads nowhere "
			"(RFC 4592)");
	return ST_OK;
}

/* The answer for an alias is about its target. */
bool find_none(struct finder *f)
{
	struct dns_reply reply;
	struct name name;
	bool none;

	snprintf(name.text, sizeof(name.text), "_domainkey.%.*s",
		 (int)(sizeof(name.text) - sizeof("_domainkey.")),
		 f->domain.text);
	find_ask(f, DNS_TXT, name.text, &reply);
	none = reply.answer == DNS_NXDOMAIN && reply.chain.n == 0;
	dns_reply_free(&reply);
	if (none)
		cli_say(NULL,
			"%s does not exist: there is no selector "
			"(RFC 8020 2)",
			name.text);
	return none;
}

/* -- all names ------------------------------------------------------------- */

struct job {
	const struct find_name *name;
	struct recordcheck check;
};

static void work(void *ctx, void *local, void *item)
{
	const struct finder *f = ctx;
	struct job *job = item;
	struct name name;

	(void)local;
	snprintf(name.text, sizeof(name.text), "%s", job->name->name);
	recordcheck_ask(f->dns, f->o->crypto, &name, NULL,
			f->o->dns->require_dnssec, NULL, &job->check);
}

static bool same_answer(const struct dns_reply *a, const struct dns_reply *b)
{
	bool same = a->answer == b->answer && a->n == b->n &&
		    span_eq(buf_span(&a->chain), buf_span(&b->chain));

	for (size_t i = 0; i < a->n && same; i++)
		same = span_eq(buf_span(&a->records[i]),
			       buf_span(&b->records[i]));
	return same;
}

static void keep(struct finder *f, struct job *job)
{
	struct found *one = mem_alloc(sizeof(*one));

	one->name = job->name;
	one->check = job->check;
	job->check = (struct recordcheck){ 0 };
	one->state = found_state(one);
	f->v = array_grow(f->v, f->n, sizeof(struct found *));
	f->v[f->n++] = one;
}

static enum status done(void *ctx, void *item)
{
	struct finder *f = ctx;
	struct job *job = item;
	const struct recordcheck *check = &job->check;
	bool failed = check->result == KEYCHECK_TEMPERROR;

	f->asked++;
	f->in_a_row = failed ? f->in_a_row + 1 : 0;
	if (failed) {
		f->unanswered++;
		f->why = check->why;
	}
	progress_show(&f->progress, f->asked, f->names.n, false);
	/* an alias that leads nowhere is there */
	if (f->has_wildcard &&
	    same_answer(&check->reply, &f->wildcard.check.reply))
		return ST_OK;
	if (failed || check->result != KEYCHECK_ABSENT || check->reply.chain.n)
		keep(f, job);
	return f->in_a_row == FIND_GIVE_UP ? ST_DNS : ST_OK;
}

static void drop(void *item)
{
	struct job *job = item;

	recordcheck_free(&job->check);
	free(job);
}

/* Ask for each name. The run ends when the servers have died in between. */
void find_all(struct finder *f)
{
	const struct pool_calls calls = {
		.work = work, .done = done, .drop = drop, .ctx = f
	};
	struct pool *pool =
		pool_new(&calls, f->o->dns->zone.n ? 1 : FIND_THREADS, 0);
	enum status st = ST_OK;

	progress_init(&f->progress, f->o->progress);
	for (size_t i = 0; i < f->names.n && st == ST_OK; i++) {
		struct job *job = mem_alloc(sizeof(*job));

		job->name = f->names.v[i];
		find_wait(f);
		st = pool_submit(pool, job);
	}
	st = pool_end(pool);
	progress_clear(&f->progress);
	if (f->unanswered) {
		(void)cli_fail(NULL, ST_DNS, &f->why);
		cli_say(NULL, "no answer for %zu of %zu names%s", f->unanswered,
			f->names.n, st == ST_OK ? "" : "; gave up");
		f->code = exit_worse(f->code, EXIT_TEMPORARY);
	}
}
