#include "explain_text.h"

#include "b64.h"
#include "detail_text.h"
#include "dkim2.h"
#include "explain_input.h"
#include "explain_known.h"
#include "explain_words.h"
#include "text.h"
#include "text_report.h"
#include "words.h"

static void put_digest(struct buf *out, const struct digest *d)
{
	status_ignore(b64_encode(digest_span(d), out)); /* 44 octets */
}

/* -- hashes and the key -----------------------------------------------------
 */

static const char *check_word(enum part_check c)
{
	return c == CHECK_VERIFIES   ? "verifies"
	       : c == CHECK_MODIFIED ? "modified"
				     : "not checked";
}

static void put_hashes(struct buf *out, const struct sig *s,
		       const struct explanation *e)
{
	detail_begin(out, "header");
	buf_put(out, span_str(check_word(e->header)));
	if (e->digest.n) {
		buf_put(out, SPAN("; its hash is "));
		put_digest(out, &e->digest);
	}
	if (e->recovered.n) {
		buf_put(out, SPAN("; b= signs "));
		put_digest(out, &e->recovered);
	} else if (e->header == CHECK_MODIFIED && s->type == KEY_RSA) {
		buf_put(out, SPAN("; b= was not made with this key (or is "
				  "damaged)"));
	}
	detail_end(out);
	detail_begin(out, "body");
	buf_put(out, span_str(check_word(e->body)));
	if (e->found.n) {
		buf_put(out, SPAN("; its hash is "));
		put_digest(out, &e->found);
		buf_put(out, SPAN("; bh= is "));
		put_digest(out, &s->bh);
	}
	detail_end(out);
}

static void put_key(struct buf *out, const struct verdict *v,
		    const struct explanation *e)
{
	const struct keyrec *rec = v->rec;

	if (!e->owner.text[0])
		return;
	detail_begin(out, "key");
	text_put(out, span_str(e->owner.text));
	if (e->record.n) {
		buf_put(out, SPAN(": "));
		text_put(out, buf_span(&e->record));
	}
	detail_end(out);
	if (!rec)
		return;
	detail_begin(out, "");
	detail_key(rec, out);
	detail_end(out);
}

/* -- z= ---------------------------------------------------------------------
 */

static struct span value_of(struct span raw)
{
	return span_trim(span_from(raw, span_find(raw, ':') + 1));
}

static bool same_text(struct span a, struct span b)
{
	size_t i = 0, j = 0;

	for (;;) {
		while (i < a.n && span_find(SPAN(" \t\r\n"), a.p[i]) < 4)
			i++;
		while (j < b.n && span_find(SPAN(" \t\r\n"), b.p[j]) < 4)
			j++;
		if (i == a.n || j == b.n)
			return i == a.n && j == b.n;
		if (a.p[i++] != b.p[j++])
			return false;
	}
}

enum { MOST_COPY = 500 };

/* Each copy of z= (RFC 6376 3.5) and the field as it arrived, where they
 * differ. */
static void put_copies(struct buf *out, const struct sig *s,
		       const struct fields *f)
{
	for (size_t i = 0; i < s->h_n && i < 100; i++) {
		size_t nth = 0, n = fields_count(f, s->h[i]);
		struct buf then;

		for (size_t k = 0; k < i; k++)
			nth += span_ieq(s->h[k], s->h[i]);
		if (!head_copy(s, s->h[i], nth, &then))
			continue;
		const struct field *now =
			nth < n ? fields_find(f, s->h[i], n - 1 - nth) : NULL;
		struct span a = value_of(buf_span(&then));
		struct span b = now ? span_trim(now->value) : SPAN("");

		if (!same_text(a, b)) {
			detail_begin(out, "z= has");
			text_put(out, s->h[i]);
			buf_put(out, SPAN(": "));
			detail_cut(a, MOST_COPY, out);
			detail_end(out);
			detail_begin(out, now ? "arrived as" : "arrived not");
			text_put(out, s->h[i]);
			buf_put(out, SPAN(": "));
			detail_cut(b, MOST_COPY, out);
			detail_end(out);
		}
		buf_free(&then);
	}
}

/* -- a command ----------------------------------------------------------------
 */

/* For a shell, between single quotes. */
static void put_quoted(struct buf *out, const char *path)
{
	buf_put(out, SPAN("'"));
	for (; *path; path++)
		if (*path == '\'')
			buf_put(out, SPAN("'\\''"));
		else
			text_put(out, span_of(path, 1));
	buf_put(out, SPAN("'"));
}

static void put_command(struct buf *out, const struct verification *all,
			size_t number, const struct explained *explained)
{
	const struct explanation *e = &explained->v[number];
	const char *path = explained->path;
	const struct sig *s = &all->v[number].sig;
	bool rsa = e->type == KEY_RSA;

	if (e->key.n == 0)
		return;
	detail_begin(out, "reproduce");
	/* RFC 8410 4: the octets before an Ed25519 key in DER */
	buf_put(out, rsa ? SPAN("echo ") : SPAN("echo MCowBQYDK2VwAyEA"));
	buf_put(out, buf_span(&e->key));
	buf_put(out, SPAN(" | base64 -d | openssl pkey -pubin -inform DER "
			  "-out dkim.pem && echo "));
	status_ignore(b64_encode(buf_span(&s->b), out)); /* b= of a header */
	buf_putf(out,
		 " | base64 -d >dkim.sig && dkim-verify --canon-header=%zu ",
		 number + 1);
	put_quoted(out, path ? path : "-");
	buf_put(out, rsa ? SPAN(" | openssl dgst -sha256 -verify dkim.pem "
				"-signature dkim.sig")
			 : SPAN(" | openssl dgst -sha256 -binary >dkim.hash && "
				"openssl pkeyutl -verify -pubin -inkey "
				"dkim.pem -rawin -in dkim.hash -sigfile "
				"dkim.sig"));
	detail_end(out);
}

/* -- what was changed -------------------------------------------------------
 */

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

		if (c->code == CAUSE_SIGNATURE || c->code == CAUSE_REENCODED)
			continue;
		put_diff(p, '-', name, cause_detail(c, "original"), &left);
		put_diff(p, '+', name, cause_detail(c, "found"), &left);
		put_diff(p, '+', name, cause_detail(c, "text"), &left);
	}
}

/* Header, body and key in one line. */
static void put_summary(struct buf *out, const struct verdict *v,
			const struct explanation *e, const struct fields *f)
{
	size_t n = 0, over = 0;

	for (size_t i = 0; i < v->sig.h_n; i++)
		n += fields_count(f, v->sig.h[i]) > 0;
	buf_putf(out, "    header %s  %zu fields signed", check_word(e->header),
		 n);
	for (size_t i = 0; i < v->sig.h_n && i < 200; i++) {
		struct span name = v->sig.h[i];
		size_t k = 0;

		while (!span_ieq(v->sig.h[k], name))
			k++;
		/* named more often than it occurs (RFC 6376 5.4.2) */
		if (k < i || sig_covers(&v->sig, name) <= fields_count(f, name))
			continue;
		if (over < 4) {
			buf_put(out, SPAN(", "));
			detail_cut(name, 40, out);
		}
		over++;
	}
	if (over > 4)
		buf_putf(out, " and %zu more", over - 4);
	buf_put(out, over ? SPAN(" oversigned") : SPAN(""));
	buf_putf(out, "   body %s", check_word(e->body));
	if (v->hashed)
		buf_putf(out, "  %llu bytes",
			 (unsigned long long)v->body_octets);
	if (v->hashed && v->unsigned_octets)
		buf_putf(out, ", %llu signed",
			 (unsigned long long)(v->body_octets -
					      v->unsigned_octets));
	if (v->rec && v->rec->key)
		buf_putf(out, "   key %s %u",
			 v->rec->type == KEY_RSA ? "RSA" : "Ed25519",
			 key_bits(v->rec->key));
	else
		buf_put(out, SPAN("   key none"));
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
		e->tried ? SPAN("\ndo    compare with the sender's copy: "
				"dkim-verify --canon-header, --canon-body\n")
			 : SPAN("\ndo    see the reason above: the signer or "
				"the DNS must change it\n"));
}

static void put_causes(const struct page *p, const struct verdict *v,
		       const struct explanation *e)
{
	for (size_t i = 0; i < e->causes.n; i++) {
		buf_put(p->out, i ? SPAN("also  ") : SPAN("cause "));
		explain_cause(v, e, &e->causes.v[i], p->out);
		buf_put(p->out, SPAN("\n"));
		if (i)
			continue;
		buf_put(p->out, SPAN("do    "));
		explain_act(v, e, &e->causes.v[0], p->out);
		buf_put(p->out, SPAN("\n"));
	}
	if (e->causes.n == 0)
		put_unknown(p, e);
}

static void put_name(const char *name, struct buf *out)
{
	if (!name)
		return;
	text_put(out, span_str(name));
	buf_put(out, SPAN(": "));
}

static void put_signature(const struct page *p, const struct verdict *v)
{
	struct buf *out = p->out;
	size_t number = (size_t)(v - p->all->v);
	const struct explanation *e = &p->explained->v[number];

	if (v->domainkeys || v->st == ST_OK) {
		text_report_line(p->how->name, v, p->how->colored, out);
	} else {
		put_name(p->how->name, out);
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
	if (!p->how->verbose)
		return;
	detail_fields(&v->sig, p->explained->fields, out);
	put_hashes(out, &v->sig, e);
	put_key(out, v, e);
	if (v->st != ST_OK && v->sig.tags && v->sig.h)
		put_copies(out, &v->sig, p->explained->fields);
	put_command(out, p->all, number, p->explained);
	if (v->st == ST_OK)
		return;
	detail_begin(out, "failed part");
	buf_put(out, span_str(part_word(e->part)));
	detail_end(out);
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
