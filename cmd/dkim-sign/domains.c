#include "domains.h"

#include <stdlib.h>

static enum status add(void *ctx, struct span line, struct diag *why)
{
	struct domains *d = ctx;
	struct name ignored;

	if (span_starts(line, SPAN("*.")))
		line = span_from(line, 1);
	if (name_parse(span_from(line, span_starts(line, SPAN("."))),
		       NAME_UNDERSCORE | NAME_SINGLE, &ignored, NULL) != ST_OK)
		return lines_bad(&d->lines, why,
				 "not a domain, .DOMAIN or *.DOMAIN");
	if (d->n % 64 == 0)
		d->v = mem_array(d->v, d->n + 64, sizeof(*d->v));
	d->v[d->n++] = line;
	return ST_OK;
}

enum status domains_read(const char *path, struct domains *out,
			 struct diag *why)
{
	*out = (struct domains){ 0 };
	return lines_each(&out->lines, path, add, out, why);
}

bool domains_has(const struct domains *d, const struct name *name)
{
	struct span text = span_str(name->text);

	for (size_t i = 0; i < d->n; i++) {
		struct span one = d->v[i];
		bool below = one.p[0] == '.';

		if (below ? text.n > one.n &&
				    span_ieq(span_from(text, text.n - one.n),
					     one)
			  : span_ieq(text, one))
			return true;
	}
	return false;
}

void domains_free(struct domains *d)
{
	lines_free(&d->lines);
	free(d->v);
	*d = (struct domains){ 0 };
}
