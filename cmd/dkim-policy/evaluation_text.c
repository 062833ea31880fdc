#include "evaluation_report.h"

#include "spf_report.h"
#include "text.h"
#include "text_report.h"
#include "words.h"

static void put_start(const char *name, const char *method, const char *word,
		      struct buf *out)
{
	if (name) {
		text_put(out, span_str(name));
		buf_put(out, SPAN(": "));
	}
	buf_putf(out, "%s: %-5s", method, word);
}

static void put_why(const struct diag *why, struct buf *out)
{
	if (!why->text[0])
		return;
	buf_put(out, SPAN(": "));
	text_put(out, span_str(why->text));
	if (why->where)
		buf_putf(out, " (%s)", why->where);
}

static void put_dmarc(const char *name, const struct evaluation *e,
		      struct buf *out)
{
	const struct dmarc_verdict *v = &e->dmarc;

	put_start(name, "dmarc", result_word(v->result), out);
	if (e->author)
		buf_putf(out, " from=%s", e->author->text);
	if (v->has_policy)
		buf_putf(out, " policy=%s", dmarc_policy_word(v->policy));
	if (v->place)
		buf_putf(out, " record=_dmarc.%s", v->place->name.text);
	if (v->has_org)
		buf_putf(out, " org=%s", v->org.text);
	buf_putf(out, " queries=%u", v->queries);
	put_why(&v->why, out);
	buf_put(out, SPAN("\n"));
}

static void put_alignment(const char *name, const struct evaluation *e,
			  struct buf *out)
{
	static const char *const words[] = {
		[DMARC_APART] = "does not align",
		[DMARC_RELAXED] = "aligns relaxed",
		[DMARC_STRICT] = "aligns strict",
		[DMARC_UNSURE] = "is not known",
	};

	for (size_t i = 0; i < e->n; i++) {
		const struct dmarc_identifier *id = &e->ids[i];

		put_start(name, "align",
			  id->method == DMARC_DKIM ? "dkim" : "spf", out);
		buf_putf(out, " %-9s %s %s\n", id->word, id->domain.text,
			 words[id->aligned]);
	}
}

static void put_old(const char *name, const struct evaluation *e,
		    struct buf *out)
{
	put_start(name, "dkim-adsp", adsp_result_word(e->adsp.result), out);
	if (e->adsp.has_practice)
		buf_putf(out, " dkim=%s", adsp_practice_word(e->adsp.practice));
	put_why(&e->adsp.why, out);
	buf_put(out, SPAN("\n"));
	if (e->has_domainkeys) {
		put_start(name, "domainkeys", "", out);
		buf_putf(out, "policy o=%c%s\n", e->domainkeys.o,
			 e->domainkeys.testing ? " t=y" : "");
	}
}

static void put_sender_id(const char *name, const struct evaluation *e,
			  struct buf *out)
{
	const struct senderid *s = &e->sender_id;

	put_start(name, "sender-id", spf_result_word(s->spf.result), out);
	if (s->field)
		buf_putf(out, " %s: %s", s->field, s->domain.text);
	put_why(&s->spf.why, out);
	buf_put(out, SPAN("\n"));
}

/* The results of trusted fields, in their words. */
static void put_trusted(const char *name, const struct evaluation *e,
			struct buf *out)
{
	static const char *const shown[][3] = {
		{ "d", "header", "d" },
		{ "s", "header", "s" },
		{ "a", "header", "a" },
		{ "i", "header", "i" },
		{ "mailfrom", "smtp", "mailfrom" },
		{ "helo", "smtp", "helo" },
	};

	for (size_t i = 0; i < e->trusted->n; i++) {
		const struct trusted_result *r = &e->trusted->v[i];
		bool spf = trusted_is(r, "spf");

		if (!r->word || (spf && e->has_spf))
			continue;
		put_start(name,
			  spf			  ? "spf"
			  : trusted_is(r, "dkim") ? "dkim"
						  : "domainkeys",
			  r->word, out);
		for (size_t k = 0; k < sizeof(shown) / sizeof(*shown); k++)
			words_tag(out, shown[k][0],
				  trusted_find(r, shown[k][1], shown[k][2]));
		buf_put(out, SPAN(", as the trusted field has it\n"));
	}
}

void evaluation_text(const char *name, const struct evaluation *e,
		     struct buf *out)
{
	struct buf method;

	put_dmarc(name, e, out);
	buf_init(&method, 8192);
	buf_putf(&method, "%s%sdkim", name ? name : "", name ? ": " : "");
	if (e->trusted)
		put_trusted(name, e, out);
	else
		text_report((const char *)method.p, e->message, false, NULL,
			    NULL, out);
	buf_free(&method);
	if (e->has_spf) {
		put_start(name, "spf", "", out);
		spf_text(&e->spf, out);
	}
	put_alignment(name, e, out);
	put_old(name, e, out);
	if (e->has_sender_id)
		put_sender_id(name, e, out);
}
