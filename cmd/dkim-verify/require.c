#include "require.h"

#include <string.h>

#include "idn.h"

enum status require_parse(const char *text, struct require *out,
			  struct diag *why)
{
	static const char *const words[] = { [REQUIRE_ANY] = "any",
					     [REQUIRE_ALL] = "all",
					     [REQUIRE_ALIGNED] = "aligned" };

	*out = (struct require){ 0 };
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(text, words[i]) == 0) {
			out->kind = (enum require_kind)i;
			return ST_OK;
		}
	if (strncmp(text, "d=", 2) != 0)
		return diag_set(why, ST_USAGE, NULL,
				"--require=%s: not any, all, aligned or "
				"d=DOMAIN",
				text);
	out->kind = REQUIRE_DOMAIN;
	struct diag more = { 0 };

	if (idn_parse(span_str(text + 2), NAME_UNDERSCORE, &out->domain,
		      &more) != ST_OK)
		return diag_set(why, ST_USAGE, more.where, "--require=%s: %s",
				text, more.text);
	return ST_OK;
}

static bool concerns(const struct require *r, const struct verdict *v)
{
	switch (r->kind) {
	case REQUIRE_ANY:
	case REQUIRE_ALL:
		return true;
	case REQUIRE_ALIGNED:
		return v->aligned != ALIGNED_NOT;
	case REQUIRE_DOMAIN:
		return name_eq(&v->sig.d, &r->domain);
	}
	return false;
}

static int all_exit(const struct verification *all)
{
	size_t passed = 0, temporary = 0;

	for (size_t i = 0; i < all->n; i++) {
		enum result result = status_result(all->v[i].st);

		passed += result == RESULT_PASS;
		temporary += result == RESULT_TEMPERROR;
	}
	if (passed == all->n && all->n && !all->unseen)
		return 0;
	return passed + temporary == all->n && temporary ? 75 : 1;
}

/* One of those that R concerns must pass. */
static int one_exit(const struct require *r, const struct verification *all)
{
	int code = 1;

	for (size_t i = 0; i < all->n; i++) {
		enum result result = status_result(all->v[i].st);

		if (!concerns(r, &all->v[i]))
			continue;
		if (result == RESULT_PASS)
			return 0;
		if (result == RESULT_TEMPERROR)
			code = 75;
	}
	return code;
}

int require_exit(const struct require *v, size_t n,
		 const struct verification *all)
{
	int plain = verification_exit(all), worst = 0;

	/* nothing to judge (none, or only failures of testing keys), or no
	 * message: whatever is asked of it */
	if (n == 0 || plain == 2 || all->header == ST_NOT_MESSAGE)
		return plain;
	for (size_t i = 0; i < n; i++) {
		int code = v[i].kind == REQUIRE_ANY   ? plain
			   : v[i].kind == REQUIRE_ALL ? all_exit(all)
						      : one_exit(&v[i], all);

		if (code == 1)
			return 1;
		worst = exit_worse(worst, code);
	}
	return worst;
}
