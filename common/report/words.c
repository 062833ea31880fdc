#include "words.h"

#include "b64.h"
#include "message.h"
#include "text.h"

static void put_digest(const struct digest *d, struct buf *out)
{
	status_ignore(b64_encode(digest_span(d), out)); /* at most 44 bytes */
}

void words_reason(const struct verdict *v, struct buf *out)
{
	message_describe(v->st, &v->why, out);
	if (v->st != ST_BODY_HASH)
		return;
	status_ignore(buf_add(out, SPAN("; signed ")));
	put_digest(&v->sig.bh, out);
	status_ignore(buf_add(out, SPAN(", computed ")));
	put_digest(&v->body, out);
}

/* A value as one word: i= and tags that are not valid may hold anything. */
static void put_word(struct buf *out, struct span s)
{
	while (s.n) {
		size_t n = 0;

		while (n < s.n && s.p[n] != ' ' && s.p[n] != ':' &&
		       s.p[n] != ';' && s.p[n] != '=' && s.p[n] != '"' &&
		       s.p[n] != '\\')
			n++;
		text_put(out, span_head(s, n));
		if (n < s.n)
			buf_putf(out, "\\x%02x", s.p[n++]);
		s = span_from(s, n);
	}
}

void words_tag(struct buf *out, const char *name, struct span value)
{
	if (!value.p)
		return;
	buf_put(out, SPAN(" "));
	buf_put(out, span_str(name));
	buf_put(out, SPAN("="));
	put_word(out, value);
}

void words_canon(const struct verdict *v, struct buf *out)
{
	/* before c= was parsed both are simple, the default of an absent c= */
	if (v->sig.text_c.p && v->sig.header == CANON_SIMPLE &&
	    v->sig.body == CANON_SIMPLE) {
		status_ignore(buf_add(out, v->sig.text_c));
		return;
	}
	buf_put(out, span_str(canon_word(v->sig.header)));
	buf_put(out, SPAN("/"));
	buf_put(out, span_str(canon_word(v->sig.body)));
}

void words_b(const struct verdict *v, size_t most, struct buf *out)
{
	struct span b = v->sig.text_b;

	for (size_t i = 0, n = 0; i < b.n && n < most; i++)
		if (span_trim(span_of(b.p + i, 1)).n) {
			buf_put(out, span_of(b.p + i, 1));
			n++;
		}
}

unsigned words_bits(const struct verdict *v)
{
	return v->rec && v->rec->key ? key_bits(v->rec->key) : 0;
}

const struct verdict *words_next(const struct verification *all,
				 struct words_at *at)
{
	const struct verdict *a = at->dkim < all->n ? &all->v[at->dkim] : NULL;
	const struct verdict *b = at->domainkeys < all->domainkeys_n
					  ? &all->domainkeys[at->domainkeys]
					  : NULL;

	/* all fields are in one array, top to bottom */
	if (a && (!b || a->sig.field < b->sig.field)) {
		at->dkim++;
		return a;
	}
	at->domainkeys += b != NULL;
	return b;
}
