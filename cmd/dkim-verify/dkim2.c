#include "dkim2.h"

#include "b64.h"
#include "text.h"
#include "when.h"

enum {
	MOST_FIELDS = 50,
	MOST_TAGS = 16,
	MOST_VALUE = 2000, /* bytes of a tag that are shown */
	MOST_LINE = 300	   /* the same in the report for people */
};

/* A tag; a value that is a list has an item a line. */
struct dkim2_tag {
	struct span name;
	struct buf value;
};

/* A field. The spans are the message's, the values ours. */
struct dkim2 {
	bool signature; /* DKIM2-Signature, else Message-Instance */
	struct dkim2_tag v[MOST_TAGS];
	size_t n;
	const char *draft; /* whose syntax fits; NULL: of none that is known */
};

/* -- values -----------------------------------------------------------------
 */

/* S without blanks, which may fold it anywhere, in one line. */
static void put_plain(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_wsp(s.p[i]) && s.p[i] != '\r' && s.p[i] != '\n')
			buf_put(out, span_of(s.p + i, 1));
}

/* The text of which S is the base64; S itself if it is not base64. */
static void put_decoded(struct span s, struct buf *out)
{
	struct buf text;

	buf_init(&text, LIMIT_HEADER_BYTES);
	if (b64_decode(s, &text) != ST_OK) {
		put_plain(s, out);
	} else {
		for (size_t i = 0; i < text.n; i++)
			if (text.p[i] == '\n')
				text.p[i] = ' ';
		buf_put(out, span_head(buf_span(&text), MOST_VALUE));
	}
	buf_free(&text);
}

/* Of "selector:algorithm:signature" and "algorithm:hash:hash" what can be read.
 */
static void put_without_base64(struct span item, size_t parts, struct buf *out)
{
	struct span part;

	for (size_t i = 0; i < parts && span_split(&item, ':', &part); i++) {
		if (i)
			buf_put(out, SPAN(":"));
		put_plain(part, out);
	}
}

static void put_item(const struct dkim2 *d, struct span name, struct span item,
		     struct buf *out)
{
	bool path = span_ieq(name, SPAN("mf")) || span_ieq(name, SPAN("rt"));

	if (out->n)
		buf_put(out, SPAN("\n"));
	if (path || (!d->signature && span_ieq(name, SPAN("r"))))
		put_decoded(item, out);
	else if (d->signature && span_ieq(name, SPAN("s")))
		put_without_base64(item, 2, out);
	else if (!d->signature && span_ieq(name, SPAN("h")))
		put_without_base64(item, 1, out);
	else
		put_plain(item, out);
}

static void read_tag(struct dkim2 *d, struct span text)
{
	size_t at = span_find(text, '=');
	struct dkim2_tag *tag = &d->v[d->n];
	struct span rest = span_from(text, at + 1);

	if (at == text.n || d->n == MOST_TAGS)
		return;
	d->n++;
	tag->name = span_head(span_trim(span_head(text, at)), 20);
	buf_init(&tag->value, 4 * (size_t)MOST_VALUE);
	/* groups of signatures have "|" between, since -08 */
	while (rest.n) {
		size_t n = 0;

		while (n < rest.n && rest.p[n] != ',' && rest.p[n] != '|')
			n++;
		put_item(d, tag->name, span_head(rest, n), &tag->value);
		rest = span_from(rest, n + 1);
	}
}

/* -- which draft ------------------------------------------------------------
 */

static struct span value_of(const struct dkim2 *d, const char *name)
{
	for (size_t i = 0; i < d->n; i++)
		if (span_ieq(d->v[i].name, span_str(name)))
			return buf_span(&d->v[i].value);
	return (struct span){ 0 };
}

static bool has(const struct dkim2 *d, const char *name)
{
	return value_of(d, name).n > 0;
}

static bool says(const struct dkim2 *d, const char *name, const char *what)
{
	struct span value = value_of(d, name);

	return span_search(value, span_str(what)) < value.n;
}

/* What tells the drafts apart: -02 is the oldest that was read, -06 the newest;
 * of those after it the changes are known from programs. */
static const char *draft_of(const struct dkim2 *d, struct span raw)
{
	bool whole = d->signature ? has(d, "i") && has(d, "m") && has(d, "t") &&
					    has(d, "d") && has(d, "s") &&
					    (has(d, "nd") ||
					     (has(d, "mf") && has(d, "rt")))
				  : has(d, "m") && has(d, "h");

	if (has(d, "v") && !has(d, "m"))
		return "draft-clayton-dkim2-spec";
	if (!whole)
		return NULL;
	if (says(d, "s", "mldsa44-ed25519"))
		return "draft-ietf-dkim-dkim2-spec-07";
	if (says(d, "s", "mldsa") || (d->signature && span_has(raw, '|')))
		return "draft-ietf-dkim-dkim2-spec-08 or later";
	if (says(d, "r", "\"u\":"))
		return "draft-ietf-dkim-dkim2-spec-07 or later";
	if (says(d, "h", "sha512"))
		return "draft-ietf-dkim-dkim2-spec-05 or later";
	if (has(d, "nd"))
		return "draft-ietf-dkim-dkim2-spec-03 or later";
	return "draft-ietf-dkim-dkim2-spec-02 or later";
}

/* -- fields -----------------------------------------------------------------
 */

/* False if FIELD is not one of DKIM2. */
static bool read_field(const struct field *field, struct dkim2 *out)
{
	bool instance = span_ieq(field->name, SPAN("Message-Instance"));
	struct span rest = field->value, text = { 0 };

	*out = (struct dkim2){ .signature = !instance };
	if (!instance && !span_ieq(field->name, SPAN("DKIM2-Signature")))
		return false;
	while (span_split(&rest, ';', &text))
		read_tag(out, text);
	out->draft = draft_of(out, field->value);
	return true;
}

static void free_field(struct dkim2 *d)
{
	for (size_t i = 0; i < d->n; i++)
		buf_free(&d->v[i].value);
}

static const char *name_of(const struct dkim2 *d)
{
	return d->signature ? "DKIM2-Signature" : "Message-Instance";
}

/* -- for people -------------------------------------------------------------
 */

static void put_tag(const struct dkim2_tag *tag, struct buf *out)
{
	struct span rest = buf_span(&tag->value), item = { 0 };
	uint64_t when;
	char date[32];
	const char *between = "=";

	buf_put(out, SPAN(" "));
	text_put(out, tag->name);
	if (span_ieq(tag->name, SPAN("t")) && span_u64(rest, &when) &&
	    when <= (uint64_t)WHEN_MAX) {
		when_format((int64_t)when, date);
		buf_putf(out, "=%s", date);
		return;
	}
	while (span_split(&rest, '\n', &item)) {
		buf_put(out, span_str(between));
		text_put(out, span_head(item, MOST_LINE));
		if (item.n > MOST_LINE)
			buf_put(out, SPAN("..."));
		between = ",";
	}
}

void dkim2_text(const struct fields *f, struct buf *out)
{
	size_t shown = 0;

	for (size_t i = 0; i < f->n && shown < MOST_FIELDS; i++) {
		struct dkim2 d;

		if (!read_field(&f->v[i], &d))
			continue;
		shown++;
		buf_putf(out, "dkim2 %s", name_of(&d));
		for (size_t k = 0; k < d.n; k++)
			put_tag(&d.v[k], out);
		buf_putf(out, ": not evaluated; its syntax is that of %s\n",
			 d.draft ? d.draft : "no draft that is known");
		free_field(&d);
	}
}

/* -- for programs -----------------------------------------------------------
 */

static json_t *tag_json(const struct dkim2_tag *tag)
{
	struct span rest = buf_span(&tag->value), item = { 0 };

	if (!span_one_of(tag->name, "rt s h f"))
		return json_text(rest.p ? rest : SPAN(""));
	json_t *items = json_array();

	while (span_split(&rest, '\n', &item))
		json_array_append_new(items, json_text(item));
	return items;
}

static json_t *field_json(const struct dkim2 *d)
{
	json_t *o = json_object(), *tags = json_object();

	for (size_t i = 0; i < d->n; i++) {
		char name[24] = "";
		struct buf shown;

		buf_init(&shown, sizeof(name) - 1);
		text_put(&shown, d->v[i].name);
		for (size_t k = 0; k < shown.n; k++)
			name[k] = (char)ascii_lower(shown.p[k]);
		buf_free(&shown);
		json_object_set_new(tags, name, tag_json(&d->v[i]));
	}
	json_object_set_new(o, "field", json_string(name_of(d)));
	json_object_set_new(o, "draft",
			    d->draft ? json_string(d->draft) : json_null());
	json_object_set_new(o, "tags", tags);
	return o;
}

json_t *dkim2_json(const struct fields *f)
{
	json_t *list = NULL;
	size_t shown = 0;

	for (size_t i = 0; i < f->n && shown < MOST_FIELDS; i++) {
		struct dkim2 d;

		if (!read_field(&f->v[i], &d))
			continue;
		if (shown++ == 0)
			list = json_array();
		json_array_append_new(list, field_json(&d));
		free_field(&d);
	}
	return list;
}
