#include "json_report.h"

#include "explain_json.h"
#include "signature_json.h"

struct found {
	const struct verification *all;
	const struct explained *explained;
};

static void add_explanation(const void *ctx, const struct verdict *v,
			    json_t *object)
{
	const struct found *f = ctx;

	if (f->explained && v->st != ST_OK && !v->domainkeys)
		json_object_set_new(
			object, "explain",
			explain_json(&f->explained->v[v - f->all->v]));
}

void json_report(const char *input, uint64_t number,
		 const struct verification *all,
		 const struct explained *explained, struct buf *out)
{
	const struct found found = { all, explained };
	json_t *o = json_input(input, number);

	json_object_set_new(o, "from",
			    all->has_author ? json_string(all->author.text)
					    : json_null());
	json_object_set_new(o, "result",
			    json_string(result_word(verification_result(all))));
	json_object_set_new(o, "signatures",
			    json_signatures(all, add_explanation, &found));
	json_object_set_new(o, "warnings", json_warnings(all->warnings));
	json_line(o, out);
}
