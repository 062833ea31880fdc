#include "detail_text.h"

#include "b64.h"
#include "explain_input.h"
#include "text.h"
#include "when.h"
#include "words.h"

void detail_cut(struct span s, size_t most, struct buf *out)
{
	text_put(out, span_head(s, most));
	if (s.n > most)
		buf_put(out, SPAN("..."));
}

static void begin_line(struct buf *out, const char *what)
{
	buf_putf(out, "    %-12s ", what);
}

static void end_line(struct buf *out)
{
	buf_put(out, SPAN("\n"));
}

/* -- fields -----------------------------------------------------------------
 */

enum list { SIGNED, UNSIGNED, OVERSIGNED, DUPLICATES, LISTS };

/* Is a name in the list that occurs THERE times and is signed SIGNED_N times?
 */
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
	/* as many as a person reads; hostile headers have thousands */
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
			begin_line(out, what);
		else
			buf_put(out, SPAN(", "));
		detail_cut(name, 200, out);
		if (there > 1)
			buf_putf(out, " (%zu)", there);
		any = true;
	}
	if (any)
		end_line(out);
}

static void put_fields(const struct sig *s, const struct fields *f,
		       struct buf *out)
{
	static const char *const names[LISTS] = { "signed", "not signed",
						  "oversigned", "duplicates" };

	for (int i = 0; i < LISTS && s->h; i++)
		put_list(out, (enum list)i, names[i], s, f);
}

/* -- the key ----------------------------------------------------------------
 */

static void put_key_words(const struct keyrec *rec, struct buf *out)
{
	if (rec->key)
		buf_putf(out, "%s, %u bits", key_type_word(rec->type),
			 key_bits(rec->key));
	else
		buf_put(out, span_str(status_text(rec->st)));
	if (rec->testing)
		buf_put(out, SPAN(", testing (t=y)"));
	if (rec->strict)
		buf_put(out, SPAN(", not for subdomains (t=s)"));
	if (rec->has_hashes)
		buf_put(out, rec->hashes & 1U << HASH_SHA256
				     ? SPAN(", h= allows sha256")
				     : SPAN(", h= does not allow sha256"));
	if (!rec->email)
		buf_put(out, SPAN(", not for mail (s=)"));
	if (rec->known) {
		buf_put(out, SPAN(", "));
		text_put(out, span_str(rec->known));
	}
}

/* All records of the name: which one was used cannot be seen from them. */
static void put_records(const struct keyset *keys, struct buf *out)
{
	begin_line(out, "key");
	text_put(out, span_str(keys->name.text));
	buf_putf(out, ", dnssec %s", dns_secure_word(keys->secure));
	end_line(out);
	for (size_t i = 0; i < keys->n; i++) {
		begin_line(out, "record");
		text_put(out, buf_span(&keys->v[i].text));
		end_line(out);
		begin_line(out, "");
		put_key_words(&keys->v[i], out);
		end_line(out);
	}
}

/* -- the rest ---------------------------------------------------------------
 */

static void put_body(const struct verdict *v, struct buf *out)
{
	begin_line(out, "body");
	buf_putf(out, "%llu bytes, %llu of them signed; hash ",
		 (unsigned long long)v->body_octets,
		 (unsigned long long)(v->body_octets - v->unsigned_octets));
	status_ignore(b64_encode(digest_span(&v->body), out)); /* 44 bytes */
	end_line(out);
}

static void put_time(const char *what, bool has, uint64_t when, struct buf *out)
{
	char text[32];

	if (!has || when > (uint64_t)WHEN_MAX)
		return;
	when_format((int64_t)when, text);
	begin_line(out, what);
	buf_put(out, span_str(text));
	end_line(out);
}

static void put_b(const struct verdict *v, struct buf *out)
{
	struct buf start;

	if (!v->sig.text_b.p)
		return;
	buf_init(&start, 8);
	words_b(v, start.max, &start);
	begin_line(out, "b= begins");
	text_put(out, buf_span(&start));
	end_line(out);
	buf_free(&start);
}

void detail_text(const struct verification *all, const struct verdict *v,
		 bool explained, struct buf *out)
{
	put_b(v, out);
	put_time("signed at", v->sig.has_t, v->sig.t, out);
	put_time("expires at", v->sig.has_x, v->sig.x, out);
	if (v->hashed)
		put_body(v, out);
	if (v->keys && !explained)
		put_records(v->keys, out);
	if (!explained)
		put_fields(&v->sig, all->fields, out);
}

/* -- of an explanation ------------------------------------------------------
 */

const char *detail_check(enum part_check c)
{
	return c == CHECK_VERIFIES   ? "verifies"
	       : c == CHECK_MODIFIED ? "modified"
				     : "not checked";
}

static void put_digest(struct buf *out, const struct digest *d)
{
	status_ignore(b64_encode(digest_span(d), out)); /* 44 octets */
}

/* -- hashes and the key -----------------------------------------------------
 */

static void put_hashes(struct buf *out, const struct sig *s,
		       const struct explanation *e)
{
	begin_line(out, "header");
	buf_put(out, span_str(detail_check(e->header)));
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
	end_line(out);
	begin_line(out, "body");
	buf_put(out, span_str(detail_check(e->body)));
	if (e->found.n) {
		buf_put(out, SPAN("; its hash is "));
		put_digest(out, &e->found);
		buf_put(out, SPAN("; bh= is "));
		put_digest(out, &s->bh);
	}
	end_line(out);
}

static void put_key(struct buf *out, const struct verdict *v,
		    const struct explanation *e)
{
	const struct keyrec *rec = v->rec;

	if (!e->owner.text[0])
		return;
	begin_line(out, "key");
	text_put(out, span_str(e->owner.text));
	if (e->record.n) {
		buf_put(out, SPAN(": "));
		text_put(out, buf_span(&e->record));
	}
	end_line(out);
	if (!rec)
		return;
	begin_line(out, "");
	put_key_words(rec, out);
	end_line(out);
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
			begin_line(out, "z= has");
			text_put(out, s->h[i]);
			buf_put(out, SPAN(": "));
			detail_cut(a, MOST_COPY, out);
			end_line(out);
			begin_line(out, now ? "arrived as" : "arrived not");
			text_put(out, s->h[i]);
			buf_put(out, SPAN(": "));
			detail_cut(b, MOST_COPY, out);
			end_line(out);
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
	begin_line(out, "reproduce");
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
	end_line(out);
}

void detail_explained(const struct verification *all,
		      const struct explained *explained,
		      const struct verdict *v, struct buf *out)
{
	size_t number = (size_t)(v - all->v);
	const struct explanation *e = &explained->v[number];

	put_fields(&v->sig, explained->fields, out);
	put_hashes(out, &v->sig, e);
	put_key(out, v, e);
	if (v->st != ST_OK && v->sig.tags && v->sig.h)
		put_copies(out, &v->sig, explained->fields);
	put_command(out, all, number, explained);
	if (v->st == ST_OK)
		return;
	begin_line(out, "failed part");
	buf_put(out, span_str(part_word(e->part)));
	end_line(out);
}
