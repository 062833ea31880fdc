#include "text_report.h"

#include "message.h"
#include "text.h"
#include "words.h"

static void put_start(struct buf *out, const char *name, const char *word)
{
	if (name) {
		text_put(out, span_str(name));
		buf_put(out, SPAN(": "));
	}
	buf_putf(out, "%-5s", word);
}

static void put_canon(const struct verdict *v, struct buf *out)
{
	struct buf c;

	if (v->domainkeys) {
		words_tag(out, "c", v->sig.text_c);
		return;
	}
	buf_init(&c, LIMIT_HEADER_BYTES);
	words_canon(v, &c);
	words_tag(out, "c", buf_span(&c));
	buf_free(&c);
}

/* "pass", or "domainkeys=pass", which no reader takes for the former. */
static void put_result(const char *name, const struct verdict *v,
		       struct buf *out)
{
	const char *word = result_word(status_result(v->st));

	put_start(out, name, v->domainkeys ? "domainkeys=" : word);
	if (v->domainkeys)
		buf_putf(out, "%s ", word);
}

struct page {
	const char *name;
	const struct verification *all;
	text_report_more *more;
	const void *ctx;
	struct buf *out;
};

static void put_verdict(void *ctx, const struct verdict *v)
{
	const struct page *page = ctx;
	struct buf *out = page->out;
	unsigned bits = words_bits(v);

	put_result(page->name, v, out);
	words_tag(out, "d", v->sig.text_d);
	words_tag(out, "s", v->sig.text_s);
	words_tag(out, "a", v->sig.text_a);
	if (v->sig.text_d.p)
		put_canon(v, out);
	if (bits)
		buf_putf(out, " key=%u", bits);
	if (v->sig.identity.n)
		words_tag(out, "i", buf_span(&v->sig.identity));
	if (v->st != ST_OK) {
		buf_put(out, v->sig.text_d.p ? SPAN(": ") : SPAN(" "));
		words_reason(v, out);
	}
	buf_put(out, SPAN("\n"));
	if (page->more)
		page->more(page->ctx, v, out);
}

void text_report(const char *name, const struct verification *all,
		 text_report_more *more, const void *ctx, struct buf *out)
{
	struct page page = { name, all, more, ctx, out };

	words_each_signature(all, put_verdict, &page);
	if (all->n == 0) {
		put_start(out, name, "none");
		buf_put(out, SPAN(" no DKIM-Signature field\n"));
	}
}

struct place {
	const char *name;
	const struct verification *all;
	const struct verdict *v; /* NULL: the message */
	size_t number;		 /* of its kind */
	struct buf *out;
};

static void put_uncovered(const struct place *place, struct buf *out)
{
	size_t at = 0, n = 0;
	const char *name;

	while ((name = verdict_uncovered(place->v, place->all->fields, &at)))
		buf_putf(out, "%s%s", n++ ? ", " : "", name);
	buf_putf(out, " %s not signed (RFC 6376 5.4.1)", n > 1 ? "are" : "is");
}

static void say(void *ctx, enum warning w)
{
	const struct place *place = ctx;
	const struct verification *all = place->all;
	struct buf words;

	buf_init(&words, 4096);
	if (w == WARN_MALFORMED_HEADER || w == WARN_HEADER_LIMIT)
		message_describe(all->header, &all->header_why, &words);
	else if (w == WARN_UNSEEN)
		buf_putf(&words,
			 "%zu more signature fields are not looked at "
			 "(RFC 6376 6.1)",
			 all->unseen);
	else if (w == WARN_KNOWN_KEY)
		buf_put(&words, span_str(place->v->rec->known));
	else if (w == WARN_PARTIAL_BODY)
		buf_putf(&words,
			 "%llu of %llu bytes of the body are not signed (RFC "
			 "6376 8.2)",
			 (unsigned long long)place->v->unsigned_octets,
			 (unsigned long long)place->v->body_octets);
	else if (w == WARN_WEAK_COVERAGE)
		put_uncovered(place, &words);
	else
		buf_put(&words, span_str(warning_text(w)));
	if (place->v)
		message_put(place->out, place->name, "warning: %s %zu: %s",
			    place->v->domainkeys ? "DomainKeys signature"
						 : "signature",
			    place->number, (const char *)words.p);
	else
		message_put(place->out, place->name, "%s: %s",
			    warning_is_note(w) ? "note" : "warning",
			    (const char *)words.p);
	buf_free(&words);
}

void text_warnings(const char *name, const struct verification *all,
		   struct buf *out)
{
	struct place place = { .name = name, .all = all, .out = out };

	words_each_warning(all->warnings, say, &place);
	for (size_t i = 0; i < all->n; i++) {
		place.v = &all->v[i];
		place.number = i + 1;
		words_each_warning(place.v->warnings, say, &place);
	}
	for (size_t i = 0; i < all->domainkeys_n; i++) {
		place.v = &all->domainkeys[i];
		place.number = i + 1;
		words_each_warning(place.v->warnings, say, &place);
	}
}
