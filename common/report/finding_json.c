#include "finding_json.h"

#include "finding_words.h"
#include "json_text.h"

static json_t *finding_json(const struct finding *f)
{
	json_t *o = json_object();
	struct buf words;

	buf_init(&words, 8 * (size_t)LIMIT_DIAG);
	finding_words(f, &words);
	json_object_set_new(o, "code", json_string(finding_code(f->id)));
	json_object_set_new(
		o, "severity",
		json_string(severity_word(finding_severity(f->id))));
	json_object_set_new(o, "text", json_text(buf_span(&words)));
	buf_free(&words);
	return o;
}

json_t *findings_json(const struct findings *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->n; i++)
		json_array_append_new(list, finding_json(&f->v[i]));
	return list;
}
