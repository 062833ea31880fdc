#include "explain_case.h"

#include <stdlib.h>

static void index_lines(struct body_case *c)
{
	struct span rest = c->body, line;

	while (mime_line(&rest, &line)) {
		if (c->line_n % 256 == 0)
			c->line = mem_array(c->line, c->line_n + 257,
					    sizeof(*c->line));
		c->line[c->line_n++] = (size_t)(line.p - c->body.p);
	}
	if (!c->line)
		c->line = mem_alloc(sizeof(*c->line));
	c->line[c->line_n] = c->body.n;
}

void case_open(struct body_case *c, const struct body_input *in,
	       struct span body, uint64_t *left, struct causes *out)
{
	*c = (struct body_case){
		.in = in,
		.sig = in->sig,
		.fields = in->fields,
		.body = body,
		.lf = in->lf,
		.out = out,
	};
	c->trial = trial_new(in->crypto, in->sig, left);
	index_lines(c);
	mime_scan(&c->mime, in->fields, body);
}

void case_close(struct body_case *c)
{
	trial_free(c->trial);
	mime_free(&c->mime);
	free(c->line);
}

uint64_t case_octets(const struct body_case *c, size_t from, size_t to)
{
	uint64_t n = to - from;

	for (size_t i = from; c->lf && i < to; i++)
		n -= c->body.p[i] == '\n' && i > 0 && c->body.p[i - 1] == '\r';
	return n;
}

size_t case_lines(const struct body_case *c, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += c->body.p[i] == '\n';
	return n + (to > from && c->body.p[to - 1] != '\n');
}

struct span case_line(const struct body_case *c, size_t i)
{
	return mime_chomp(
		span_of(c->body.p + c->line[i], c->line[i + 1] - c->line[i]));
}

size_t case_line_of(const struct body_case *c, size_t at)
{
	size_t low = 0, high = c->line_n;

	while (low + 1 < high) {
		size_t middle = low + (high - low) / 2;

		if (c->line[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

bool case_solve(struct body_case *c, struct edits *e, unsigned how,
		enum cause_code code, const char *name, struct cause **added)
{
	if (!edits_solve(e, trial_oracle(c->trial), how))
		return false;
	struct cause *cause = causes_add(c->out, code, true);
	size_t at = edits_first(e);

	if (name)
		cause_add_number(cause, name, (int64_t)e->on_n);
	cause_add_number(cause, "offset", (int64_t)case_octets(c, 0, at));
	if (added)
		*added = cause;
	return true;
}
