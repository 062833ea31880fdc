#include "text_report.h"

#include "cli.h"
#include "text.h"
#include "words.h"

static void put_escaped(struct buf *out, struct span s)
{
	status_ignore(text_escape(s, out)); /* a header's text fits */
}

static void put_tag(struct buf *out, const char *name, struct span value)
{
	if (!value.p)
		return;
	buf_putf(out, " %s=", name);
	put_escaped(out, value);
}

static void put_start(struct buf *out, const char *name, const char *word)
{
	if (name) {
		put_escaped(out, span_str(name));
		buf_put(out, SPAN(": "));
	}
	buf_putf(out, "%-5s", word);
}

static void put_verdict(const char *name, const struct verdict *v,
			struct buf *out)
{
	unsigned bits = words_bits(v);

	put_start(out, name, result_word(status_result(v->st)));
	put_tag(out, "d", v->sig.text_d);
	put_tag(out, "s", v->sig.text_s);
	put_tag(out, "a", v->sig.text_a);
	if (v->sig.text_d.p) {
		buf_put(out, SPAN(" c="));
		words_canon(v, out);
	}
	if (bits)
		buf_putf(out, " key=%u", bits);
	if (v->sig.identity.n)
		put_tag(out, "i", buf_span(&v->sig.identity));
	if (v->st != ST_OK) {
		buf_put(out, v->sig.text_d.p ? SPAN(": ") : SPAN(" "));
		words_reason(v, out);
	}
	buf_put(out, SPAN("\n"));
}

void text_report(const char *name, const struct verification *all,
		 struct buf *out)
{
	for (size_t i = 0; i < all->n; i++)
		put_verdict(name, &all->v[i], out);
	if (all->n == 0) {
		put_start(out, name, "none");
		buf_put(out, SPAN(" no DKIM-Signature field\n"));
	}
}

struct place {
	const char *name;
	size_t number; /* of the signature, 0: the message */
};

static void say(void *ctx, enum warning w)
{
	const struct place *place = ctx;

	if (place->number)
		cli_say(place->name, "warning: signature %zu: %s",
			place->number, warning_text(w));
	else
		cli_say(place->name, "warning: %s", warning_text(w));
}

void text_warnings(const char *name, const struct verification *all)
{
	struct place place = { name, 0 };

	if (all->octets == 0)
		cli_say(name, "warning: the input is empty");
	if (all->header != ST_OK && all->n == 0) {
		struct buf why;

		buf_init(&why, 2048);
		cli_describe(all->header, &all->header_why, &why);
		cli_say(name, "warning: %s", (const char *)why.p);
		buf_free(&why);
	}
	if (all->unseen)
		cli_say(name,
			"warning: %zu more DKIM-Signature fields not looked at "
			"(RFC 6376 6.1)",
			all->unseen);
	words_each_warning(all->warnings, say, &place);
	for (size_t i = 0; i < all->n; i++) {
		place.number = i + 1;
		words_each_warning(all->v[i].warnings, say, &place);
	}
}
