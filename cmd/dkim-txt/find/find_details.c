#include "find_search.h"
#include "key_findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	if (f->zones_n == FIND_ZONES)
		return NULL;
	z = &f->zones[f->zones_n++];
	*z = (struct zone_age){ .name = mem_copy(name, strlen(name)) };
	find_ask(f, DNS_SOA, name, &reply);
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

	/* there is no array then */
	if (!f->n)
		return;
	memcpy(sorted, f->v, f->n * sizeof(struct found *));
	qsort(sorted, f->n, sizeof(struct found *), by_key);
	for (size_t i = 0; i < f->n; i = end) {
		struct span print = buf_span(&sorted[i]->check.print);

		for (end = i + 1; end < f->n; end++)
			if (!span_eq(print,
				     buf_span(&sorted[end]->check.print)))
				break;
		for (size_t k = i; k < end && print.n && end - i > 1; k++) {
			sorted[k]->same = sorted + i;
			sorted[k]->same_n = end - i;
			findings_add(&sorted[k]->check.findings,
				     &FINDING_REUSED, "%s",
				     sorted[k == i ? i + 1 : i]->name->name);
		}
	}
}

static bool is_good(const struct found *one, enum key_type type)
{
	return keycheck_well(one->check.result) && one->check.key &&
	       key_type(one->check.key) == type;
}

static int by_domain(const void *a, const void *b)
{
	const struct found *x = *(struct found *const *)a;
	const struct found *y = *(struct found *const *)b;

	return strcmp(x->name->domain, y->name->domain);
}

/* Domains of which every valid key found is Ed25519. An RSA key may be what a
 * question without an answer has hidden. */
static void find_alone(struct finder *f)
{
	struct found **v = mem_alloc((f->n + 1) * sizeof(struct found *));
	size_t end;

	for (size_t i = 0; i < f->n; i++)
		v[i] = f->v[i];
	if (f->n)
		qsort(v, f->n, sizeof(struct found *), by_domain);
	for (size_t i = 0; i < f->n && !f->unanswered; i = end) {
		bool rsa = false;

		for (end = i; end < f->n && by_domain(&v[i], &v[end]) == 0;
		     end++)
			rsa |= is_good(v[end], KEY_RSA);
		for (size_t k = i; k < end && !rsa; k++)
			if (is_good(v[k], KEY_ED25519))
				findings_mark(&v[k]->check.findings,
					      &FINDING_ED25519_ALONE);
	}
	free(v);
}

void find_details(struct finder *f, struct found **sorted)
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
	find_reuse(f, sorted);
	find_alone(f);
}
