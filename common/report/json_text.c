#include "json_text.h"

json_t *json_text(struct span s)
{
	struct buf valid;

	if (!s.p)
		return json_null();
	buf_init(&valid, 4 * s.n);
	while (s.n) {
		uint32_t point;
		size_t n = span_utf8(s, &point);

		if (n)
			buf_put(&valid, span_head(s, n));
		else
			buf_putf(&valid, "\\x%02x", s.p[0]);
		s = span_from(s, n ? n : 1);
	}
	json_t *string = json_stringn((const char *)valid.p, valid.n);

	if (!valid.p)
		string = json_string("");
	buf_free(&valid);
	return string;
}

static int add_dump(const char *p, size_t n, void *out)
{
	buf_put(out, span_of(p, n));
	return 0;
}

void json_line(json_t *object, struct buf *out)
{
	json_dump_callback(object, add_dump, out,
			   JSON_COMPACT | JSON_ENSURE_ASCII);
	buf_put(out, SPAN("\n"));
	json_decref(object);
}
