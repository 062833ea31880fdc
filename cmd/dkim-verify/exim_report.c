#include "exim_report.h"

#include "exim.h"
#include "text.h"
#include "words.h"

static void put_name(const char *name, struct buf *out)
{
	if (!name)
		return;
	text_put(out, span_str(name));
	buf_put(out, SPAN(": "));
}

static void put_tag(struct buf *out, const char *name, struct span value)
{
	words_tag(out, name, value.p ? value : SPAN("<UNSET>"));
}

static void put_number(struct buf *out, const char *name, bool has, uint64_t n)
{
	if (has)
		buf_putf(out, " %s=%llu", name, (unsigned long long)n);
}

static void put_signature(const struct verdict *v, struct buf *out)
{
	const struct sig *sig = &v->sig;
	const char *reason = exim_reason(v->st);
	struct buf c;

	buf_putf(out, "%s%s%s DKIM:", exim_word_text(exim_word(v->st)),
		 *reason ? " " : "", reason);
	buf_init(&c, LIMIT_HEADER_BYTES);
	words_canon(v, &c);
	put_tag(out, "d", sig->text_d);
	put_tag(out, "s", sig->text_s);
	put_tag(out, "c", buf_span(&c));
	put_tag(out, "a", sig->text_a);
	put_number(out, "b", true, sig->b.n * 8);
	if (sig->text_i.p)
		put_tag(out, "i", sig->text_i);
	put_number(out, "t", sig->has_t, sig->t);
	put_number(out, "x", sig->has_x, sig->x);
	put_number(out, "l", sig->has_l, sig->l);
	buf_put(out, SPAN(" ["));
	exim_log(v->st, out);
	buf_put(out, SPAN("]\n"));
	buf_free(&c);
}

void exim_report(const char *name, const struct verification *all,
		 struct buf *out)
{
	for (size_t i = 0; i < all->n; i++) {
		put_name(name, out);
		put_signature(&all->v[i], out);
	}
	if (all->n)
		return;
	put_name(name, out);
	buf_put(out, SPAN("none\n"));
}
