#include "explain_text.h"

#include "b64.h"
#include "detail_text.h"
#include "explain_head.h"
#include "text.h"

static void put_digest(struct buf *out, const struct digest *d)
{
	status_ignore(b64_encode(digest_span(d), out)); /* 44 octets */
}

/* -- hashes and the key -----------------------------------------------------
 */

static const char *judged(enum part_check j)
{
	return j == CHECK_VERIFIES	 ? "holds"
	       : j == CHECK_MODIFIED ? "does not hold"
				 : "not judged";
}

static void put_hashes(struct buf *out, const struct sig *s,
		       const struct explanation *e)
{
	detail_begin(out, "header");
	buf_put(out, span_str(judged(e->header)));
	if (e->digest.n) {
		buf_put(out, SPAN("; its hash is "));
		put_digest(out, &e->digest);
	}
	if (e->recovered.n) {
		buf_put(out, SPAN("; b= signs "));
		put_digest(out, &e->recovered);
	} else if (e->header == CHECK_MODIFIED && s->type == KEY_RSA) {
		buf_put(out, SPAN("; b= holds no digest for this key"));
	}
	detail_end(out);
	detail_begin(out, "body");
	buf_put(out, span_str(judged(e->body)));
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

/* RULES S-16: each copy and the field as it arrived, where they differ. */
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

/* -- by hand ----------------------------------------------------------------
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
	detail_begin(out, "by hand");
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

/* -- what happened ----------------------------------------------------------
 */

static void put_cause(struct buf *out, const struct cause *c)
{
	detail_begin(out, c->proven ? "proven" : "likely");
	buf_putf(out, "%s (%s)", cause_text(c->code), cause_word(c->code));
	for (size_t i = 0; i < c->n; i++) {
		const struct cause_detail *d = &c->detail[i];

		buf_putf(out, "%s %s ", i ? "," : ":", d->name);
		if (d->kind == DETAIL_NUMBER) {
			buf_putf(out, "%lld", (long long)d->number);
		} else if (d->kind == DETAIL_TEXT) {
			buf_put(out, SPAN("\""));
			text_put(out, buf_span(&d->text));
			buf_put(out, SPAN("\""));
		} else {
			buf_put(out, SPAN("unknown"));
		}
	}
	detail_end(out);
}

void explain_text(const struct verification *all,
		  const struct explained *explained, size_t number,
		  struct buf *out)
{
	const struct explanation *e = &explained->v[number];
	const struct verdict *v = &all->v[number];

	detail_fields(&v->sig, explained->fields, out);
	put_hashes(out, &v->sig, e);
	put_key(out, v, e);
	if (v->st != ST_OK && v->sig.tags && v->sig.h)
		put_copies(out, &v->sig, explained->fields);
	put_command(out, all, number, explained);
	if (v->st == ST_OK)
		return;
	detail_begin(out, "broken");
	buf_put(out, span_str(part_word(e->part)));
	detail_end(out);
	for (size_t i = 0; i < e->causes.n; i++)
		put_cause(out, &e->causes.v[i]);
}
