#include "dkim_report.h"

#include <string.h>

#include "tag.h"

bool dkim_report_is(struct span text)
{
	static const char *const known[] = { "ra", "rp", "rr", "rs" };
	struct tags t;

	if (tags_parse(&t, text, TAGS_RECORD, NULL) != ST_OK)
		return false;
	for (size_t i = 0; i < 4; i++)
		if (tags_find(&t, span_str(known[i])))
			return true;
	return false;
}

/* ra=: a local part that needs no quotes, so that it ends no field and means
 * nothing to a shell. */
static bool read_address(const struct tag *t, struct dkim_report *out)
{
	struct buf text;
	bool valid;

	if (!t)
		return true;
	valid = tag_unquote(t->value, &text) && text.n > 0 &&
		text.n < sizeof(out->local) && text.p[0] != '-';
	for (size_t i = 0; i < text.n && valid; i++)
		valid = ascii_alpha(text.p[i]) || ascii_digit(text.p[i]) ||
			span_find(SPAN("-._+=~"), text.p[i]) < 6;
	if (valid)
		memcpy(out->local, text.p, text.n);
	buf_free(&text);
	return valid;
}

static bool read_percent(const struct tag *t, struct dkim_report *out)
{
	uint64_t n;

	out->percent = 100;
	if (!t)
		return true;
	if (t->value.n > 3 || !span_u64(t->value, &n) || n > 100)
		return false;
	out->percent = (unsigned)n;
	return true;
}

/* rr=: unknown words are ignored. */
static void read_wanted(const struct tag *t, struct dkim_report *out)
{
	struct span rest = t ? t->value : SPAN("all"), word = { 0 };
	size_t n = 0;

	while (tag_words(&rest, &word)) {
		unsigned char c = word.n == 1 ? ascii_lower(word.p[0]) : 0;

		if (span_ieq(word, SPAN("all")))
			c = 'a';
		if (c && span_find(SPAN("adopsuvx"), c) < 8 &&
		    !strchr(out->wanted, c) && n + 1 < sizeof(out->wanted))
			out->wanted[n++] = (char)c;
	}
}

void dkim_report_parse(struct span text, struct dkim_report *out)
{
	const struct tag *rs;
	struct tags t;
	struct buf string = { 0 };

	*out = (struct dkim_report){ 0 };
	if (tags_parse(&t, text, TAGS_RECORD, NULL) != ST_OK)
		return;
	rs = tags_find(&t, SPAN("rs"));
	out->valid = read_address(tags_find(&t, SPAN("ra")), out) &&
		     read_percent(tags_find(&t, SPAN("rp")), out) &&
		     (!rs || tag_unquote(rs->value, &string));
	read_wanted(tags_find(&t, SPAN("rr")), out);
	buf_free(&string);
}

bool dkim_report_wants(const struct dkim_report *r, char reason)
{
	return r->valid && r->local[0] &&
	       (strchr(r->wanted, 'a') || strchr(r->wanted, reason));
}
