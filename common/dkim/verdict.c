#include "verdict.h"

static const struct {
	const char *code, *text;
} warnings[] = {
#define X(id, code, text) { code, text },
	WARNING_TABLE(X)
#undef X
};

const char *warning_code(enum warning w)
{
	return warnings[w].code;
}

const char *warning_text(enum warning w)
{
	return warnings[w].text;
}

bool warning_is_note(enum warning w)
{
	return w == WARN_ARC || w == WARN_DKIM2;
}

void verdict_warn(struct verdict *v, enum warning w)
{
	v->warnings |= 1U << w;
}

bool verdict_testing(const struct verdict *v)
{
	return v->rec && v->rec->testing;
}

enum result verification_result(const struct verification *all)
{
	enum result best = RESULT_NONE;

	for (size_t i = 0; i < all->n; i++)
		if (status_result(all->v[i].st) < best)
			best = status_result(all->v[i].st);
	return best;
}
