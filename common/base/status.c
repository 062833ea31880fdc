#include "status.h"

#include <stdarg.h>
#include <stdio.h>

static const struct row {
	const char *reason, *where, *text;
	enum result result;
} rows[] = {
#define X(id, reason, result, where, text) \
	[ST_##id] = { reason, where, text, RESULT_##result },
	STATUS_TABLE(X)
#undef X
};

enum status diag_set(struct diag *why, enum status st, const char *where,
		     const char *fmt, ...)
{
	va_list args;

	if (!why)
		return st;
	why->where = where;
	va_start(args, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, args);
	va_end(args);
	return st;
}

const char *status_reason(enum status st)
{
	return rows[st].reason;
}

enum result status_result(enum status st)
{
	return rows[st].result;
}

const char *status_where(enum status st)
{
	return rows[st].where;
}

const char *status_text(enum status st)
{
	return rows[st].text;
}

const char *result_word(enum result r)
{
	static const char *const words[] = {
		[RESULT_PASS] = "pass",
		[RESULT_TEMPERROR] = "temperror",
		[RESULT_FAIL] = "fail",
		[RESULT_POLICY] = "policy",
		[RESULT_PERMERROR] = "permerror",
		[RESULT_NEUTRAL] = "neutral",
		[RESULT_NONE] = "none",
	};

	return words[r];
}
