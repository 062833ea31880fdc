#include "explain_spellings.h"

#include <stdlib.h>
#include <string.h>

void spell_raw(struct spellings *s, struct span raw)
{
	if (s->n == SPELLINGS_MAX || raw.n + 64 > *s->room)
		return;
	*s->room -= raw.n + 64;
	if (s->n % 64 == 0)
		s->v = mem_array(s->v, s->n + 64, sizeof(*s->v));
	s->v[s->n++] = span_of((unsigned char *)mem_copy(
				       raw.p ? raw.p : (const void *)"", raw.n),
			       raw.n);
}

void spell_add(struct spellings *s, struct span name, struct span value)
{
	struct buf raw;

	buf_init(&raw, name.n + value.n + 4);
	buf_put(&raw, name);
	buf_put(&raw, SPAN(": "));
	buf_put(&raw, value);
	buf_put(&raw, SPAN("\r\n"));
	spell_raw(s, buf_span(&raw));
	buf_free(&raw);
}

void spellings_free(struct spellings *s)
{
	for (size_t i = 0; i < s->n; i++)
		free((void *)(uintptr_t)s->v[i].p); /* ours, see spell_raw */
	free(s->v);
	*s = (struct spellings){ 0 };
}

void spell_two(struct spellings *s, struct span name, struct span a,
	       struct span b)
{
	struct buf text;

	buf_init(&text, a.n + b.n);
	buf_put(&text, a);
	buf_put(&text, b);
	spell_add(s, name, buf_span(&text));
	buf_free(&text);
}

void spell_three(struct spellings *s, struct span name, struct span a,
		 struct span b, struct span c)
{
	struct buf text;

	buf_init(&text, a.n + b.n);
	buf_put(&text, a);
	buf_put(&text, b);
	spell_two(s, name, buf_span(&text), c);
	buf_free(&text);
}

struct span spell_cased(struct span name, int how, struct buf *out)
{
	bool start = true;

	buf_init(out, name.n);
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = ascii_lower(name.p[i]);

		if (ascii_alpha(c) && (how == 1 || (how == 2 && start)))
			c = (unsigned char)(c - 32);
		start = name.p[i] == '-';
		buf_put(out, span_of(&c, 1));
	}
	return buf_span(out);
}
