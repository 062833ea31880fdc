/* What tags_parse accepts, it accepts again when written out, and its spans
 * stay within the list (RFC 6376 3.2). */
#include "tag.h"

#include "fuzz.h"

static bool inside(struct span part, struct span list)
{
	return part.p >= list.p && part.p + part.n <= list.p + list.n;
}

static void write_out(const struct tags *t, struct buf *out)
{
	for (size_t i = 0; i < t->n; i++) {
		buf_put(out, t->v[i].name);
		buf_put(out, SPAN("="));
		buf_put(out, t->v[i].value);
		buf_put(out, SPAN(";"));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_of(data, size), word, rest;
	enum tags_kind kind = take_octet(&s) % 2 ? TAGS_RECORD : TAGS_SIGNATURE;
	static struct tags t, again;
	struct diag why = { 0 };
	struct buf text;
	size_t n = 0;

	if (tags_parse(&t, s, kind, &why) != ST_OK) {
		hold(why.text[0] != 0, "an error has words");
		return 0;
	}
	for (size_t i = 0; i < t.n; i++) {
		hold(inside(t.v[i].name, s) && inside(t.v[i].whole, s) &&
			     inside(t.v[i].value, t.v[i].whole),
		     "spans");
		hold(span_find(t.v[i].whole, ';') == t.v[i].whole.n, "no ;");
		hold(tags_find(&t, t.v[i].name) == &t.v[i], "no duplicate");
		hold(span_eq(span_trim(t.v[i].whole), t.v[i].value), "trim");
		for (rest = t.v[i].value; tag_words(&rest, &word);)
			hold(inside(word, t.v[i].value), "words");
	}
	buf_init(&text, size + 2 * LIMIT_TAGS);
	write_out(&t, &text);
	hold(tags_parse(&again, buf_span(&text), kind, NULL) == ST_OK, "again");
	for (hold(again.n == t.n, "as many"); n < t.n; n++)
		hold(span_eq(again.v[n].name, t.v[n].name) &&
			     span_eq(again.v[n].value, t.v[n].value),
		     "the same tags");
	buf_free(&text);
	return 0;
}
