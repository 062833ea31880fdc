#include "explain_text.h"

#include "b64.h"
#include "explain_head.h"
#include "text.h"

static void put(struct buf *out, struct span s)
{
	status_ignore(text_escape(s, out)); /* a header's text fits */
}

static void put_digest(struct buf *out, const struct digest *d)
{
	status_ignore(b64_encode(digest_span(d), out)); /* 44 octets */
}

static void begin(struct buf *out, const char *what)
{
	buf_putf(out, "    %-12s ", what);
}

static void end(struct buf *out)
{
	buf_put(out, SPAN("\n"));
}

/* -- fields -----------------------------------------------------------------
 */

enum list { SIGNED, UNSIGNED, OVERSIGNED, DUPLICATES, LISTS };

/* Is the first field, or h= item, called NAME one for the list? */
static bool belongs(enum list which, size_t signed_n, size_t there)
{
	switch (which) {
	case SIGNED:
		return signed_n && there;
	case UNSIGNED:
		return there > signed_n;
	case OVERSIGNED:
		return signed_n > there;
	case DUPLICATES:
		return signed_n && there > 1;
	case LISTS:
		break;
	}
	return false;
}

static bool seen_before(struct span name, const struct fields *f, size_t n,
			const struct sig *s, size_t m)
{
	for (size_t i = 0; i < n; i++)
		if (span_ieq(f->v[i].name, name))
			return true;
	for (size_t i = 0; i < m; i++)
		if (span_ieq(s->h[i], name))
			return true;
	return false;
}

static void put_list(struct buf *out, enum list which, const char *what,
		     const struct sig *s, const struct fields *f)
{
	bool any = false;
	/* what a person can read; hostile headers hold thousands */
	size_t most = f->n < 200 ? f->n : 200;

	for (size_t i = 0; i < most + s->h_n && i < 400; i++) {
		struct span name = i < most ? f->v[i].name : s->h[i - most];
		size_t there = fields_count(f, name);
		size_t n = sig_covers(s, name);

		if (seen_before(name, f, i < most ? i : most, s,
				i < most ? 0 : i - most) ||
		    span_ieq(name, SPAN("DKIM-Signature")) ||
		    !belongs(which, n, there))
			continue;
		if (!any)
			begin(out, what);
		else
			buf_put(out, SPAN(", "));
		put(out, name);
		if (there > 1)
			buf_putf(out, " (%zu)", there);
		any = true;
	}
	if (any)
		end(out);
}

/* -- hashes and the key -----------------------------------------------------
 */

static const char *judged(enum judged j)
{
	return j == JUDGED_GOOD	 ? "holds"
	       : j == JUDGED_BAD ? "does not hold"
				 : "not judged";
}

static void put_hashes(struct buf *out, const struct sig *s,
		       const struct explanation *e)
{
	begin(out, "header");
	buf_put(out, span_str(judged(e->header)));
	if (e->digest.n) {
		buf_put(out, SPAN("; its hash is "));
		put_digest(out, &e->digest);
	}
	if (e->recovered.n) {
		buf_put(out, SPAN("; b= signs "));
		put_digest(out, &e->recovered);
	} else if (e->header == JUDGED_BAD && s->type == KEY_RSA) {
		buf_put(out, SPAN("; b= holds no digest for this key"));
	}
	end(out);
	begin(out, "body");
	buf_put(out, span_str(judged(e->body)));
	if (e->found.n) {
		buf_put(out, SPAN("; its hash is "));
		put_digest(out, &e->found);
		buf_put(out, SPAN("; bh= is "));
		put_digest(out, &s->bh);
	}
	end(out);
}

static void put_key(struct buf *out, const struct verdict *v,
		    const struct explanation *e)
{
	const struct keyrec *rec = v->rec;

	if (!e->owner.text[0])
		return;
	begin(out, "key");
	put(out, span_str(e->owner.text));
	if (e->record.n) {
		buf_put(out, SPAN(": "));
		put(out, buf_span(&e->record));
	}
	end(out);
	if (!rec)
		return;
	begin(out, "");
	if (rec->key)
		buf_putf(out, "%s, %u bits", key_type_word(rec->type),
			 key_bits(rec->key));
	else
		buf_put(out, span_str(status_text(rec->st)));
	if (rec->testing)
		buf_put(out, SPAN(", testing (t=y)"));
	if (rec->strict)
		buf_put(out, SPAN(", i= in d= itself only (t=s)"));
	if (rec->has_hashes)
		buf_put(out, rec->hashes & 1U << HASH_SHA256
				     ? SPAN(", h= allows sha256")
				     : SPAN(", h= does not allow sha256"));
	if (!rec->email)
		buf_put(out, SPAN(", not for mail (s=)"));
	if (rec->known) {
		buf_put(out, SPAN(", "));
		put(out, span_str(rec->known));
	}
	end(out);
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
			begin(out, "z= has");
			put(out, s->h[i]);
			buf_put(out, SPAN(": "));
			put(out, a);
			end(out);
			begin(out, now ? "arrived as" : "arrived not");
			put(out, s->h[i]);
			buf_put(out, SPAN(": "));
			put(out, b);
			end(out);
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
			put(out, span_of(path, 1));
	buf_put(out, SPAN("'"));
}

static void put_command(struct buf *out, const struct verification *all,
			size_t number, const struct explanation *e)
{
	const char *path = all->explained->path;
	const struct sig *s = &all->v[number].sig;
	bool rsa = e->type == KEY_RSA;

	if (e->key.n == 0)
		return;
	begin(out, "by hand");
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
	end(out);
}

/* -- what happened ----------------------------------------------------------
 */

static void put_cause(struct buf *out, const struct cause *c)
{
	begin(out, c->proven ? "proven" : "likely");
	buf_putf(out, "%s (%s)", cause_text(c->code), cause_word(c->code));
	for (size_t i = 0; i < c->n; i++) {
		const struct cause_detail *d = &c->detail[i];

		buf_putf(out, "%s %s ", i ? "," : ":", d->name);
		if (d->kind == DETAIL_NUMBER) {
			buf_putf(out, "%lld", (long long)d->number);
		} else if (d->kind == DETAIL_TEXT) {
			buf_put(out, SPAN("\""));
			put(out, buf_span(&d->text));
			buf_put(out, SPAN("\""));
		} else {
			buf_put(out, SPAN("unknown"));
		}
	}
	end(out);
}

void explain_text(const struct verification *all, size_t number,
		  struct buf *out)
{
	const struct explained *explained = all->explained;
	const struct explanation *e = &explained->v[number];
	const struct verdict *v = &all->v[number];
	static const char *const names[LISTS] = { "signed", "not signed",
						  "oversigned", "duplicates" };

	for (int i = 0; i < LISTS && v->sig.h; i++)
		put_list(out, (enum list)i, names[i], &v->sig,
			 explained->fields);
	if (v->st == ST_OK)
		return;
	put_hashes(out, &v->sig, e);
	put_key(out, v, e);
	if (v->sig.tags && v->sig.h)
		put_copies(out, &v->sig, explained->fields);
	put_command(out, all, number, e);
	begin(out, "broken");
	buf_put(out, span_str(part_word(e->part)));
	end(out);
	for (size_t i = 0; i < e->causes.n; i++)
		put_cause(out, &e->causes.v[i]);
}
