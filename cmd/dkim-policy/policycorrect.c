#include "policycorrect.h"

#include "dmarc_record.h"
#include "policylint.h"

/* Terms are compared with each other; records are far shorter than this. */
enum { MOST_TEXT = 2048 };

/* --- DMARC --------------------------------------------------------------- */

struct tag_list {
	struct dmarc_tag v[LIMIT_TAGS];
	size_t n;
	bool lost; /* something may neither be kept nor left out for certain */
};

static bool says(const struct dmarc_tag *t, const char *value)
{
	return span_ieq(t->value, span_str(value));
}

/* RFC 9989 4.7, 4.8: a value that the tag cannot have is its default. Removed
 * tags can go, except a pct= that receivers of RFC 7489 still obey. */
static bool means_nothing(const struct dmarc_tag *t)
{
	if (t->id == DMARC_RF || t->id == DMARC_RI)
		return true;
	if (t->id == DMARC_PCT)
		return says(t, "100") || !t->valid;
	return !t->valid && *dmarc_tag_values(t->id) && t->id != DMARC_P &&
	       t->id != DMARC_SP && t->id != DMARC_NP;
}

static void keep_tag(struct tag_list *list, const struct dmarc_tag *t)
{
	for (size_t i = 0; i < list->n; i++)
		if (span_ieq(list->v[i].name, t->name)) {
			/* which of two values the domain wants is not known */
			list->lost = list->lost ||
				     !span_eq(list->v[i].value, t->value);
			return;
		}
	if (list->n == LIMIT_TAGS)
		list->lost = true;
	else
		list->v[list->n++] = *t;
}

/* Where in S, after a blank, another tag of DMARC begins, whose ";" was
 * forgotten; s.n if nowhere. */
static size_t next_tag_in(struct span s)
{
	for (size_t i = 1; i < s.n; i++) {
		struct span rest = span_from(s, i);
		size_t equals = span_find(rest, '=');
		struct span name = span_head(rest, equals);

		if (ascii_wsp(s.p[i - 1]) && equals < rest.n &&
		    dmarc_tag_named(span_trim(name)) != DMARC_UNKNOWN)
			return i;
	}
	return s.n;
}

static void read_item(struct span item, struct tag_list *list)
{
	for (item = span_trim(item); item.n;) {
		size_t n = next_tag_in(item);
		struct span one = span_trim(span_head(item, n));
		size_t equals = span_find(one, '=');
		struct dmarc_tag t = {
			.name = span_trim(span_head(one, equals)),
			.value = span_trim(span_from(one, equals + 1)),
		};

		t.id = dmarc_tag_named(t.name);
		t.valid = dmarc_tag_valid(&t);
		if (t.name.n == 0 || equals == one.n)
			list->lost = true;
		else
			keep_tag(list, &t);
		item = span_from(item, n);
	}
}

/* The URIs of T without their sizes, which RFC 9989 4.8 has removed; false if
 * they have none, or one of them is not valid. */
static bool put_uris(const struct dmarc_tag *t, struct buf *out)
{
	struct span rest = t->value;
	struct report_uri uri;
	bool sizes = false, valid = t->id == DMARC_RUA || t->id == DMARC_RUF;

	while (valid && report_uri_next(&rest, &uri)) {
		valid = uri.valid;
		sizes = sizes || uri.has_size;
	}
	if (!valid || !sizes)
		return false;
	rest = t->value;
	for (size_t n = 0; report_uri_next(&rest, &uri); n++) {
		buf_put(out, n ? SPAN(",") : SPAN(""));
		buf_put(out, uri.text);
	}
	return true;
}

static void put_tag(const struct dmarc_tag *t, struct buf *out)
{
	if (out->n)
		buf_put(out, SPAN("; "));
	buf_put(out, t->name);
	buf_put(out, SPAN("="));
	if (put_uris(t, out))
		return;
	for (size_t i = 0; i < t->value.n; i++)
		buf_putf(out, "%c",
			 *dmarc_tag_values(t->id) ? ascii_lower(t->value.p[i])
						  : t->value.p[i]);
}

static bool correct_dmarc(struct span text, struct buf *out)
{
	struct span rest = text, item = { 0 };
	struct tag_list list = { .n = 0 };
	const struct dmarc_tag *v = NULL, *p = NULL;

	while (span_split(&rest, ';', &item))
		read_item(item, &list);
	for (size_t i = 0; i < list.n; i++) {
		v = list.v[i].id == DMARC_V ? &list.v[i] : v;
		p = list.v[i].id == DMARC_P ? &list.v[i] : p;
	}
	if (list.lost || !v || !says(v, "DMARC1"))
		return false;
	buf_put(out, SPAN("v=DMARC1"));
	if (p)
		put_tag(p, out);
	for (size_t i = 0; i < list.n; i++)
		if (&list.v[i] != v && &list.v[i] != p &&
		    !means_nothing(&list.v[i]))
			put_tag(&list.v[i], out);
	return true;
}

/* --- SPF ----------------------------------------------------------------- */

static struct span next_term(struct span *rest)
{
	struct span term = span_trim(*rest);
	size_t n = 0;

	while (n < term.n && span_find(SPAN(" \t\r\n"), term.p[n]) == 4)
		n++;
	*rest = span_from(term, n);
	return span_head(term, n);
}

static bool has_term(struct span terms, struct span one)
{
	struct span term;

	while ((term = next_term(&terms)).n)
		if (span_eq(term, one))
			return true;
	return false;
}

/* RFC 7208 6: a modifier has "=" before any ":" and "/". */
static bool is_modifier(struct span term)
{
	size_t n = 0;

	while (n < term.n && span_find(SPAN(":=/"), term.p[n]) == 3)
		n++;
	return n < term.n && term.p[n] == '=';
}

static bool is_all(struct span term)
{
	bool qualified = term.n && span_find(SPAN("+-?~"), term.p[0]) < 4;

	return span_ieq(span_from(term, qualified), SPAN("all"));
}

static void correct_spf(struct span text, struct buf *out)
{
	struct span term;
	bool all = false;

	while ((term = next_term(&text)).n) {
		/* RFC 7208 5.1: what follows "all" is never tested */
		if ((all && !is_modifier(term)) ||
		    has_term(buf_span(out), term))
			continue;
		all = all || is_all(term);
		if (out->n)
			buf_put(out, SPAN(" "));
		buf_put(out, term);
	}
}

/* ------------------------------------------------------------------------- */

/* MADE has no error, and less is wrong with it than there was BEFORE. */
static bool is_better(enum policytype t, struct span made,
		      const struct findings *before)
{
	struct findings after = { 0 };

	policylint(t, made, &after);

	bool better = !after.invalid &&
		      (before->invalid || after.n < before->n);

	findings_free(&after);
	return better;
}

enum status policycorrect(enum policytype t, struct span text, struct buf *out)
{
	enum status st = ST_SYNTAX;
	struct findings before = { 0 };
	struct buf made, clean;
	bool known = true, spoilt;

	if (text.n > MOST_TEXT)
		return st;
	/* a separator for each byte at most */
	buf_init(&made, 3 * text.n + 64);
	buf_init(&clean, text.n);
	policylint(t, text, &before);
	spoilt = before.invalid && policylint_clean(text, &clean, NULL);
	if (spoilt)
		text = span_trim(buf_span(&clean));
	if (t == POLICY_DMARC || t == POLICY_REPORT_AUTH)
		known = correct_dmarc(text, &made);
	else if (t == POLICY_SPF)
		correct_spf(text, &made);
	else if (spoilt)
		buf_put(&made, text);
	else
		known = false;
	if (known && is_better(t, buf_span(&made), &before))
		st = buf_add(out, buf_span(&made));
	findings_free(&before);
	buf_free(&clean);
	buf_free(&made);
	return st;
}
