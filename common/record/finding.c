#include "finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "array.h"

static const struct row {
	const char *code, *where, *text;
	enum severity severity;
} rows[] = {
#define X(id, code, severity, where, text) \
	[FINDING_##id] = { code, where, text, SEVERITY_##severity },
	FINDING_TABLE(X)
#undef X
};

void findings_add(struct findings *f, enum finding_id id, const char *detail,
		  ...)
{
	va_list args;

	f->invalid |= rows[id].severity == SEVERITY_ERROR;
	if (f->n == LIMIT_FINDINGS)
		return;
	f->v = array_grow(f->v, f->n, sizeof(*f->v));
	f->v[f->n].id = id;
	va_start(args, detail);
	/* a longer detail is cut: it is for people */
	(void)vsnprintf(f->v[f->n].detail, sizeof(f->v->detail), detail, args);
	va_end(args);
	f->n++;
}

void findings_mark(struct findings *f, enum finding_id id)
{
	findings_add(f, id, "%s", "");
}

bool findings_has(const struct findings *f, enum finding_id id)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].id == id)
			return true;
	return false;
}

void findings_free(struct findings *f)
{
	free(f->v);
	*f = (struct findings){ 0 };
}

const char *finding_code(enum finding_id id)
{
	return rows[id].code;
}

enum severity finding_severity(enum finding_id id)
{
	return rows[id].severity;
}

const char *finding_where(enum finding_id id)
{
	return rows[id].where;
}

const char *finding_text(enum finding_id id)
{
	return rows[id].text;
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
