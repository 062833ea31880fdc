#include "scan_record.h"

#include <stdlib.h>
#include <string.h>

#include "keyowner.h"

enum { NAME_MOST = 4 * 253 };

struct span record_scan_meant(const struct scan_record *r)
{
	return buf_span(r->meant.n ? &r->meant : &r->text);
}

/* RFC 6376 3.6.1: v=DKIM1 at the beginning, or p= beside k=. */
static bool looks_like_key(struct span text)
{
	struct span item = { 0 };
	bool p = false, k = false;

	while (text.n && strchr("\"\xe2\x80\x9c ", text.p[0] ? text.p[0] : 'x'))
		text = span_from(text, 1);
	if (span_ieq(span_head(text, 7), SPAN("v=DKIM1")))
		return true;
	while (span_split(&text, ';', &item)) {
		item = span_trim(item);
		p |= span_ieq(span_head(item, 2), SPAN("p="));
		k |= span_ieq(span_head(item, 2), SPAN("k="));
	}
	return p && k;
}

bool record_scan_concerns(const struct record_scan *p, struct span owner,
			  struct span text)
{
	struct keyowner ignored;

	if (p->wanted)
		return p->wanted(owner, text);
	return owner.n == 0 || keyowner_parse(owner, &ignored) ||
	       looks_like_key(text);
}

struct scan_record *record_scan_add(struct record_scan *p, size_t line,
				    struct span owner, bool absolute,
				    struct span origin)
{
	struct scan_record *r;

	if (p->n == LIMIT_LINT_RECORDS)
		return NULL;
	if ((p->n & (p->n - 1)) == 0)
		p->v = mem_array(p->v, p->n ? 2 * p->n : 1, sizeof(*p->v));
	r = &p->v[p->n++];
	*r = (struct scan_record){ .line = line, .absolute = absolute };
	/* a name has 253 octets, with escapes four times as many; what is
	 * longer is none, and is not copied from line to line */
	owner = span_head(owner, NAME_MOST);
	buf_init(&r->owner, LIMIT_LINT_BYTES);
	buf_init(&r->text, LIMIT_LINT_BYTES);
	buf_init(&r->meant, LIMIT_LINT_BYTES);
	if (span_ends(owner, SPAN("."))) {
		r->absolute = true;
		owner = span_head(owner, owner.n - 1);
	}
	if (span_eq(owner, SPAN("@")) && origin.n)
		owner = (struct span){ 0 };
	buf_put(&r->owner, owner);
	if (!r->absolute && origin.n) {
		if (owner.n)
			buf_put(&r->owner, SPAN("."));
		buf_put(&r->owner, origin);
		r->absolute = true;
	}
	return r;
}

static void record_free(struct scan_record *r)
{
	buf_free(&r->owner);
	buf_free(&r->text);
	buf_free(&r->meant);
	findings_free(&r->findings);
}

void record_scan_drop(struct record_scan *p)
{
	record_free(&p->v[--p->n]);
}

void record_scan_free(struct record_scan *p)
{
	for (size_t i = 0; i < p->n; i++)
		record_free(&p->v[i]);
	free(p->v);
	*p = (struct record_scan){ 0 };
}
