#include "verify_exit.h"

#include <string.h>

#include "exit_status.h"
#include "idn.h"

enum status verify_exit_require(const char *text, struct require *out,
				struct diag *why)
{
	static const char *const words[] = { [REQUIRE_ANY] = "any",
					     [REQUIRE_ALL] = "all",
					     [REQUIRE_ALIGNED] = "aligned",
					     [REQUIRE_NONE] = "none" };
	struct diag more = { 0 };

	*out = (struct require){ .kind = REQUIRE_DOMAIN };
	for (int i = 0; i < REQUIRE_DOMAIN; i++)
		if (strcmp(text, words[i]) == 0) {
			out->kind = (enum require_kind)i;
			return ST_OK;
		}
	if (strncmp(text, "d=", 2) != 0)
		return diag_set(why, ST_USAGE, NULL,
				"--require=%s: must be any, all, aligned, none "
				"or d=DOMAIN",
				text);
	if (idn_typed(span_str(text + 2), NAME_UNDERSCORE, &out->domain,
		      &more) != ST_OK)
		return diag_set(why, ST_USAGE, more.where, "--require=%s: %s",
				text, more.text);
	return ST_OK;
}

enum result verify_exit_result(const struct verification *all)
{
	enum result best = RESULT_NONE;

	for (size_t i = 0; i < all->n; i++)
		if (status_result(all->v[i].st) < best)
			best = status_result(all->v[i].st);
	return best;
}

int verify_exit_any(const struct verification *all)
{
	size_t testing = 0;

	if (all->header == ST_NOT_MESSAGE)
		return exit_status(ST_NOT_MESSAGE);
	for (size_t i = 0; i < all->n; i++)
		testing += status_result(all->v[i].st) == RESULT_FAIL &&
			   verdict_testing(&all->v[i]);
	/* RFC 6376 3.6.1: unsigned, too, are signatures of testing keys */
	if (testing == all->n)
		return EXIT_NOTHING;
	switch (verify_exit_result(all)) {
	case RESULT_PASS:
		return 0;
	case RESULT_TEMPERROR:
		return EXIT_TEMPORARY;
	case RESULT_FAIL:
	case RESULT_POLICY:
	case RESULT_PERMERROR:
	case RESULT_NEUTRAL:
	case RESULT_NONE:
		break;
	}
	return EXIT_FAILED;
}

static bool concerns(const struct require *r, const struct verdict *v)
{
	switch (r->kind) {
	case REQUIRE_ANY:
	case REQUIRE_ALL:
	case REQUIRE_NONE:
		return true;
	case REQUIRE_ALIGNED:
		return v->related != RELATION_NONE;
	case REQUIRE_DOMAIN:
		return name_eq(&v->sig.d, &r->domain);
	}
	return false;
}

/* Is R met? 0, 1, or 75: it depends on a key that could not be looked up. */
static int require_exit(const struct require *r, const struct verification *all)
{
	size_t passed = 0, temporary = 0, other = 0;

	for (size_t i = 0; i < all->n; i++) {
		enum result result = status_result(all->v[i].st);

		if (!concerns(r, &all->v[i]))
			continue;
		passed += result == RESULT_PASS;
		temporary += result == RESULT_TEMPERROR;
		other += result != RESULT_PASS && result != RESULT_TEMPERROR;
	}
	if (r->kind != REQUIRE_ALL)
		return passed ? 0 : temporary ? EXIT_TEMPORARY : EXIT_FAILED;
	/* a signature that was not looked at did not pass (RFC 6376 6.1) */
	if (temporary && !other)
		return EXIT_TEMPORARY;
	return passed && !other && !all->unseen ? 0 : EXIT_FAILED;
}

/* Why R is not met, or with CODE 75 not known to be. */
static void put_unmet(const struct require *r, int code, struct diag *out)
{
	static const char *const words[][2] = {
		[REQUIRE_ANY] = { "any", "no signature passes" },
		[REQUIRE_ALL] = { "all", "not every signature passes" },
		[REQUIRE_ALIGNED] = { "aligned",
				      "no signature passes whose d= is aligned "
				      "with the From domain" },
		[REQUIRE_NONE] = { "none", "" },
		[REQUIRE_DOMAIN] = { "d=", "no signature of it passes" },
	};
	const char *domain = r->kind == REQUIRE_DOMAIN ? r->domain.text : "";

	status_ignore(
		code == EXIT_TEMPORARY
			? diag_set(out, ST_OK, NULL,
				   "whether --require=%s%s is met is not known "
				   "yet: a key could not be looked up",
				   words[r->kind][0], domain)
			: diag_set(out, ST_OK, NULL,
				   "--require=%s%s is not met: %s",
				   words[r->kind][0], domain,
				   words[r->kind][1]));
}

bool verify_exit_none(const struct verify_exit *how)
{
	return how->require_n == 1 && how->require[0].kind == REQUIRE_NONE;
}

int verify_exit(const struct verify_exit *how, const struct verification *all,
		struct span *denied, struct diag *unmet)
{
	int plain = verify_exit_any(all), worst = 0;
	int code = deny_check(&how->deny, all, denied);

	*unmet = (struct diag){ 0 };
	if (code && denied->n == 0)
		*denied = SPAN("refused by --deny");
	if (code == EXIT_TEMPORARY)
		*denied = SPAN("a key could not be looked up, which --deny "
			       "asks for");
	if (code)
		return code;
	*denied = SPAN("");
	if (verify_exit_none(how))
		return plain == EXIT_FAILED || plain == EXIT_NOTHING ? 0
								     : plain;
	/* nothing can be required of a message without signatures */
	if (how->require_n == 0 || plain == EXIT_NOTHING ||
	    all->header == ST_NOT_MESSAGE)
		return plain;
	for (size_t i = 0; i < how->require_n; i++) {
		code = require_exit(&how->require[i], all);
		if (code && code != worst)
			put_unmet(&how->require[i], code, unmet);
		if (code == EXIT_FAILED)
			return code; /* certain, whatever DNS may say */
		worst = exit_worse(worst, code);
	}
	return worst;
}
