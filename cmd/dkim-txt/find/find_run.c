#include "find_run.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "cli.h"
#include "exit_status.h"
#include "find_report.h"
#include "idn.h"
#include "json_text.h"
#include "pace.h"
#include "pool.h"
#include "progress.h"
#include "when.h"

/* THREADS: questions in flight; GIVE_UP: questions in a row without an answer,
 * after which the servers are taken for dead; ZONES: names whose SOA record is
 * remembered. */
enum { THREADS = 8, GIVE_UP = 8, ZONES = 256 };

/* A zone, and when it was changed last. */
struct zone_age {
	char *name;
	int64_t day; /* of found_serial; 0: not known, or not a zone */
	bool zone;
};

struct finder {
	const struct find_options *o;
	struct name domain;
	struct dns *dns;
	struct pace pace;
	struct find_names names;
	struct found wildcard; /* what any selector has */
	bool has_wildcard;
	struct found **v; /* in the order of names */
	size_t n;
	size_t asked, unanswered, in_a_row;
	struct diag why; /* of the last question without an answer */
	struct zone_age zones[ZONES];
	size_t zones_n;
	struct progress progress;
	int code; /* of inputs, and of questions without an answer */
};

/* Keep the rate: before each question. */
static void wait_turn(struct finder *f)
{
	int64_t ms = pace_wait(&f->pace, when_ticks());

	if (ms > 0)
		(void)poll(NULL, 0, (int)ms);
}

static void ask(struct finder *f, enum dns_type type, const char *name,
		struct dns_reply *out)
{
	struct dns_query query = { .type = type };

	*out = (struct dns_reply){ .answer = DNS_NODATA };
	if (!dns_name_of(span_str(name), &query.name))
		return;
	wait_turn(f);
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
static enum status see_providers(struct finder *f, struct diag *why)
{
	struct dns_reply mx, txt;
	enum status st = ST_OK;

	ask(f, DNS_MX, f->domain.text, &mx);
	ask(f, DNS_TXT, f->domain.text, &txt);
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
static enum status unlikely_selector(const struct finder *f, struct name *out)
{
	struct hasher *h = hasher_new(f->o->crypto, HASH_SHA256);
	struct digest d;
	enum status st = hasher_put(h, span_str(f->domain.text));

	if (st == ST_OK)
		st = hasher_end(h, &d);
	hasher_free(h);
	if (st == ST_OK)
		snprintf(out->text, sizeof(out->text),
			 "no-such-selector-%02x%02x%02x%02x%02x%02x%02x%02x",
			 d.b[0], d.b[1], d.b[2], d.b[3], d.b[4], d.b[5], d.b[6],
			 d.b[7]);
	return st;
}

static bool is_key_record(struct span text)
{
	struct keyrec r;
	bool is;

	keyrec_parse(text, &r);
	is = !r.foreign;
	keyrec_free(&r);
	return is;
}

/* Ask for a selector that nobody has. What is there then is there for every
 * selector (RFC 4592). */
static enum status ask_wildcard(struct finder *f, struct diag *why)
{
	struct found *w = &f->wildcard;
	struct name selector, name;
	enum status st = unlikely_selector(f, &selector);

	if (st != ST_OK)
		return st;
	if (name_key(&selector, &f->domain, &name, why) != ST_OK)
		return ST_USAGE;
	wait_turn(f);
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
	if (!is_key_record(w->check.found) && !f->o->quiet)
		cli_say(w->name->name,
			"warning: a wildcard gives every selector a TXT record "
			"that is no key record, or an alias that leads nowhere "
			"(RFC 4592)");
	return ST_OK;
}

/* RFC 8020 2: below a name that does not exist there is nothing. That of an
 * alias is about its target. */
static bool none_below(struct finder *f)
{
	struct dns_reply reply;
	struct name name;
	bool none;

	snprintf(name.text, sizeof(name.text), "_domainkey.%.*s",
		 (int)(sizeof(name.text) - sizeof("_domainkey.")),
		 f->domain.text);
	ask(f, DNS_TXT, name.text, &reply);
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
	return f->in_a_row == GIVE_UP ? ST_DNS : ST_OK;
}

static void drop(void *item)
{
	struct job *job = item;

	recordcheck_free(&job->check);
	free(job);
}

/* Ask for each name. The run ends when the servers have died in between. */
static void ask_names(struct finder *f)
{
	const struct pool_calls calls = {
		.work = work, .done = done, .drop = drop, .ctx = f
	};
	struct pool *pool = pool_new(&calls, f->o->dns->zone.n ? 1 : THREADS);
	enum status st = ST_OK;

	progress_init(&f->progress, f->o->progress);
	for (size_t i = 0; i < f->names.n && st == ST_OK; i++) {
		struct job *job = mem_alloc(sizeof(*job));

		job->name = f->names.v[i];
		wait_turn(f);
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

/* -- what else is known of those that were found ----------------------------
 */

/* The zone of NAME, and its age; remembered. */
static const struct zone_age *zone_at(struct finder *f, const char *name)
{
	struct dns_reply reply;
	struct zone_age *z;

	for (size_t i = 0; i < f->zones_n; i++)
		if (strcmp(f->zones[i].name, name) == 0)
			return &f->zones[i];
	if (f->zones_n == ZONES)
		return NULL;
	z = &f->zones[f->zones_n++];
	*z = (struct zone_age){ .name = mem_copy(name, strlen(name)) };
	ask(f, DNS_SOA, name, &reply);
	z->zone = reply.answer == DNS_RECORDS && reply.chain.n == 0 &&
		  reply.records[0].n == 4;
	if (z->zone) {
		const unsigned char *s = reply.records[0].p;

		z->day = found_serial((uint32_t)s[0] << 24 |
					      (uint32_t)s[1] << 16 |
					      (uint32_t)s[2] << 8 | s[3],
				      f->o->now);
	}
	dns_reply_free(&reply);
	return z;
}

/* The record of ONE is in the zone of the last alias. A record changes the
 * serial, so that it is as old as that at least. */
static void find_age(struct finder *f, struct found *one)
{
	struct span chain = buf_span(&one->check.reply.chain), target = { 0 };
	struct span last = span_str(one->name->name);
	struct name name;

	if (one->check.reply.answer != DNS_RECORDS)
		return;
	while (span_split(&chain, '\n', &target))
		if (target.n)
			last = target;
	/* no zone begins at a key record */
	for (size_t dot = span_find(last, '.'); dot < last.n;
	     dot = span_find(last, '.')) {
		const struct zone_age *z;

		last = span_from(last, dot + 1);
		if (last.n >= sizeof(name.text))
			continue;
		snprintf(name.text, sizeof(name.text), "%.*s", (int)last.n,
			 (const char *)last.p);
		z = zone_at(f, name.text);
		if (z && z->zone)
			one->unchanged = z->day;
		if (!z || z->zone)
			return;
	}
}

static const char *alias_owner(struct span chain)
{
	size_t n;
	const struct selector_row *rows = selector_rows(&n);
	struct span target = { 0 };

	while (span_split(&chain, '\n', &target))
		for (size_t i = 0; i < n; i++)
			if (target.n &&
			    selector_row_names(rows[i].alias, target))
				return rows[i].who;
	return NULL;
}

static int by_key(const void *a, const void *b)
{
	const struct found *x = *(struct found *const *)a;
	const struct found *y = *(struct found *const *)b;
	int c = span_cmp(buf_span(&x->check.print), buf_span(&y->check.print));

	return c ? c : strcmp(x->name->name, y->name->name);
}

/* Groups of one key. SORTED has room for all, and lives as long as they. */
static void find_reuse(struct finder *f, struct found **sorted)
{
	size_t end;

	memcpy(sorted, f->v, f->n * sizeof(*sorted));
	qsort(sorted, f->n, sizeof(*sorted), by_key);
	for (size_t i = 0; i < f->n; i = end) {
		struct span print = buf_span(&sorted[i]->check.print);

		for (end = i + 1; end < f->n; end++)
			if (!span_eq(print,
				     buf_span(&sorted[end]->check.print)))
				break;
		for (size_t k = i; k < end && print.n && end - i > 1; k++) {
			sorted[k]->same = sorted + i;
			sorted[k]->same_n = end - i;
			findings_add(&sorted[k]->check.findings, FINDING_REUSED,
				     "%s",
				     sorted[k == i ? i + 1 : i]->name->name);
		}
	}
}

static void describe(struct finder *f)
{
	for (size_t i = 0; i < f->n; i++) {
		struct found *one = f->v[i];
		struct span selector =
			span_of(one->name->name, one->name->selector_n);

		one->provider = alias_owner(buf_span(&one->check.reply.chain));
		if (!one->provider && one->name->row)
			one->provider = one->name->row->who;
		found_date(selector, f->o->now, one->dated);
		find_age(f, one);
	}
}

/* -- the run --------------------------------------------------------------- */

/* The names from messages; what cannot be read is said, and the rest goes on.
 */
static void read_messages(struct finder *f)
{
	const struct mailbox_conf conf = { f->o->messages, f->o->n, NULL };
	struct mailbox *mailbox = NULL;
	struct mailbox_message m;
	struct diag why = { 0 };
	enum status st = mailbox_open(&conf, &mailbox, &why);
	size_t signatures = 0;

	if (st != ST_OK)
		f->code = exit_worse(f->code, cli_fail(NULL, st, &why));
	while (st == ST_OK && mailbox_next(mailbox, &m)) {
		enum status got = m.st;

		why = m.why;
		if (got == ST_OK)
			got = find_names_message(&f->names, &f->domain, &m,
						 &signatures, &why);
		if (got != ST_OK)
			f->code = exit_worse(
				f->code, cli_fail(mailbox_file(&m), got, &why));
		mailbox_message_free(&m);
	}
	mailbox_free(mailbox);
	if (!signatures && !f->o->quiet)
		cli_say(NULL, "warning: no message has a signature of %s",
			f->domain.text);
}

static enum status collect(struct finder *f, struct diag *why)
{
	enum status st =
		find_names_builtin(&f->names, &f->domain, f->o->now, why);

	if (st == ST_OK && f->o->selectors)
		st = find_names_file(&f->names, &f->domain, f->o->selectors,
				     why);
	if (st == ST_OK && f->o->n)
		read_messages(f);
	return st;
}

/* Write what was found; the exit status. */
static int report(struct finder *f, int to)
{
	struct diag why = { 0 };
	enum status st = ST_OK;
	bool any = false;

	for (size_t i = 0; i < f->n && st == ST_OK; i++) {
		const struct found *one = f->v[i];
		struct buf out;

		/* guesses without an answer are counted only */
		if (one->check.result == KEYCHECK_TEMPERROR && !f->o->json &&
		    !(one->name->source & (FIND_FILE | FIND_MESSAGE)))
			continue;
		any |= one->check.result != KEYCHECK_TEMPERROR;
		buf_init(&out, FOUND_REPORT_MOST);
		(f->o->json ? found_json : found_text)(one, &out);
		st = io_write(to, buf_span(&out), &why);
		buf_free(&out);
		if (st == ST_OK)
			found_say(one, f->o->quiet, f->o->verbose);
	}
	if (st != ST_OK)
		return cli_fail(NULL, st, &why);
	if (!any && !f->unanswered)
		cli_say(NULL,
			"no selector of %s was found; %zu names were "
			"asked for",
			f->domain.text, f->asked);
	return exit_worse(f->code, any ? 0 : EXIT_NOTHING);
}

/* No answer at all. */
static int report_failed(const struct finder *f, const struct diag *why, int to)
{
	int code = cli_fail(NULL, ST_DNS, why);
	struct buf out;

	if (!f->o->json)
		return code;
	buf_init(&out, 64 * (size_t)LIMIT_DIAG);
	json_error(f->domain.text, 0, ST_DNS, why, &out);
	if (io_write(to, buf_span(&out), NULL) != ST_OK)
		code = cli_fail(NULL, ST_IO, NULL);
	buf_free(&out);
	return code;
}

static int search(struct finder *f, int to)
{
	struct diag why = { 0 };
	struct found **sorted;
	enum status st = ask_wildcard(f, &why);
	int code;

	if (st == ST_DNS)
		return report_failed(f, &why, to);
	if (st == ST_OK && !f->has_wildcard && none_below(f))
		return exit_worse(f->code, EXIT_NOTHING);
	if (st == ST_OK)
		st = see_providers(f, &why);
	if (st != ST_OK)
		return cli_fail(NULL, st, &why);
	if (f->has_wildcard && is_key_record(f->wildcard.check.found)) {
		f->v = array_grow(f->v, f->n, sizeof(*f->v));
		f->v[f->n++] = &f->wildcard;
	}
	ask_names(f);
	describe(f);
	sorted = mem_alloc((f->n + 1) * sizeof(struct found *));
	find_reuse(f, sorted);
	code = report(f, to);
	free(sorted);
	return code;
}

static void finder_free(struct finder *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i] != &f->wildcard) {
			recordcheck_free(&f->v[i]->check);
			free(f->v[i]);
		}
	free(f->v);
	recordcheck_free(&f->wildcard.check);
	free(f->wildcard.wildcard.name);
	for (size_t i = 0; i < f->zones_n; i++)
		free(f->zones[i].name);
	find_names_free(&f->names);
}

int find_run(const struct find_options *o, int to)
{
	struct finder f = { .o = o,
			    .pace = { .rate = o->dns->zone.n ? 0 : o->rate } };
	struct diag why = { 0 }, detail = { 0 };
	enum status st = idn_domain(span_str(o->domain),
				    NAME_SINGLE | NAME_UNDERSCORE, &f.domain,
				    &detail);
	int code;

	if (st != ST_OK)
		st = diag_set(&why, ST_USAGE, detail.where, "-d: %s",
			      detail.text);
	if (st == ST_OK)
		st = collect(&f, &why);
	if (st == ST_OK)
		st = dns_source_open(o->dns, &f.dns, &why);
	code = st == ST_OK ? search(&f, to) : cli_fail(NULL, st, &why);
	st = dns_source_close(f.dns, &why);
	if (st != ST_OK)
		code = exit_worse(code, cli_fail(NULL, st, &why));
	finder_free(&f);
	return code;
}
