#include "text.h"

/* C0, DEL, C1, zero-width and bidirectional controls, line separators, BOM. */
static bool is_unsafe(uint32_t u)
{
	return u < 0x20 || (u >= 0x7f && u < 0xa0) || u == 0xad ||
	       (u >= 0x200b && u <= 0x200f) || (u >= 0x2028 && u <= 0x202e) ||
	       (u >= 0x2060 && u <= 0x206f) || u == 0x61c || u == 0xfeff ||
	       (u >= 0xfff9 && u <= 0xfffb) || u >= 0xe0000;
}

/* How much of S is printable ASCII and fits into OUT. */
static size_t plain(struct span s, const struct buf *out)
{
	size_t n = 0, most = out->max - out->n;

	if (most > s.n)
		most = s.n;
	while (n < most && s.p[n] >= ' ' && s.p[n] < 0x7f)
		n++;
	return n;
}

enum status text_escape(struct span s, struct buf *out)
{
	enum status st = ST_OK;

	while (s.n && st == ST_OK) {
		uint32_t u = 0;
		size_t n = plain(s, out);
		bool safe = n > 0;

		if (!safe) {
			n = span_utf8(s, &u);
			safe = n && !is_unsafe(u);
		}
		if (safe) {
			st = buf_add(out, span_head(s, n));
			s = span_from(s, n);
			continue;
		}
		for (n = n ? n : 1; n && st == ST_OK; n--) {
			st = buf_addf(out, "\\x%02x", s.p[0]);
			s = span_from(s, 1);
		}
	}
	return st;
}

void text_put(struct buf *out, struct span s)
{
	status_ignore(text_escape(s, out));
}

void text_quote(struct span s, const char *special, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = s.p[i];

		if (c < ' ' || c > '~' || strchr(special, c)) {
			buf_putf(out, "\\%03u", c);
			continue;
		}
		if (c == '"' || c == '\\')
			buf_put(out, SPAN("\\"));
		buf_put(out, span_of(&c, 1));
	}
}
