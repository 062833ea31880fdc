#include "lookup_report.h"

#include "json_text.h"
#include "lint_report.h"
#include "policywords.h"
#include "spf_report.h"
#include "text.h"

static const char *const results[] = {
	[LOOKUP_FOUND] = "found",
	[LOOKUP_NONE] = "none",
	[LOOKUP_INVALID] = "invalid",
	[LOOKUP_TEMPERROR] = "temperror",
};

/* --- for people ---------------------------------------------------------- */

static void put_tags(const struct lookup *l, struct buf *out)
{
	struct span rest = buf_span(&l->text);
	struct policywords tag;

	while (policywords_next(l->type, &rest, &tag)) {
		struct buf left;

		buf_init(&left, 4 * tag.whole.n);
		text_put(&left, tag.whole);
		if (*tag.words)
			buf_putf(out, "  %-28s  %s\n", (const char *)left.p,
				 tag.words);
		else
			buf_putf(out, "  %s\n", (const char *)left.p);
		buf_free(&left);
	}
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

void lookup_text(const struct lookup *l, struct buf *out)
{
	buf_putf(out, "%s %s: %s", l->domain.text, policytype_word(l->type),
		 results[l->result]);
	if (lookup_is_there(l)) {
		buf_put(out, SPAN(" at "));
		text_put(out, buf_span(&l->at));
	}
	buf_put(out, SPAN("\n"));
	spf_put_why(&l->why, out);
	if (l->text.n) {
		buf_put(out, SPAN("  \""));
		text_put(out, buf_span(&l->text));
		buf_put(out, SPAN("\"\n"));
		put_tags(l, out);
	}
	if (l->tree && l->text.n)
		put_tree(l->tree, out);
	for (size_t i = 0; i < l->findings.n; i++) {
		const struct finding *f = &l->findings.v[i];

		buf_putf(out, "  %s %s: ", severity_word(f->kind->severity),
			 f->kind->code);
		finding_words(f, out);
		buf_put(out, SPAN("\n"));
	}
}

/* --- for programs -------------------------------------------------------- */

static json_t *tags_json(const struct lookup *l)
{
	json_t *list = l->text.n ? json_array() : json_null();
	struct span rest = buf_span(&l->text);
	struct policywords tag;

	while (policywords_next(l->type, &rest, &tag)) {
		json_t *o = json_object();

		json_set_span(o, "tag", tag.name);
		json_set_span(o, "value", tag.value);
		json_set_text(o, "text", *tag.words ? tag.words : NULL);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *tree_json(const struct spf_tree *t)
{
	json_t *o, *list;

	if (!t || t->v[0].found != SPF_PASS)
		return json_null();
	o = json_object();
	list = json_array();
	for (size_t i = 0; i < t->n; i++) {
		json_t *node = json_object();

		json_set(node, "depth", json_integer(t->v[i].depth));
		json_set_span(node, "term", buf_span(&t->v[i].label));
		json_set(node, "lookups", json_integer(t->v[i].lookups));
		json_set_text(node, "result", spf_result_word(t->v[i].found));
		json_array_append_new(list, node);
	}
	json_set(o, "lookups", json_integer(t->lookups));
	json_set(o, "voids", json_integer(t->voids));
	json_set(o, "cut", json_boolean(t->cut));
	json_set(o, "records", list);
	return o;
}

void lookup_json(const struct lookup *l, struct buf *out)
{
	json_t *o = json_object();

	json_set_text(o, "domain", l->domain.text);
	json_set_text(o, "type", policytype_word(l->type));
	json_set_text(o, "result", results[l->result]);
	json_set(o, "at",
		 lookup_is_there(l) ? json_text(buf_span(&l->at))
				    : json_null());
	json_set(o, "record",
		 l->text.n ? json_text(buf_span(&l->text)) : json_null());
	json_set(o, "valid",
		 l->result == LOOKUP_FOUND     ? json_true()
		 : l->result == LOOKUP_INVALID ? json_false()
					       : json_null());
	json_set(o, "tags", tags_json(l));
	json_set(o, "findings", findings_json(&l->findings));
	json_set(o, "tree", tree_json(l->tree));
	json_set_text(o, "text", l->why.text[0] ? l->why.text : NULL);
	json_set_text(o, "dnssec", l->dnssec);
	json_line(o, out);
}
