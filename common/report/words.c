#include "words.h"

#include "b64.h"
#include "message.h"
#include "text.h"

static void put_digest(const struct digest *d, struct buf *out)
{
	status_ignore(b64_encode(digest_span(d), out)); /* at most 44 octets */
}

void words_reason(const struct verdict *v, struct buf *out)
{
	message_describe(v->st, &v->why, out);
	if (v->st != ST_BODY_HASH)
		return;
	status_ignore(buf_add(out, SPAN("; expected ")));
	put_digest(&v->sig.bh, out);
	status_ignore(buf_add(out, SPAN(", found ")));
	put_digest(&v->body, out);
}

/* A value as one word: what could pass for the next one is escaped, too, since
 * i= and broken tags may hold anything (RULES S-11). */
static void put_word(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		struct span rest = span_from(s, i);
		size_t n = 0;

		while (n < rest.n &&
		       span_find(SPAN(" :;=\"\\"), rest.p[n]) == 6)
			n++;
		status_ignore(
			text_escape(span_head(rest, n), out)); /* it fits */
		if (n < rest.n)
			buf_putf(out, "\\x%02x", rest.p[n]);
		i += n;
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
	    v->sig.body == CANON_SIMPLE)
		status_ignore(buf_add(out, v->sig.text_c));
	else
		buf_putf(out, "%s/%s", canon_word(v->sig.header),
			 canon_word(v->sig.body));
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

void words_each_signature(const struct verification *all,
			  void (*call)(void *ctx, const struct verdict *v),
			  void *ctx)
{
	size_t i = 0, j = 0;

	while (i < all->n || j < all->domainkeys_n) {
		const struct verdict *a = i < all->n ? &all->v[i] : NULL;
		const struct verdict *b =
			j < all->domainkeys_n ? &all->domainkeys[j] : NULL;

		/* fields stand in one array, top to bottom */
		if (a && (!b || a->sig.field < b->sig.field)) {
			call(ctx, a);
			i++;
		} else {
			call(ctx, b);
			j++;
		}
	}
}

void words_each_warning(unsigned set, void (*call)(void *ctx, enum warning w),
			void *ctx)
{
	for (int w = 0; w < WARN_COUNT; w++)
		if (set & 1U << w)
			call(ctx, (enum warning)w);
}
