/* What turned one header field into another. */
#include "explain_head.h"

#include <string.h>

static struct span value_of(struct span raw)
{
	size_t colon = span_find(raw, ':');

	return span_from(raw, colon + (colon < raw.n));
}

/* S without any white space and line ends. */
static void squeeze(struct span s, struct buf *out)
{
	buf_init(out, s.n);
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_wsp(s.p[i]) && s.p[i] != '\r' && s.p[i] != '\n')
			buf_put(out, span_of(s.p + i, 1));
}

static size_t folds(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i + 1 < s.n; i++)
		n += s.p[i] == '\r' && s.p[i + 1] == '\n';
	return n;
}

/* Where lines are broken, less white space, is the same. */
static bool same_folds(struct span a, struct span b)
{
	struct span one, two;

	if (folds(a) != folds(b))
		return false;
	while (a.n || b.n) {
		size_t i = span_find(a, '\n'), j = span_find(b, '\n');
		struct buf x, y;

		one = span_head(a, i);
		two = span_head(b, j);
		squeeze(one, &x);
		squeeze(two, &y);
		bool same = span_eq(buf_span(&x), buf_span(&y)) &&
			    (a.n == i) == (b.n == j);

		/* tab and space at a fold are folding, too */
		same = same && (span_head(span_from(a, i + 1), 1).n == 0 ||
				a.p[i + 1] == b.p[j + 1]);
		buf_free(&x);
		buf_free(&y);
		if (!same)
			return false;
		a = span_from(a, i + 1);
		b = span_from(b, j + 1);
	}
	return true;
}

static bool is_spam(struct span tag)
{
	static const char *const words[] = { "spam",   "junk",	"bulk",
					     "score",  "virus", "phish",
					     "suspect" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (span_search(tag, span_str(words[i])) < tag.n)
			return true;
	return span_starts(tag, SPAN("***"));
}

static bool is_reply(struct span tag)
{
	static const char *const words[] = { "re", "fwd", "fw",	 "aw",
					     "sv", "wg",  "vs",	 "rv",
					     "tr", "res", "antw" };
	size_t colon = span_find(tag, ':');

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (colon + 1 == tag.n &&
		    span_ieq(span_head(tag, colon), span_str(words[i])))
			return true;
	return false;
}

/* LONG is SHORT with a piece put in at one place; that piece. White space
 * counts as equal, whatever it is. */
static struct span piece(struct span longer, struct span shorter)
{
	size_t a = 0, b = 0, i = longer.n, j = shorter.n;

	while (a < longer.n && b < shorter.n && longer.p[a] == shorter.p[b]) {
		a++;
		b++;
	}
	while (i > a && j > b && longer.p[i - 1] == shorter.p[j - 1]) {
		i--;
		j--;
	}
	struct span rest = span_trim(span_of(shorter.p + b, j - b));
	struct span put = span_of(longer.p + a, i - a);

	if (rest.n)
		return (struct span){ 0 };
	/* "[a] " + "[b] x": the piece found may be "a] [" */
	while (a > 0 && put.n && !ascii_wsp(put.p[0]) &&
	       longer.p[a - 1] == put.p[put.n - 1] &&
	       !ascii_wsp(longer.p[a - 1])) {
		put = span_of(longer.p + --a, put.n);
	}
	return span_trim(put);
}

static bool is_tag(struct span tag)
{
	return tag.n > 1 && tag.n < 100 &&
	       (span_has(SPAN("[({<*"), tag.p[0]) ||
		span_has(SPAN("])}>*:-|"), tag.p[tag.n - 1]));
}

static bool classify_subject(struct span then, struct span now,
			     struct causes *out)
{
	struct span a = span_trim(value_of(then)), b = span_trim(value_of(now));
	struct span added = piece(b, a), gone = piece(a, b);
	struct span tag = added.n ? added : gone;
	enum cause_code code = added.n ? CAUSE_SUBJECT_TAG
				       : CAUSE_SUBJECT_UNTAG;

	if (tag.n == 0 || is_reply(tag) || (!added.n && !is_tag(tag)))
		return false;
	if (added.n && is_spam(tag))
		code = CAUSE_SUBJECT_SPAM;
	struct cause *cause = causes_add(out, code, true);

	cause_add_text(cause, "field", SPAN("Subject"));
	cause_add_text(cause, "tag", tag);
	return true;
}

static enum cause_code classify_value(enum canon how, struct span then,
				      struct span now, struct span name)
{
	struct buf a, b;
	struct span x = value_of(then), y = value_of(now);

	squeeze(x, &a);
	squeeze(y, &b);
	bool same = span_eq(buf_span(&a), buf_span(&b));

	buf_free(&a);
	buf_free(&b);
	if (same && !span_eq(span_head(then, name.n), span_head(now, name.n)))
		return CAUSE_NAME_CASE;
	/* relaxed sees white space only where it was lost or gained */
	if (same && how == CANON_RELAXED)
		return CAUSE_REFOLDED;
	if (same)
		return same_folds(x, y) ? CAUSE_WHITESPACE : CAUSE_REFOLDED;
	if (span_8bit(x) && !span_8bit(y) && span_search(y, SPAN("=?")) < y.n)
		return CAUSE_ENCODED_WORD;
	if (span_ieq(name, SPAN("Content-Type")))
		return CAUSE_CONTENT_TYPE;
	return CAUSE_VALUE;
}

void head_classify(enum canon how, struct span then, struct span now,
		   struct span name, struct causes *out)
{
	enum cause_code code;

	if (then.n == 0)
		code = CAUSE_ADDED;
	else if (now.n == 0)
		code = CAUSE_DROPPED;
	else
		code = classify_value(how, then, now, name);
	if (code == CAUSE_VALUE && span_ieq(name, SPAN("Subject")) &&
	    classify_subject(then, now, out))
		return;
	struct cause *cause = causes_add(out, code, true);

	cause_add_text(cause, "field", name);
	if (then.n)
		cause_add_text(cause, "original", span_trim(value_of(then)));
	if (now.n)
		cause_add_text(cause, "found", span_trim(value_of(now)));
}
