#include "sign_report.h"

#include <stdlib.h>

#include "json_text.h"
#include "text.h"

/* One name of the header, or of h=. */
struct line {
	struct span name;
	size_t present, is_signed;
};

static bool known(const struct line *v, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++)
		if (span_ieq(v[i].name, name))
			return true;
	return false;
}

/* The distinct names: those of h= in its order, then the others of the message
 * from the top. Owned by the caller. */
static struct line *lines_of(const struct signing *s, size_t *n)
{
	const struct fields *f = s->fields;
	struct line *v = mem_alloc((s->headers.n + f->n) * sizeof(*v));

	*n = 0;
	for (size_t i = 0; i < s->headers.n; i++)
		if (!known(v, *n, s->headers.v[i]))
			v[(*n)++].name = s->headers.v[i];
	for (size_t i = 0; i < f->n; i++)
		if ((i == 0 || !span_ieq(f->v[i].name, f->v[i - 1].name)) &&
		    !known(v, *n, f->v[i].name))
			v[(*n)++].name = f->v[i].name;
	for (size_t i = 0; i < *n; i++) {
		v[i].present = fields_count(f, v[i].name);
		v[i].is_signed = headerset_count(&s->headers, v[i].name);
	}
	return v;
}

/* d= to key= of a signature by K; VERB: what becomes of it. */
static void put_signature(const struct signing *s, const char *verb,
			  const struct sign_key *k, struct buf *out)
{
	buf_putf(out, "%s  d=%s s=%s a=%s-sha256 c=%s/%s key=%u", verb,
		 k->domain.text, k->selector.text,
		 key_type_word(key_type(k->key)), canon_word(s->conf->header),
		 canon_word(s->conf->body), key_bits(k->key));
	if (k->identity)
		buf_putf(out, " i=%s", k->identity);
}

static void put_origin(const struct sign_key *k, struct buf *out)
{
	buf_put(out, SPAN("  by "));
	text_put(out, span_str(k->origin));
	buf_put(out, SPAN("\n"));
}

static void text_line(const struct line *line, struct buf *out)
{
	buf_put(out, SPAN("  "));
	text_put(out, line->name);
	if (line->is_signed == 0)
		buf_putf(out, ": %zu, not signed", line->present);
	else if (line->is_signed < line->present)
		buf_putf(out, ": the lowest %zu of %zu signed", line->is_signed,
			 line->present);
	else if (line->is_signed == line->present)
		buf_putf(out, ": %zu signed", line->present);
	else if (line->present)
		buf_putf(out, ": %zu signed, oversigned", line->present);
	else
		buf_put(out, SPAN(": absent, oversigned"));
	buf_put(out, SPAN("\n"));
}

void sign_report_text(const struct signing *s, struct buf *out)
{
	size_t n;

	if (s->notes & 1U << SIGN_PASSED) {
		buf_put(out, SPAN("pass  unchanged: "));
		text_put(out, span_str(s->why.text));
		buf_put(out, SPAN("\n"));
		return;
	}
	for (size_t i = 0; i < s->by.n; i++) {
		put_signature(s, "sign", &s->by.v[i], out);
		put_origin(&s->by.v[i], out);
	}
	if (s->notes & 1U << SIGN_KEY_MISSING) {
		buf_put(out, SPAN("skip  "));
		text_put(out, span_str(s->why.text));
		buf_put(out, SPAN("\n"));
	}
	struct line *v = lines_of(s, &n);

	for (size_t i = 0; i < n; i++)
		text_line(&v[i], out);
	free(v);
}

/* How many fields of the message are signed. */
static size_t signed_fields(const struct signing *s)
{
	size_t n, fields = 0;
	struct line *v = lines_of(s, &n);

	for (size_t i = 0; i < n; i++)
		fields += v[i].is_signed < v[i].present ? v[i].is_signed
							: v[i].present;
	free(v);
	return fields;
}

void sign_report_made(const struct signing *s, struct buf *out)
{
	if (s->notes & 1U << SIGN_PASSED)
		return;
	size_t fields = signed_fields(s);

	for (size_t i = 0; i < s->by.n; i++) {
		put_signature(s, "signed", &s->by.v[i], out);
		buf_putf(out, " fields=%zu", fields);
		put_origin(&s->by.v[i], out);
	}
}

/* -- JSON ------------------------------------------------------------------ */

static json_t *signature(const struct signing *s, const struct sign_key *k)
{
	json_t *o = json_object();
	struct buf a;

	buf_init(&a, 64);
	buf_putf(&a, "%s-sha256", key_type_word(key_type(k->key)));
	json_set_text(o, "d", k->domain.text);
	json_set_text(o, "s", k->selector.text);
	json_set_text(o, "i", k->identity);
	json_set_span(o, "a", buf_span(&a));
	buf_reset(&a);
	buf_putf(&a, "%s/%s", canon_word(s->conf->header),
		 canon_word(s->conf->body));
	json_set_span(o, "c", buf_span(&a));
	json_set_number(o, "t", s->conf->timestamp, (uint64_t)s->now);
	json_set_number(o, "x", s->conf->expire > 0,
			(uint64_t)s->now + s->conf->expire);
	json_set_number(o, "l", s->conf->length, s->length);
	json_set(o, "bits", json_integer(key_bits(k->key)));
	json_set_text(o, "origin", k->origin);
	buf_free(&a);
	return o;
}

static json_t *headers(const struct signing *s)
{
	json_t *list = json_array();
	size_t n;
	struct line *v = lines_of(s, &n);

	for (size_t i = 0; i < n; i++) {
		json_t *o = json_object();

		json_set_span(o, "name", v[i].name);
		json_set(o, "present", json_integer((json_int_t)v[i].present));
		json_set(o, "signed", json_integer((json_int_t)v[i].is_signed));
		json_array_append_new(list, o);
	}
	free(v);
	return list;
}

static json_t *warnings(unsigned notes)
{
	json_t *list = json_array();

	for (int n = 0; n < SIGN_NOTE_COUNT; n++)
		if (n != SIGN_PASSED && (notes & 1U << n))
			json_array_append_new(
				list,
				json_string(sign_note_code((enum sign_note)n)));
	return list;
}

void sign_report_json(const struct signing *s, const char *input,
		      struct buf *out)
{
	bool passed = s->notes & 1U << SIGN_PASSED;
	bool reason = passed || (s->notes & 1U << SIGN_KEY_MISSING);
	const struct author *author = &s->author;
	json_t *o = json_object(), *list = json_array();

	json_set_text(o, "input", input);
	json_set_text(o, "from",
		      author->domain.text[0] ? author->domain.text : NULL);
	json_set_text(o, "result", passed ? "pass" : "sign");
	json_set_text(o, "reason", reason ? s->why.text : NULL);
	for (size_t i = 0; i < s->by.n && !passed; i++)
		json_array_append_new(list, signature(s, &s->by.v[i]));
	json_set(o, "signatures", list);
	json_set(o, "headers", passed ? json_array() : headers(s));
	json_set(o, "warnings", warnings(s->notes));
	json_line(o, out);
}
