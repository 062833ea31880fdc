#include "text_report.h"

#include "message.h"
#include "text.h"
#include "words.h"

void text_color(struct buf *out, enum text_color color)
{
	static const char *const codes[] = { [TEXT_PLAIN] = "0",
					     [TEXT_RED] = "31",
					     [TEXT_GREEN] = "32",
					     [TEXT_YELLOW] = "33" };

	buf_putf(out, "\033[%sm", codes[color]);
}

void text_report_word(enum result r, bool colored, struct buf *out)
{
	static const enum text_color colors[] = {
		[RESULT_PASS] = TEXT_GREEN,
		[RESULT_FAIL] = TEXT_RED,
		[RESULT_POLICY] = TEXT_RED,
		[RESULT_PERMERROR] = TEXT_RED,
		[RESULT_TEMPERROR] = TEXT_YELLOW,
		[RESULT_NEUTRAL] = TEXT_YELLOW,
		[RESULT_NONE] = TEXT_YELLOW,
	};
	struct span word = span_str(result_word(r));

	if (colored)
		text_color(out, colors[r]);
	buf_put(out, word);
	if (colored)
		text_color(out, TEXT_PLAIN);
	buf_put(out, span_head(SPAN("     "), word.n < 5 ? 5 - word.n : 0));
}

void text_report_name(const char *name, struct buf *out)
{
	if (!name)
		return;
	text_put(out, span_str(name));
	buf_put(out, SPAN(": "));
}

void text_report_line(const char *name, const struct verdict *v, bool colored,
		      struct buf *out)
{
	enum result result = status_result(v->st);
	const struct sig *s = &v->sig;
	unsigned bits = words_bits(v);
	struct buf c;

	text_report_name(name, out);
	/* "domainkeys=pass" is not taken for "pass" */
	if (v->domainkeys)
		buf_putf(out, "domainkeys=%s ", result_word(result));
	else
		text_report_word(result, colored, out);
	words_tag(out, "d", s->text_d);
	words_tag(out, "s", s->text_s);
	words_tag(out, "a", s->text_a);
	buf_init(&c, LIMIT_HEADER_BYTES);
	if (s->text_d.p && !v->domainkeys)
		words_canon(v, &c);
	if (s->text_d.p)
		words_tag(out, "c", v->domainkeys ? s->text_c : buf_span(&c));
	buf_free(&c);
	if (bits)
		buf_putf(out, " key=%u", bits);
	if (s->identity.n)
		words_tag(out, "i", buf_span(&s->identity));
	if (v->st != ST_OK) {
		buf_put(out, s->text_d.p ? SPAN(": ") : SPAN(" "));
		words_reason(v, out);
	}
	buf_put(out, SPAN("\n"));
}

void text_report(const char *name, const struct verification *all, bool colored,
		 text_report_more *more, const void *ctx, struct buf *out)
{
	struct words_at at = { 0 };
	const struct verdict *v;

	while ((v = words_next(all, &at))) {
		text_report_line(name, v, colored, out);
		if (more)
			more(ctx, v, out);
	}
	if (all->n == 0) {
		text_report_name(name, out);
		text_report_word(RESULT_NONE, colored, out);
		buf_put(out, SPAN(" no DKIM-Signature field\n"));
	}
}

/* -- warnings -------------------------------------------------------------- */

static void put_uncovered(const struct verification *all,
			  const struct verdict *v, struct buf *out)
{
	size_t at = 0, n = 0;
	const char *name;

	while ((name = verdict_uncovered(v, all->fields, &at)))
		buf_putf(out, "%s%s", n++ ? ", " : "", name);
	buf_putf(out, " %s not signed (RFC 6376 5.4.1)", n > 1 ? "are" : "is");
}

/* The text of W about the signature V, or the message if that is NULL. */
static void put_warning(const struct verification *all, const struct verdict *v,
			enum warning w, struct buf *out)
{
	if (w == WARN_MALFORMED_HEADER || w == WARN_HEADER_LIMIT)
		message_describe(all->header, &all->header_why, out);
	else if (w == WARN_UNSEEN)
		buf_putf(out,
			 "%zu more signature fields are not looked at "
			 "(RFC 6376 6.1)",
			 all->unseen);
	else if (w == WARN_KNOWN_KEY)
		buf_put(out, span_str(v->rec->known));
	else if (w == WARN_PARTIAL_BODY)
		buf_putf(out,
			 "%llu of %llu bytes of the body are not signed (RFC "
			 "6376 8.2)",
			 (unsigned long long)v->unsigned_octets,
			 (unsigned long long)v->body_octets);
	else if (w == WARN_WEAK_COVERAGE)
		put_uncovered(all, v, out);
	else
		buf_put(out, span_str(warning_text(w)));
}

/* NUMBER of V counts among its kind from 1. */
static void put_warnings(const char *name, const struct verification *all,
			 const struct verdict *v, size_t number,
			 struct buf *out)
{
	unsigned set = v ? v->warnings : all->warnings;
	struct buf words;

	buf_init(&words, 4096);
	for (enum warning w = 0; w < WARN_COUNT; w++) {
		if (!(set & 1U << w))
			continue;
		buf_reset(&words);
		put_warning(all, v, w, &words);
		if (v)
			message_put(out, name, "warning: %s %zu: %s",
				    v->domainkeys ? "DomainKeys signature"
						  : "signature",
				    number, (const char *)words.p);
		else
			message_put(out, name, "%s: %s",
				    warning_is_note(w) ? "note" : "warning",
				    (const char *)words.p);
	}
	buf_free(&words);
}

void text_warnings(const char *name, const struct verification *all,
		   struct buf *out)
{
	put_warnings(name, all, NULL, 0, out);
	for (size_t i = 0; i < all->n; i++)
		put_warnings(name, all, &all->v[i], i + 1, out);
	for (size_t i = 0; i < all->domainkeys_n; i++)
		put_warnings(name, all, &all->domainkeys[i], i + 1, out);
}
