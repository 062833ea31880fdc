#include "policy_text.h"

#include "received_spf.h"
#include "text.h"

static void put_escaped(struct buf *out, struct span s)
{
	status_ignore(text_escape(s, out)); /* the caller made room */
}

static void put_tag(struct buf *out, const char *name, struct span value)
{
	if (value.n == 0)
		return;
	buf_putf(out, " %s=", name);
	put_escaped(out, value);
}

static void put_why(struct buf *out, const struct diag *why)
{
	if (!why->text[0])
		return;
	buf_put(out, SPAN("      "));
	put_escaped(out, span_str(why->text));
	if (why->where)
		buf_putf(out, " (%s)", why->where);
	buf_put(out, SPAN("\n"));
}

void policy_text_spf_line(const struct spf_verdict *v, struct buf *out)
{
	buf_putf(out, "%-5s", spf_result_word(v->result));
	put_tag(out, " domain", buf_span(&v->domain));
	buf_putf(out, " identity=%s", v->helo ? "helo" : "mailfrom");
	put_tag(out, "mechanism", buf_span(&v->mechanism));
	buf_putf(out, " lookups=%u\n", v->lookups);
	put_why(out, &v->why);
	if (v->explanation.n == 0)
		return;
	/* 6.2: not our words */
	buf_put(out, SPAN("      "));
	put_escaped(out, buf_span(&v->domain));
	buf_put(out, SPAN(" explains: \""));
	put_escaped(out, buf_span(&v->explanation));
	buf_put(out, SPAN("\"\n"));
}

void policy_text_spf(const struct spf_query *query, const struct spf_verdict *v,
		     struct buf *out)
{
	struct buf field;

	policy_text_spf_line(v, out);
	buf_init(&field, LIMIT_FIELD_BYTES);
	received_spf_format(query, v, &field);
	for (size_t i = 0; i < field.n; i++)
		if (field.p[i] != '\r')
			buf_put(out, span_of(field.p + i, 1));
	buf_free(&field);
}
