#include "finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "array.h"

FINDING_TABLE(FINDING_DEFINE)

void findings_add(struct findings *f, const struct finding_kind *kind,
		  const char *detail, ...)
{
	va_list args;

	f->invalid |= kind->severity == SEVERITY_ERROR;
	if (f->n == LIMIT_FINDINGS)
		return;
	f->v = array_grow(f->v, f->n, sizeof(*f->v));
	f->v[f->n].kind = kind;
	va_start(args, detail);
	/* a longer detail is cut: it is for people */
	(void)vsnprintf(f->v[f->n].detail, sizeof(f->v->detail), detail, args);
	va_end(args);
	f->n++;
}

void findings_mark(struct findings *f, const struct finding_kind *kind)
{
	findings_add(f, kind, "%s", "");
}

bool findings_has(const struct findings *f, const struct finding_kind *kind)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].kind == kind)
			return true;
	return false;
}

void findings_free(struct findings *f)
{
	free(f->v);
	*f = (struct findings){ 0 };
}

const char *severity_word(enum severity s)
{
	static const char *const words[] = {
		[SEVERITY_INFO] = "info",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_ERROR] = "error",
	};

	return words[s];
}
