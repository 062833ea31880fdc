#include "dkim_results.h"

#include <stdlib.h>
#include <string.h>

#include "authres.h"
#include "words.h"

/* header.b: at least 8 characters (RFC 6008 4), and no line above 998. */
enum { B_LEAST = 8, B_MOST = 900 };

/* RFC 6376 3.6.1: mail whose signature fails under a testing key is treated as
 * unsigned; neutral says so and that there is a signature. */
static enum result result_for(const struct verdict *v)
{
	enum result r = status_result(v->st);

	return r == RESULT_FAIL && verdict_testing(v) ? RESULT_NEUTRAL : r;
}

/* As much of b= as no other signature begins with (RFC 6008 3), at least eight
 * characters. A copy of all of b= cannot be told apart. */
static struct span unique_start(const struct buf *all, size_t n, size_t which)
{
	struct span b = buf_span(&all[which]);
	size_t need = B_LEAST;

	for (size_t i = 0; i < n; i++) {
		struct span other = buf_span(&all[i]);
		size_t same = 0;

		while (same < b.n && same < other.n &&
		       b.p[same] == other.p[same])
			same++;
		if (same >= need && !span_eq(b, other))
			need = same + 1;
	}
	return span_head(b, need);
}

static bool is_base64(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]) &&
		    span_find(SPAN("+/="), s.p[i]) == 3)
			return false;
	return s.n > 0;
}

static void add_address(struct authfield *f, const char *name,
			struct span local, const struct name *domain)
{
	struct buf text;

	buf_init(&text, local.n + 1 + sizeof(domain->text));
	buf_put(&text, local);
	buf_putf(&text, "@%s", domain->text);
	authfield_property(f, name, buf_span(&text));
	buf_free(&text);
}

/* Who says why a signature does not pass. */
struct reasons {
	dkim_results_reason *put; /* or NULL */
	const void *ctx;
};

static void add_reason(const struct verdict *v, const struct reasons *why,
		       struct authfield *f)
{
	struct buf text;

	buf_init(&text, LIMIT_DIAG);
	if (why->put)
		why->put(why->ctx, v, &text);
	/* the texts of the status table are about DKIM */
	if (text.n == 0)
		buf_put(&text, span_str(v->domainkeys && v->why.text[0]
						? v->why.text
						: status_text(v->st)));
	authfield_reason(f, buf_span(&text));
	buf_free(&text);
}

static void add_word(const struct verdict *v, struct span method,
		     const struct reasons *why, struct authfield *f)
{
	authfield_result(f, method, span_str(result_word(result_for(v))));
	if (verdict_testing(v))
		authfield_comment(f, SPAN("test mode"));
	if (v->warnings & 1U << WARN_PARTIAL_BODY)
		authfield_comment(f, SPAN("a part of the body is not signed"));
	if (v->st != ST_OK)
		add_reason(v, why, f);
}

static void add_result(const struct verdict *v, struct span b,
		       const struct reasons *why, struct authfield *f)
{
	const struct sig *sig = &v->sig;
	struct span i = buf_span(&sig->identity);
	size_t at = span_rfind(i, '@');

	add_word(v, SPAN("dkim"), why, f);
	/* no policy.dkim-rules, though it fits: SpamAssassin's AuthRes reads
	 * nothing of a field with a property that it does not know */
	/* only valid tags: others name nobody */
	if (sig->d.text[0])
		authfield_property(f, "header.d", span_str(sig->d.text));
	/* with its domain in A-labels, if it is valid */
	if (at < i.n && v->st != ST_SYNTAX && v->st != ST_BAD_IDN)
		add_address(f, "header.i", span_head(i, at), &sig->i_domain);
	if (sig->s.text[0])
		authfield_property(f, "header.s", span_str(sig->s.text));
	if (authres_is_token(sig->text_a))
		authfield_property(f, "header.a", sig->text_a);
	if (is_base64(b))
		authfield_property(f, "header.b", b);
}

/* With the properties that RFC 8601 2.7.1 has for DomainKeys: the address that
 * was checked. */
static void add_domainkeys(const struct verdict *v, struct authfield *f)
{
	static const struct reasons none;
	const struct domainkeys_address *who = v->address;

	add_word(v, SPAN("domainkeys"), &none, f);
	if (v->sig.d.text[0])
		authfield_property(f, "header.d", span_str(v->sig.d.text));
	if (who && who->st == ST_OK)
		add_address(f,
			    strcmp(who->field, "Sender") == 0 ? "header.sender"
							      : "header.from",
			    buf_span(&who->local), &who->domain);
}

void dkim_results(const struct verification *all, dkim_results_reason *reason,
		  const void *ctx, struct authfield *f)
{
	const struct reasons why = { reason, ctx };
	struct buf *b = mem_alloc(all->n * sizeof(*b));

	for (size_t i = 0; i < all->n; i++) {
		buf_init(&b[i], B_MOST);
		words_b(&all->v[i], B_MOST, &b[i]);
	}
	for (size_t i = 0; i < all->n; i++)
		add_result(&all->v[i], unique_start(b, all->n, i), &why, f);
	if (all->n == 0)
		authfield_result(f, SPAN("dkim"), SPAN("none"));
	for (size_t i = 0; i < all->domainkeys_n; i++)
		add_domainkeys(&all->domainkeys[i], f);
	for (size_t i = 0; i < all->n; i++)
		buf_free(&b[i]);
	free(b);
}

void dkim_results_field(const struct verification *all, struct span id,
			dkim_results_reason *reason, const void *ctx,
			struct buf *out)
{
	struct authfield f;

	authfield_begin(&f, id, all->facts.header_8bit);
	dkim_results(all, reason, ctx, &f);
	authfield_end(&f, all->facts.crlf && !all->facts.unix_lines, out);
}
