/* What a change of a header field is called, and what a header shows without a
 * proof. */
#include "explain_input.h"
#include "explain_search.h"

/* -- what is proven -------------------------------------------------------- */

static struct span value_of(struct span raw)
{
	return span_from(raw, span_find(raw, ':') + 1);
}

/* S without white space and line ends, or, with FOLDS, with each fold as its
 * line end and the octet behind it. */
static void squeeze(struct span s, bool folds, struct buf *out)
{
	buf_init(out, s.n);
	for (size_t i = 0; i < s.n; i++) {
		bool white = span_has(SPAN(" \t\r\n"), s.p[i]);
		bool fold = s.p[i] == '\n' || octet_at(s, i - 1) == '\n';

		if (!white || (folds && fold))
			buf_put(out, span_of(s.p + i, 1));
	}
}

static bool same_squeezed(struct span a, struct span b, bool folds)
{
	struct buf x, y;

	squeeze(a, folds, &x);
	squeeze(b, folds, &y);
	bool same = span_eq(buf_span(&x), buf_span(&y));

	buf_free(&x);
	buf_free(&y);
	return same;
}

static bool is_spam(struct span tag)
{
	static const char words[] = "***|spam|junk|bulk|score|virus|phish|"
				    "suspect|unchecked";
	struct span rest = span_str(words), word;

	while (span_split(&rest, '|', &word))
		if (span_search(tag, word) < tag.n)
			return true;
	return false;
}

static bool is_reply(struct span tag)
{
	static const char words[] = "re:|fwd:|fw:|aw:|sv:|wg:|vs:|rv:|tr:|res:|"
				    "antw:";
	struct span rest = span_str(words), word;

	while (span_split(&rest, '|', &word))
		if (span_ieq(tag, word))
			return true;
	return false;
}

/* LONGER is SHORTER with a piece put in at one place; that piece. */
static struct span added_piece(struct span longer, struct span shorter)
{
	size_t a = 0, i = longer.n, j = shorter.n;

	while (a < longer.n && a < shorter.n && longer.p[a] == shorter.p[a])
		a++;
	while (i > a && j > a && longer.p[i - 1] == shorter.p[j - 1]) {
		i--;
		j--;
	}
	struct span put = span_of(longer.p + a, i - a);

	if (span_trim(span_of(shorter.p + a, j - a)).n)
		return (struct span){ 0 };
	/* "[a] " + "[b] x": the piece found may be "a] [" */
	while (a > 0 && put.n && !ascii_wsp(put.p[0]) &&
	       longer.p[a - 1] == put.p[put.n - 1] &&
	       !ascii_wsp(longer.p[a - 1]))
		put = span_of(longer.p + --a, put.n);
	return span_trim(put);
}

static bool is_tag(struct span tag)
{
	return tag.n > 1 && tag.n < 100 &&
	       (span_has(SPAN("[({<*"), tag.p[0]) ||
		span_has(SPAN("])}>*:-|"), tag.p[tag.n - 1]));
}

static bool say_subject(struct span then, struct span now, struct causes *out)
{
	struct span a = span_trim(value_of(then)), b = span_trim(value_of(now));
	struct span added = added_piece(b, a), gone = added_piece(a, b);
	struct span tag = added.n ? added : gone;

	if (tag.n == 0 || is_reply(tag) || (!added.n && !is_tag(tag)))
		return false;
	struct cause *cause = causes_add(out,
					 !added.n	? CAUSE_SUBJECT_UNTAG
					 : is_spam(tag) ? CAUSE_SUBJECT_SPAM
							: CAUSE_SUBJECT_TAG,
					 true);

	cause_add_text(cause, "field", SPAN("Subject"));
	cause_add_text(cause, "tag", tag);
	cause_add_text(cause, "original", a);
	cause_add_text(cause, "found", b);
	return true;
}

static enum cause_code classify(enum canon how, struct span then,
				struct span now, struct span name)
{
	struct span x = value_of(then), y = value_of(now);

	if (then.n == 0)
		return CAUSE_ADDED;
	if (now.n == 0)
		return CAUSE_DROPPED;
	if (same_squeezed(x, y, false)) {
		if (!span_eq(span_head(then, name.n), span_head(now, name.n)))
			return CAUSE_NAME_CASE;
		/* relaxed sees white space only where it was lost or gained */
		return how == CANON_SIMPLE && same_squeezed(x, y, true)
			       ? CAUSE_WHITESPACE
			       : CAUSE_REFOLDED;
	}
	if (span_8bit(x) && !span_8bit(y) && span_search(y, SPAN("=?")) < y.n)
		return CAUSE_ENCODED_WORD;
	return span_ieq(name, SPAN("Content-Type")) ? CAUSE_CONTENT_TYPE
						    : CAUSE_VALUE;
}

void change_say(enum canon how, struct span name, struct span then,
		struct span now, struct causes *out)
{
	enum cause_code code = classify(how, then, now, name);

	if (code == CAUSE_VALUE && span_ieq(name, SPAN("Subject")) &&
	    say_subject(then, now, out))
		return;
	struct cause *cause = causes_add(out, code, true);

	cause_add_text(cause, "field", name);
	if (then.n)
		cause_add_text(cause, "original", span_trim(value_of(then)));
	if (now.n)
		cause_add_text(cause, "found", span_trim(value_of(now)));
}

/* -- z= (RFC 6376 3.5) ----------------------------------------------------- */

bool head_copy(const struct sig *sig, struct span name, size_t nth,
	       struct buf *out)
{
	struct span rest = tags_value(sig->tags, "z"), item;
	size_t n = 0;
	bool ok = true;

	/* signers write the copies in the order of h=, so the first of a name
	 * is the bottom one (RFC 6376 5.4.2) */
	buf_init(out, rest.n + 4);
	while (ok && rest.n && span_split(&rest, '|', &item)) {
		size_t colon = span_find(item, ':');
		struct span found = span_trim(span_head(item, colon));
		struct buf value;

		ok = tag_unquote_any(span_from(item, colon + 1), &value) &&
		     colon < item.n && fields_is_name(found);
		if (ok && span_ieq(found, name) && n++ == nth) {
			buf_put(out, found);
			buf_put(out, SPAN(":"));
			buf_put(out, buf_span(&value));
			buf_put(out, SPAN("\r\n"));
		}
		buf_free(&value);
	}
	if (out->n && ok)
		return true;
	buf_free(out);
	return false;
}

/* -- without a proof ------------------------------------------------------- */

static void say_likely(struct causes *out, enum cause_code code,
		       struct span field)
{
	cause_add_text(causes_add(out, code, false), "field", field);
}

/* A field that every message has (RFC 5322 3.6), or one of which the other MIME
 * field speaks. That h= names an absent field is no evidence otherwise: signers
 * do that so that it cannot be added (RFC 6376 5.4.2). */
static bool guess_dropped(const struct explain_input *in, struct causes *out)
{
	static const char *const names[][2] = {
		{ "From", "" },
		{ "Date", "" },
		{ "Subject", "" },
		{ "To", "" },
		{ "Message-ID", "" },
		{ "MIME-Version", "Content-Type" },
		{ "Content-Type", "MIME-Version" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct span name = span_str(names[i][0]);
		struct span other = span_str(names[i][1]);

		if (!sig_covers(in->sig, name) ||
		    fields_count(in->fields, name) ||
		    (other.n && !fields_count(in->fields, other)))
			continue;
		say_likely(out, CAUSE_DROPPED, name);
		return true;
	}
	return false;
}

/* What a list or a relay writes for everybody. */
static bool guess_rewritten(const struct explain_input *in, struct causes *out)
{
	static const char *const known[][2] = {
		{ "From", " via " },
		{ "Message-ID", "amazonses.com>" },
		{ "Message-ID", "prod.outlook.com>" },
		{ "Message-ID", "mandrillapp.com>" },
		{ "Message-ID", "geopod-ismtpd" },
		{ "To", "undisclosed" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct span name = span_str(known[i][0]);
		const struct field *f = fields_find(in->fields, name, 0);

		if (!f || !sig_covers(in->sig, name) ||
		    span_search(f->value, span_str(known[i][1])) == f->value.n)
			continue;
		say_likely(out, CAUSE_VALUE, f->name);
		return true;
	}
	return false;
}

void head_likely(const struct explain_input *in, struct causes *out)
{
	if (out->n < CAUSES_MAX && !guess_dropped(in, out))
		(void)guess_rewritten(in, out); /* nothing shows */
}
