#include "spf.h"

#include <stdlib.h>
#include <string.h>

#include "idn.h"
#include "spf_macro.h"

/* The record of one domain, and which of its terms is next. */
struct frame {
	struct buf domain; /* macros expanded, no final dot */
	struct dns_reply reply;
	struct spf_record record;
	size_t next; /* term */
};

/* One frame for the domain and one for each include, of which SPF_LOOKUPS are
 * allowed. */
enum { FRAMES = SPF_LOOKUPS + 1 };

/* Instead of a result: the evaluation goes on. */
enum { GO_ON = SPF_PERMERROR + 1 };

struct eval {
	const struct spf_query *query;
	struct spf_verdict *out;
	struct spf_macros macros;
	struct spf_hosts hosts;
	struct frame v[FRAMES];
	size_t depth;
	bool ambiguous; /* the address can be read in two ways */
};

static int end_with(struct eval *e, enum spf_result r, const char *where,
		    const char *what, struct span name)
{
	if (!e->out->why.text[0])
		diag_set(&e->out->why, ST_SYNTAX, where, "%.*s: %s",
			 (int)name.n, (const char *)name.p, what);
	return (int)r;
}

static bool is_record(struct span text, enum spf_scope scope, bool v2,
		      struct span *terms)
{
	return v2 ? spf_record_is_v2(text, scope, terms)
		  : spf_record_is(text, terms);
}

/* How many records of one version REPLY has; *WHICH is the number of the last
 * one and *TERMS what follows its version. */
static size_t count_records(const struct dns_reply *reply, enum spf_scope scope,
			    bool v2, size_t *which, struct span *terms)
{
	struct span after = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < reply->n; i++)
		if (is_record(buf_span(&reply->records[i]), scope, v2,
			      &after)) {
			*which = i;
			*terms = after;
			n++;
		}
	return n;
}

enum spf_result spf_find(const struct dns_reply *reply, enum spf_scope scope,
			 size_t *which, struct span *terms, struct diag *why)
{
	size_t n = 0;

	if (reply->answer == DNS_FAILED) {
		*why = reply->why;
		return SPF_TEMPERROR;
	}
	/* RFC 4406 4.4: a record with the scope goes before "v=spf1" */
	if (scope != SPF_V1)
		n = count_records(reply, scope, true, which, terms);
	if (n == 0)
		n = count_records(reply, scope, false, which, terms);
	if (n == 1)
		return SPF_PASS;
	diag_set(why, ST_SYNTAX, "RFC 7208 4.5", "%s",
		 n ? "several SPF records" : "no SPF record");
	return n ? SPF_PERMERROR : SPF_NONE;
}

/* --- frames -------------------------------------------------------------- */

/* Add a frame with the record of DOMAIN. GO_ON, or the result if there is no
 * usable record; the frame is added in either case. */
static int enter_record(struct eval *e, struct span domain)
{
	struct frame *f = &e->v[e->depth++];
	struct dns_query query = { .type = DNS_TXT,
				   .clock = e->query->client.clock };
	struct span terms = { 0 };
	struct diag why = { 0 };
	enum spf_result r;
	size_t which;

	*f = (struct frame){ 0 };
	buf_init(&f->domain, domain.n);
	buf_put(&f->domain, domain);
	if (!dns_name_of(domain, &query.name))
		return end_with(e, SPF_NONE, "RFC 7208 4.3",
				"not a domain name", domain);
	dns_get(e->query->client.dns, &query, &f->reply);
	/* RFC 4406 4.3 */
	if (e->query->scope == SPF_PRA && f->reply.answer == DNS_NXDOMAIN)
		return end_with(e, SPF_FAIL, "RFC 4406 4.3", "does not exist",
				domain);
	r = spf_find(&f->reply, e->query->scope, &which, &terms, &why);
	if (r != SPF_PASS)
		return end_with(e, r, why.where, why.text, domain);
	if (e->depth == 1 && !e->out->record.p) {
		buf_init(&e->out->record, f->reply.records[which].n);
		buf_put(&e->out->record, buf_span(&f->reply.records[which]));
	}
	if (spf_record_parse(terms, &f->record, &why) != ST_OK)
		return end_with(e, SPF_PERMERROR, why.where, why.text, domain);
	return GO_ON;
}

static void drop_frame(struct eval *e)
{
	struct frame *f = &e->v[--e->depth];

	spf_record_free(&f->record);
	dns_reply_free(&f->reply);
	buf_free(&f->domain);
}

static struct frame *top(struct eval *e)
{
	return &e->v[e->depth - 1];
}

/* --- names --------------------------------------------------------------- */

/* The target of a domain-spec in the top frame (RFC 7208 4.8), as text. ST_OK;
 * ST_LIMIT; ST_BAD_IDN: the term cannot match (RFC 8616 4). */
static enum status expand_target(struct eval *e, struct span spec,
				 struct buf *out)
{
	struct span domain = buf_span(&top(e)->domain);

	buf_init(out, SPF_NAME);
	if (spec.n == 0)
		return buf_add(out, domain);
	if (span_8bit(e->macros.local) &&
	    (spf_macro_uses(spec, 's') || spf_macro_uses(spec, 'l')))
		return ST_BAD_IDN;
	e->macros.domain = domain;
	if (spf_macro_uses(spec, 'p') &&
	    spf_hosts_name(&e->hosts, domain, &e->macros.validated) != ST_OK)
		return ST_LIMIT;
	return spf_macro_expand(spec, SPF_IN_DOMAIN, &e->macros, out);
}

/* --- terms --------------------------------------------------------------- */

static int matched(struct eval *e, const struct spf_term *t)
{
	if (e->depth == 1) {
		buf_init(&e->out->mechanism, t->text.n);
		buf_put(&e->out->mechanism, t->text);
	}
	return (int)t->result;
}

static int over_limit(struct eval *e, struct span term)
{
	e->out->why.text[0] = 0;
	return end_with(e, SPF_PERMERROR, "RFC 7208 4.6.4",
			e->hosts.lookups > SPF_LOOKUPS
				? "more than 10 terms that ask DNS"
			: e->hosts.voids > SPF_VOIDS
				? "more than 2 look-ups without records"
				: "more than 10 mail servers",
			term);
}

/* A term that matches or not: a, mx, ptr, exists. */
static int step_hosts(struct eval *e, const struct spf_term *t,
		      struct span target)
{
	switch (spf_hosts_match(&e->hosts, t, target)) {
	case SPF_HOSTS_YES:
		return matched(e, t);
	case SPF_HOSTS_NO:
		return GO_ON;
	case SPF_HOSTS_LIMIT:
		return over_limit(e, t->text);
	case SPF_HOSTS_FAILED:
		break;
	}
	return end_with(e, SPF_TEMPERROR, e->hosts.why.where, e->hosts.why.text,
			target);
}

/* GO_ON also where another frame was entered. */
static int step_asking(struct eval *e, const struct spf_term *t)
{
	struct buf target = { 0 };
	enum status st;
	int r = GO_ON;

	if (!spf_hosts_charge(&e->hosts))
		return over_limit(e, t->text);
	st = expand_target(e, t->spec, &target);
	if (st == ST_LIMIT)
		r = over_limit(e, t->text);
	else if (st != ST_OK)
		r = GO_ON;
	else if (t->mechanism == SPF_INCLUDE)
		r = enter_record(e, buf_span(&target));
	else
		r = step_hosts(e, t, buf_span(&target));
	buf_free(&target);
	return r;
}

/* No term matched (RFC 7208 4.7, 6.1). */
static int at_end(struct eval *e)
{
	struct spf_record *record = &top(e)->record;
	struct buf target = { 0 };
	int r;

	if (!record->redirect.p) {
		if (e->depth == 1) {
			buf_init(&e->out->mechanism, 7);
			buf_put(&e->out->mechanism, SPAN("default"));
		}
		return SPF_NEUTRAL;
	}
	if (!spf_hosts_charge(&e->hosts))
		return over_limit(e, SPAN("redirect"));
	if (expand_target(e, record->redirect, &target) == ST_OK) {
		drop_frame(e);
		r = enter_record(e, buf_span(&target));
	} else {
		r = end_with(e, SPF_PERMERROR, "RFC 7208 6.1",
			     "cannot be expanded", record->redirect);
	}
	buf_free(&target);
	return r == SPF_NONE ? SPF_PERMERROR : r;
}

static int check_term(struct eval *e)
{
	struct frame *f = top(e);

	if (f->next == f->record.n)
		return at_end(e);
	const struct spf_term *t = &f->record.v[f->next++];

	switch (t->mechanism) {
	case SPF_ALL:
		return matched(e, t);
	case SPF_IP4:
		return ip_within(&e->query->client.ip, &t->net, t->bits4)
			       ? matched(e, t)
			       : GO_ON;
	case SPF_IP6:
		return ip_within(&e->query->client.ip, &t->net, t->bits6)
			       ? matched(e, t)
			       : GO_ON;
	case SPF_INCLUDE:
	case SPF_A:
	case SPF_MX:
	case SPF_PTR:
	case SPF_EXISTS:
		break;
	}
	return step_asking(e, t);
}

/* --- the explanation (RFC 7208 6.2) -------------------------------------- */

static bool is_printable(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return true;
}

static void explain_text(struct eval *e, struct span text)
{
	struct buf *out = &e->out->explanation;

	/* an answer may have 64 KiB, far more than an SMTP reply */
	buf_init(out, SPF_EXPLANATION);
	if (!spf_macro_check(text, SPF_IN_EXPLANATION))
		return;
	if (spf_macro_uses(text, 'p'))
		status_ignore(spf_hosts_name(&e->hosts, e->macros.domain,
					     &e->macros.validated));
	if (spf_macro_expand(text, SPF_IN_EXPLANATION, &e->macros, out) !=
		    ST_OK ||
	    !is_printable(buf_span(out)))
		buf_free(out);
}

/* Look-ups for it do not count, because the result is known (4.6.4). After any
 * error there is no explanation. */
static void explain(struct eval *e)
{
	struct frame *f = top(e);
	struct dns_query query = { .type = DNS_TXT,
				   .clock = e->query->client.clock };
	struct dns_reply reply = { 0 };
	struct buf target = { 0 };

	if (!f->record.exp.p)
		return;
	e->hosts.free_of_charge = true;
	if (expand_target(e, f->record.exp, &target) == ST_OK &&
	    dns_name_of(buf_span(&target), &query.name)) {
		dns_get(e->query->client.dns, &query, &reply);
		if (reply.answer == DNS_RECORDS && reply.n == 1)
			explain_text(e, buf_span(&reply.records[0]));
	}
	dns_reply_free(&reply);
	buf_free(&target);
}

/* --- check_host ---------------------------------------------------------- */

/* Drop the top frame, whose result is *R; then *R is the result of the term
 * that included it (5.2), or GO_ON. False if it was the last frame. */
static bool leave_record(struct eval *e, int *r)
{
	const struct spf_term *t;

	if (e->depth == 1 && *r == SPF_FAIL)
		explain(e);
	drop_frame(e);
	if (e->depth == 0)
		return false;
	t = &top(e)->record.v[top(e)->next - 1];
	if (*r == SPF_PASS)
		*r = matched(e, t);
	else if (*r == SPF_NONE)
		*r = SPF_PERMERROR;
	else if (*r != SPF_TEMPERROR && *r != SPF_PERMERROR)
		*r = GO_ON;
	return true;
}

static enum spf_result check_host(struct eval *e, struct span domain)
{
	int r = enter_record(e, domain);

	do {
		while (r == GO_ON)
			r = check_term(e);
	} while (leave_record(e, &r));
	return (enum spf_result)r;
}

/* RFC 5321 4.1.2 allows no such local part: what must be quoted is not. Blanks
 * are taken, because addresses of the RFC's own test suite have them. */
static bool is_ambiguous(struct span local)
{
	if (local.n > SPF_LOCAL)
		return true;
	if (local.n > 1 && local.p[0] == '"' && local.p[local.n - 1] == '"')
		return false;
	for (size_t i = 0; i < local.n; i++)
		if (local.p[i] < ' ' || local.p[i] == 0x7f ||
		    span_find(SPAN("()<>[]:;@\\,\""), local.p[i]) < 12)
			return true;
	return false;
}

/* Take off what stands around a domain where programs read the same address: a
 * fail of that domain must not get lost by it. False if there was any. */
static bool trim_domain(struct span *domain)
{
	size_t n = domain->n;

	*domain = span_trim(*domain);
	while (domain->n &&
	       span_has(SPAN("\"> \t\r\n"), domain->p[domain->n - 1]))
		domain->n--;
	return domain->n == n;
}

/* A name that is none of a host only because of its hyphens, as "-a.example":
 * DNS has such names, also by wildcards, so that their records count (4.3). */
static bool take_hyphens(struct span name, struct name *domain)
{
	unsigned char plain[sizeof(domain->text)];

	if (name.n > sizeof(plain))
		return false;
	for (size_t i = 0; i < name.n; i++)
		plain[i] = name.p[i] == '-' ? 'x' : name.p[i];
	if (name_parse(span_of(plain, name.n), NAME_UNDERSCORE, domain, NULL) !=
	    ST_OK)
		return false;
	memcpy(domain->text, name.p, name.n);
	return true;
}

/* Set the identity that is checked (2.3, 2.4). False if its domain is not a
 * domain name. */
static bool find_identity(struct eval *e, struct name *domain)
{
	const struct spf_query *q = e->query;
	struct span name = q->helo;

	e->macros.local = SPAN("postmaster");
	e->out->helo = q->mail_from.n == 0;
	if (!e->out->helo) {
		size_t at = span_rfind(q->mail_from, '@');

		name = span_from(q->mail_from, at + 1);
		e->macros.local = span_head(q->mail_from, at);
		/* without "@" it is all domain (4.3) */
		if (at == q->mail_from.n) {
			name = q->mail_from;
			e->macros.local = SPAN("");
		}
	}
	buf_init(&e->out->domain, SPF_LOCAL);
	buf_put(&e->out->domain, span_head(name, SPF_LOCAL));
	/* the domain decides, whatever is before the last "@" (4.3) */
	e->ambiguous = !trim_domain(&name);
	if (!q->unquoted && is_ambiguous(e->macros.local))
		e->ambiguous = true;
	if (span_ends(name, SPAN(".")))
		name.n--;
	if (e->macros.local.n == 0)
		e->macros.local = SPAN("postmaster");
	/* a domain has 253 octets at most, counted from its end (7.3) */
	if (e->macros.local.n > SPF_LOCAL)
		e->macros.local = span_from(e->macros.local,
					    e->macros.local.n - SPF_LOCAL);
	switch (idn_parse(name, NAME_UNDERSCORE, domain, &e->out->why)) {
	case ST_OK:
		return true;
	case ST_DNS:
		e->out->result = SPF_TEMPERROR;
		return false;
	default:
		e->out->unasked = !take_hyphens(name, domain);
		if (!e->out->unasked)
			e->out->why = (struct diag){ 0 };
		return !e->out->unasked;
	}
}

/* An address that can be read in two ways, of which only one is of this domain,
 * is not authenticated; what refuses it stays (RFC 7208 4.3, RFC 5321 4.1.2).
 */
static void withhold_pass(struct eval *e)
{
	struct span from = e->query->mail_from;

	if (!e->ambiguous || e->out->result != SPF_PASS)
		return;
	e->out->result = SPF_NONE;
	e->out->withheld = true;
	buf_reset(&e->out->mechanism);
	(void)end_with(e, SPF_NONE, "RFC 5321 4.1.2",
		       "not an address, so that a pass does not count",
		       span_head(from, 100));
}

/* A pass that an attacker could have forged in DNS must not count; any other
 * result needs no proof. */
static void check_secure(struct eval *e)
{
	const struct dns_clock *clock = e->query->client.clock;

	e->out->dnssec = dns_clock_word(clock);
	if (e->out->result != SPF_PASS || !e->query->require_dnssec ||
	    dns_clock_secure(clock))
		return;
	e->out->result = SPF_PERMERROR;
	(void)end_with(e, SPF_PERMERROR, "RFC 7208 11.3",
		       "the records are not protected by DNSSEC",
		       buf_span(&e->out->domain));
}

void spf_check(const struct spf_query *query, struct spf_verdict *out)
{
	struct eval *e = mem_alloc(sizeof(*e));
	struct name domain;

	*out = (struct spf_verdict){ .result = SPF_NONE };
	e->query = query;
	e->out = out;
	e->hosts.client = query->client;
	if (query->client.clock)
		query->client.clock->answered = false;
	e->macros = (struct spf_macros){
		.helo = span_head(query->helo, SPF_LOCAL),
		.receiver = query->receiver.n ? query->receiver
					      : SPAN("unknown"),
		.ip = query->client.ip,
		.now = query->now,
	};
	if (find_identity(e, &domain)) {
		buf_reset(&out->domain);
		buf_put(&out->domain, span_str(domain.text));
		e->macros.sender_domain = span_str(domain.text);
		out->result = check_host(e, span_str(domain.text));
		check_secure(e);
		withhold_pass(e);
	}
	out->lookups = e->hosts.lookups;
	out->voids = e->hosts.voids;
	spf_hosts_free(&e->hosts);
	free(e);
}

void spf_verdict_free(struct spf_verdict *v)
{
	buf_free(&v->domain);
	buf_free(&v->mechanism);
	buf_free(&v->record);
	buf_free(&v->explanation);
}
