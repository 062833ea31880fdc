/* require: what must hold of a message's signatures for the answer to be yes
 * (CONTRACT 5, --require).
 *
 *   any       a signature passes; what is asked where nothing is
 *   all       every signature passes
 *   aligned   one passes whose d= is aligned with the author's domain, strictly
 *             or not (RFC 9989 4.4)
 *   d=DOMAIN  one of that domain passes */
#ifndef REQUIRE_H
#define REQUIRE_H

#include "verify.h"

enum require_kind { REQUIRE_ANY, REQUIRE_ALL, REQUIRE_ALIGNED, REQUIRE_DOMAIN };

struct require {
	enum require_kind kind;
	struct name domain; /* of REQUIRE_DOMAIN */
};

/* require_parse: ST_OK or ST_USAGE. */
enum status require_parse(const char *text, struct require *out,
			  struct diag *why) MUST_USE;

/* require_exit: the exit status when all of V[0..N-1] must hold: 0; 1 if one
 * certainly does not; else 75 if a key could not be looked up; else 2, nothing
 * to judge (CONTRACT 1); 65 for what is no message. N may be 0. */
int require_exit(const struct require *v, size_t n,
		 const struct verification *all);

#endif
