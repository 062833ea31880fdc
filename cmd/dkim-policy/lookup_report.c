#include "lookup_report.h"

#include "lint_report.h"
#include "spf_report.h"
#include "text.h"

static void put_tag(struct buf *out, const char *name, struct span value)
{
	if (value.n == 0)
		return;
	buf_putf(out, " %s=", name);
	text_put(out, value);
}

static void put_why(struct buf *out, const struct diag *why)
{
	if (!why->text[0])
		return;
	buf_put(out, SPAN("      "));
	text_put(out, span_str(why->text));
	if (why->where)
		buf_putf(out, " (%s)", why->where);
	buf_put(out, SPAN("\n"));
}

void lookup_report_spf_line(const struct spf_verdict *v, struct buf *out)
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
	text_put(out, buf_span(&v->domain));
	buf_put(out, SPAN(" explains: \""));
	text_put(out, buf_span(&v->explanation));
	buf_put(out, SPAN("\"\n"));
}

void lookup_report_spf(const struct spf_query *query,
		       const struct spf_verdict *v, struct buf *out)
{
	struct buf field;

	lookup_report_spf_line(v, out);
	buf_init(&field, LIMIT_FIELD_BYTES);
	spf_received(query, v, &field);
	for (size_t i = 0; i < field.n; i++)
		if (field.p[i] != '\r')
			buf_put(out, span_of(field.p + i, 1));
	buf_free(&field);
}

/* --- look-ups ------------------------------------------------------------ */

static void put_tag_words(void *ctx, struct span whole, struct span name,
			  struct span value, const char *words)
{
	struct buf *out = ctx, left;

	(void)name;
	(void)value;
	buf_init(&left, 4 * whole.n);
	text_put(&left, whole);
	if (*words)
		buf_putf(out, "  %-28s  %s\n", (const char *)left.p, words);
	else
		buf_putf(out, "  %s\n", (const char *)left.p);
	buf_free(&left);
}

static void put_node(const struct spf_tree_node *n, struct buf *out)
{
	buf_putf(out, "  %*s", (int)n->depth * 2, "");
	text_put(out, buf_span(&n->label));
	if (n->found == SPF_PASS)
		buf_putf(out, ": %u look-ups\n", n->lookups);
	else
		buf_putf(out, ": %s%s\n", spf_result_word(n->found),
			 n->loop ? ", a loop" : "");
}

static void put_tree(const struct spf_tree *t, struct buf *out)
{
	buf_putf(out, "  tree: %u of %d look-ups%s\n", t->lookups, SPF_LOOKUPS,
		 t->cut ? ", cut off" : "");
	for (size_t i = 0; i < t->n; i++)
		put_node(&t->v[i], out);
}

void lookup_report_lookup(const struct lookup *l, struct buf *out)
{
	buf_putf(out, "%s %s: %s", l->domain.text, policytype_word(l->type),
		 lookup_word(l->result));
	if (lookup_is_there(l)) {
		buf_put(out, SPAN(" at "));
		text_put(out, buf_span(&l->at));
	}
	buf_put(out, SPAN("\n"));
	put_why(out, &l->why);
	if (l->text.n) {
		buf_put(out, SPAN("  \""));
		text_put(out, buf_span(&l->text));
		buf_put(out, SPAN("\"\n"));
		policylint_each_tag(l->type, buf_span(&l->text), put_tag_words,
				    out);
	}
	if (l->tree && l->text.n)
		put_tree(l->tree, out);
	for (size_t i = 0; i < l->findings.n; i++) {
		const struct finding *f = &l->findings.v[i];

		buf_putf(out,
			 "  %s %s: ", severity_word(finding_severity(f->id)),
			 finding_code(f->id));
		finding_words(f, out);
		buf_put(out, SPAN("\n"));
	}
}
