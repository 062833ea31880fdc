#include "detail_text.h"

#include "b64.h"
#include "text.h"
#include "when.h"
#include "words.h"

void detail_cut(struct span s, size_t most, struct buf *out)
{
	text_put(out, span_head(s, most));
	if (s.n > most)
		buf_put(out, SPAN("..."));
}

void detail_begin(struct buf *out, const char *what)
{
	buf_putf(out, "    %-12s ", what);
}

void detail_end(struct buf *out)
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
			detail_begin(out, what);
		else
			buf_put(out, SPAN(", "));
		detail_cut(name, 200, out);
		if (there > 1)
			buf_putf(out, " (%zu)", there);
		any = true;
	}
	if (any)
		detail_end(out);
}

void detail_fields(const struct sig *s, const struct fields *f, struct buf *out)
{
	static const char *const names[LISTS] = { "signed", "not signed",
						  "oversigned", "duplicates" };

	for (int i = 0; i < LISTS && s->h; i++)
		put_list(out, (enum list)i, names[i], s, f);
}

/* -- the key ----------------------------------------------------------------
 */

void detail_key(const struct keyrec *rec, struct buf *out)
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
	detail_begin(out, "key");
	text_put(out, span_str(keys->name.text));
	buf_putf(out, ", dnssec %s", dns_secure_word(keys->secure));
	detail_end(out);
	for (size_t i = 0; i < keys->n; i++) {
		detail_begin(out, "record");
		text_put(out, buf_span(&keys->v[i].text));
		detail_end(out);
		detail_begin(out, "");
		detail_key(&keys->v[i], out);
		detail_end(out);
	}
}

/* -- the rest ---------------------------------------------------------------
 */

static void put_body(const struct verdict *v, struct buf *out)
{
	detail_begin(out, "body");
	buf_putf(out, "%llu bytes, %llu of them signed; hash ",
		 (unsigned long long)v->body_octets,
		 (unsigned long long)(v->body_octets - v->unsigned_octets));
	status_ignore(b64_encode(digest_span(&v->body), out)); /* 44 bytes */
	detail_end(out);
}

static void put_time(const char *what, bool has, uint64_t when, struct buf *out)
{
	char text[32];

	if (!has || when > (uint64_t)WHEN_MAX)
		return;
	when_format((int64_t)when, text);
	detail_begin(out, what);
	buf_put(out, span_str(text));
	detail_end(out);
}

static void put_b(const struct verdict *v, struct buf *out)
{
	struct buf start;

	if (!v->sig.text_b.p)
		return;
	buf_init(&start, 8);
	words_b(v, start.max, &start);
	detail_begin(out, "b= begins");
	text_put(out, buf_span(&start));
	detail_end(out);
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
		detail_fields(&v->sig, all->fields, out);
}
