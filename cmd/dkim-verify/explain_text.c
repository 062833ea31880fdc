#include "explain_text.h"

#include "detail_text.h"
#include "dkim2.h"
#include "explain_words.h"
#include "text.h"
#include "text_report.h"
#include "words.h"

enum { DIFF_LINES = 8, DIFF_WIDTH = 120 };

/* The report of one message. */
struct page {
	const struct explain_text *how;
	const struct verification *all;
	const struct explained *explained;
	struct buf *out;
};

/* Each line of TEXT after SIGN, as far as there is room for it. */
static void put_diff(const struct page *p, char sign, struct span name,
		     struct span text, int *left)
{
	struct span line;

	while (text.n && *left > 0 && span_split(&text, '\n', &line)) {
		--*left;
		buf_put(p->out, SPAN("    "));
		if (p->how->colored)
			text_color(p->out, sign == '-' ? TEXT_RED : TEXT_GREEN);
		buf_putf(p->out, "%c ", sign);
		text_put(p->out, name);
		if (name.n)
			buf_put(p->out, SPAN(": "));
		name = SPAN("");
		detail_cut(span_trim(line), DIFF_WIDTH, p->out);
		if (p->how->colored)
			text_color(p->out, TEXT_PLAIN);
		buf_put(p->out, SPAN("\n"));
	}
}

static void put_changes(const struct page *p, const struct explanation *e)
{
	int left = DIFF_LINES;

	for (size_t i = 0; i < e->causes.n; i++) {
		const struct cause *c = &e->causes.v[i];
		struct span name = cause_detail(c, "field");
		struct span then = cause_detail(c, "original");
		struct span now = cause_detail(c, "found");

		if (c->code == CAUSE_SIGNATURE || c->code == CAUSE_REENCODED ||
		    (then.n && span_eq(span_trim(then), span_trim(now))))
			continue;
		put_diff(p, '-', name, then, &left);
		put_diff(p, '+', name, now, &left);
		put_diff(p, '+', name, cause_detail(c, "text"), &left);
	}
}

/* The names that h= has more often than they occur (RFC 6376 5.4.2), and how
 * many fields it covers before them. */
static void put_signed(const struct sig *s, const struct fields *f,
		       struct buf *out)
{
	enum { NAMED = 4, MOST = 200 };
	size_t n = 0, over = 0;
	struct buf names;

	buf_init(&names, 1024);
	for (size_t i = 0, k = 0; i < s->h_n && i < MOST; i++, k = 0) {
		size_t there = fields_count(f, s->h[i]);
		size_t covered = sig_covers(s, s->h[i]);

		while (!span_ieq(s->h[k], s->h[i]))
			k++;
		if (k < i) /* a name counts once */
			continue;
		n += covered < there ? covered : there;
		if (covered > there && over++ < NAMED) {
			buf_put(&names, SPAN(", "));
			detail_cut(s->h[i], 40, &names);
		}
	}
	buf_putf(out, "  %zu field%s signed", n, n == 1 ? "" : "s");
	buf_put(out, buf_span(&names));
	if (over > NAMED)
		buf_putf(out, " and %zu more", over - NAMED);
	buf_put(out, over ? SPAN(" oversigned") : SPAN(""));
	buf_free(&names);
}

static void put_key_state(const struct verdict *v, const struct explanation *e,
			  struct buf *out)
{
	buf_put(out, SPAN("   key "));
	if (v->rec && v->rec->key)
		buf_putf(out, "%s %u",
			 v->rec->type == KEY_RSA ? "RSA" : "Ed25519",
			 key_bits(v->rec->key));
	else if (e->key.n) /* an expired signature is not verified */
		buf_put(out,
			e->type == KEY_RSA ? SPAN("RSA") : SPAN("Ed25519"));
	else
		buf_put(out, v->keys && v->keys->n ? SPAN("not usable")
						   : SPAN("none"));
}

/* Header, body and key in one line. */
static void put_summary(struct buf *out, const struct verdict *v,
			const struct explanation *e, const struct fields *f)
{
	/* what another key signed is not known */
	bool lost = e->header == CHECK_MODIFIED && v->sig.type == KEY_RSA &&
		    !e->recovered.n;

	buf_putf(out, "    header %s",
		 lost ? "not known" : detail_check(e->header));
	put_signed(&v->sig, f, out);
	buf_putf(out, "   body %s", detail_check(e->body));
	if (v->hashed)
		buf_putf(out, "  %llu bytes",
			 (unsigned long long)v->body_octets);
	if (v->hashed && v->unsigned_octets)
		buf_putf(out, ", %llu signed",
			 (unsigned long long)(v->body_octets -
					      v->unsigned_octets));
	put_key_state(v, e, out);
	buf_put(out, SPAN("\n"));
}

/* No cause: what was tried, and what else is known. */
static void put_unknown(const struct page *p, const struct explanation *e)
{
	struct buf known;

	buf_init(&known, 4096);
	explain_known(p->explained, &known);
	buf_put(p->out, SPAN("cause unknown: "));
	if (e->tried)
		buf_putf(p->out,
			 "%llu changes were undone, none of them alone or "
			 "together makes it verify",
			 (unsigned long long)e->tried);
	else
		buf_put(p->out,
			SPAN("nothing was modified that could be undone"));
	if (e->tried && known.n) {
		buf_put(p->out, SPAN("; what is known: "));
		buf_put(p->out, buf_span(&known));
	}
	buf_free(&known);
	buf_put(p->out,
		e->tried ? SPAN("\ndo    treat it as not signed, or compare "
				"with "
				"the sender's copy: dkim-verify "
				"--canon-header, --canon-body\n")
			 : SPAN("\ndo    see the reason above: the signer or "
				"the DNS must change it\n"));
}

static void put_causes(const struct page *p, const struct verdict *v,
		       const struct explanation *e)
{
	for (size_t i = 0; i < e->causes.n; i++) {
		const struct cause *c = &e->causes.v[i];

		buf_put(p->out, i ? SPAN("also  ") : SPAN("cause "));
		if (i) {
			explain_what(v, e, c, p->out);
			buf_put(p->out, SPAN(": "));
		}
		explain_cause(v, e, c, p->out);
		buf_put(p->out, SPAN("\n"));
		if (i)
			continue;
		buf_put(p->out, SPAN("do    "));
		explain_act(v, e, c, p->out);
		buf_put(p->out, SPAN("\n"));
	}
	if (e->causes.n == 0)
		put_unknown(p, e);
}

static void put_signature(const struct page *p, const struct verdict *v)
{
	struct buf *out = p->out;
	size_t number = (size_t)(v - p->all->v);
	const struct explanation *e = &p->explained->v[number];

	if (v->domainkeys || v->st == ST_OK) {
		text_report_line(p->how->name, v, p->how->colored, out);
	} else {
		text_report_name(p->how->name, out);
		text_report_word(status_result(v->st), p->how->colored, out);
		buf_put(out, SPAN(" "));
		text_put(out, v->sig.text_d.p ? v->sig.text_d : SPAN("?"));
		buf_put(out, SPAN(" (selector "));
		text_put(out, v->sig.text_s.p ? v->sig.text_s : SPAN("?"));
		buf_put(out, SPAN("): "));
		explain_verdict(v, e, out);
		buf_put(out, SPAN("\n"));
		put_causes(p, v, e);
		put_changes(p, e);
	}
	if (p->how->verbose)
		detail_text(p->all, v, !v->domainkeys, out);
	if (v->domainkeys)
		return;
	put_summary(out, v, e, p->explained->fields);
	if (p->how->verbose)
		detail_explained(p->all, p->explained, v, out);
}

void explain_text(const struct explain_text *how,
		  const struct verification *all,
		  const struct explained *explained, struct buf *out)
{
	const struct page page = { how, all, explained, out };
	struct words_at at = { 0 };
	const struct verdict *v;

	if (all->n + all->domainkeys_n == 0)
		text_report(how->name, all, how->colored, NULL, NULL, out);
	while ((v = words_next(all, &at)))
		put_signature(&page, v);
	dkim2_text(explained->fields, out);
}
