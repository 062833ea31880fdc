#include "dmarc_walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct dmarc_store {
	struct dns *dns;
	struct dns_clock *clock;
	struct dmarc_place **v;
	size_t n;
	unsigned queries;
};

struct dmarc_store *dmarc_store_new(struct dns *dns, struct dns_clock *clock)
{
	struct dmarc_store *s = mem_alloc(sizeof(*s));

	s->dns = dns;
	s->clock = clock;
	return s;
}

void dmarc_store_free(struct dmarc_store *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++) {
		buf_free(&s->v[i]->text);
		free(s->v[i]);
	}
	free(s->v);
	free(s);
}

unsigned dmarc_store_queries(const struct dmarc_store *s)
{
	return s->queries;
}

static void ask(struct dmarc_store *s, const char *before,
		const struct name *name, struct dns_reply *out)
{
	struct dns_query query = { .type = DNS_TXT, .clock = s->clock };
	char text[sizeof(name->text) + 8];
	int n = snprintf(text, sizeof(text), "%s%s", before, name->text);

	*out = (struct dns_reply){ .answer = DNS_NXDOMAIN };
	/* a name that is too long has no record */
	if (!dns_name_of(span_of(text, (size_t)n), &query.name))
		return;
	s->queries++;
	dns_get(s->dns, &query, out);
}

static void read_reply(const struct dns_reply *reply, struct dmarc_place *p)
{
	const struct buf *found = NULL;

	if (reply->answer == DNS_FAILED) {
		p->at = DMARC_FAILED;
		p->why = reply->why;
		return;
	}
	for (size_t i = 0; i < reply->n; i++) {
		if (!dmarc_record_is(buf_span(&reply->records[i])))
			continue;
		p->at = found ? DMARC_SEVERAL : DMARC_FOUND;
		found = &reply->records[i];
	}
	if (p->at != DMARC_FOUND)
		return;
	buf_init(&p->text, found->n);
	buf_put(&p->text, buf_span(found));
	dmarc_record_parse(buf_span(&p->text), &p->record);
	if (p->record.duplicate)
		p->at = DMARC_BROKEN;
}

const struct dmarc_place *dmarc_store_get(struct dmarc_store *s,
					  const struct name *name)
{
	struct dmarc_place *p;
	struct dns_reply reply;

	for (size_t i = 0; i < s->n; i++)
		if (name_eq(&s->v[i]->name, name))
			return s->v[i];
	s->v = mem_array(s->v, s->n + 1, sizeof(*s->v));
	p = s->v[s->n++] = mem_alloc(sizeof(*p));
	p->name = *name;
	ask(s, "_dmarc.", name, &reply);
	read_reply(&reply, p);
	dns_reply_free(&reply);
	return p;
}

enum status dmarc_store_exists(struct dmarc_store *s, const struct name *name,
			       bool *exists, struct diag *why)
{
	struct dns_reply reply;
	enum status st = ST_OK;

	ask(s, "", name, &reply);
	*exists = reply.answer != DNS_NXDOMAIN;
	if (reply.answer == DNS_FAILED)
		st = diag_set(why, ST_DNS, "RFC 9989 3.2.13", "%s",
			      reply.why.text);
	dns_reply_free(&reply);
	return st;
}

/* --- the walk ------------------------------------------------------------ */

/* NAME without its first LABELS labels. */
static void parent(const struct name *name, size_t labels, struct name *out)
{
	const char *p = name->text;
	struct name copy = { "" };

	for (; labels; labels--)
		p = strchr(p, '.') + 1;
	memcpy(copy.text, p, strlen(p) + 1);
	*out = copy;
}

void dmarc_walk(struct dmarc_store *s, const struct name *start,
		struct dmarc_walk *out)
{
	struct name at = *start;
	size_t labels = name_labels(&at);

	*out = (struct dmarc_walk){ 0 };
	for (;;) {
		const struct dmarc_place *p = dmarc_store_get(s, &at);
		/* 4.10 step 4: from the second question on, 7 at most */
		size_t drop = labels >= DMARC_STEPS ? labels - 7 : 1;

		out->v[out->n++] = p;
		out->failed = p->at == DMARC_FAILED;
		if (out->failed || labels == 1 ||
		    (p->at == DMARC_FOUND && p->record.psd != 'u'))
			return;
		parent(&at, drop, &at);
		labels -= drop;
	}
}

void dmarc_walk_org(const struct dmarc_walk *w, struct name *out)
{
	const struct name *start = &w->v[0]->name;

	*out = *start;
	for (size_t i = 0; i < w->n; i++) {
		const struct dmarc_place *p = w->v[i];

		if (p->at != DMARC_FOUND)
			continue;
		if (p->record.psd == 'y' && i > 0) {
			/* one label below the public suffix */
			parent(start,
			       name_labels(start) - name_labels(&p->name) - 1,
			       out);
			return;
		}
		*out = p->name;
	}
}

const struct dmarc_place *dmarc_walk_policy(const struct dmarc_walk *w)
{
	const struct dmarc_place *last = w->v[w->n - 1];
	struct name org;

	if (w->v[0]->at == DMARC_FOUND)
		return w->v[0];
	dmarc_walk_org(w, &org);
	for (size_t i = 0; i < w->n; i++)
		if (w->v[i]->at == DMARC_FOUND && name_eq(&w->v[i]->name, &org))
			return w->v[i];
	/* the public suffix speaks for those who do not */
	return last->at == DMARC_FOUND && last->record.psd == 'y' ? last : NULL;
}
