#include "cfws.h"

#include "limit.h"

/* A line end counts only as part of folding. */
static bool is_broken_line(struct span s)
{
	if (s.p[0] != '\r' && s.p[0] != '\n' && s.p[0] != 0)
		return false;
	return !span_starts(s, SPAN("\r\n")) || s.n < 3 || !ascii_wsp(s.p[2]);
}

bool cfws_quoted(struct span *s, unsigned char close)
{
	for (size_t i = 1; i < s->n; i++) {
		unsigned char c = s->p[i];

		if (c == '\\' && i + 1 < s->n)
			c = s->p[++i];
		else if (c == close) {
			*s = span_from(*s, i + 1);
			return true;
		}
		if (is_broken_line(span_from(*s, i)))
			return false;
		if (c == '\r')
			i++;
	}
	return false;
}

enum status cfws_skip(struct span *s)
{
	size_t depth = 0;

	for (; s->n; *s = span_from(*s, 1)) {
		unsigned char c = s->p[0];

		if (c == '(' && ++depth > LIMIT_COMMENT_DEPTH)
			return ST_LIMIT;
		if (c == '(')
			continue;
		if (depth && c == ')')
			depth--;
		else if (depth && c == '\\')
			*s = span_from(*s, 1);
		else if (is_broken_line(*s))
			return ST_SYNTAX;
		else if (c == '\r')
			*s = span_from(*s, 1);
		else if (!depth && !ascii_wsp(c))
			return ST_OK;
	}
	return depth ? ST_SYNTAX : ST_OK;
}

struct span cfws_run(struct span *s, bool (*in_class)(unsigned char c))
{
	size_t n = 0;

	while (n < s->n && in_class(s->p[n]))
		n++;
	struct span run = span_head(*s, n);

	*s = span_from(*s, n);
	return run;
}
