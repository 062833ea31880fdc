/* The copies of signed fields in z= (RFC 6376 3.5). */
#include "explain_head.h"

/* One copy of z=: its name, and its value decoded behind it. */
static bool decode_copy(struct span item, struct span *name, struct buf *out)
{
	size_t colon = span_find(item, ':');
	struct span v = span_from(item, colon + 1);

	*name = span_trim(span_head(item, colon));
	if (colon == item.n || !fields_is_name(*name))
		return false;
	buf_put(out, *name);
	buf_put(out, SPAN(":"));
	for (size_t i = 0; i < v.n; i++) {
		unsigned char c = v.p[i];

		if (ascii_wsp(c) || c == '\r' || c == '\n')
			continue;
		if (c == '=') {
			int a = i + 2 < v.n ? ascii_hex(v.p[i + 1]) : -1;
			int b = i + 2 < v.n ? ascii_hex(v.p[i + 2]) : -1;

			if (a < 0 || b < 0)
				return false;
			c = (unsigned char)(a << 4 | b);
			i += 2;
		}
		buf_put(out, span_of(&c, 1));
	}
	buf_put(out, SPAN("\r\n"));
	return true;
}

bool head_copy(const struct sig *sig, struct span name, size_t nth,
	       struct buf *out)
{
	const struct tag *z = tags_find(sig->tags, SPAN("z"));
	struct span rest = z ? z->value : SPAN(""), item, found;
	struct buf copy;
	size_t n = 0;
	bool ok = true, any = false;

	/* signers write the copies in the order of h=, so the first of a name
	 * is the bottom one (RFC 6376 5.4.2) */
	buf_init(&copy, rest.n + 4);
	while (ok && rest.n && span_split(&rest, '|', &item)) {
		buf_reset(&copy);
		ok = decode_copy(item, &found, &copy);
		if (ok && span_ieq(found, name) && n++ == nth) {
			buf_init(out, copy.n);
			buf_put(out, buf_span(&copy));
			any = true;
		}
	}
	buf_free(&copy);
	if (any && !ok)
		buf_free(out);
	return any && ok;
}
