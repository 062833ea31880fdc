/* verify_exit: the exit status of dkim-verify for one message, from the results
 * of its signatures, --require and --deny.
 *
 *   0   a signature passes, and so does all that --require asks for
 *   1   none passes, or a requirement is not met, or --deny rejects the message
 *   2   there is nothing to check: no signature, or all of them fail under
 *       testing keys, which a verifier treats as unsigned (RFC 6376 3.6.1)
 *   65  it is not a message
 *   75  a key could not be looked up, and the answer depends on it
 *
 * Errors and several messages: common/run/exit_status.h. */
#ifndef VERIFY_EXIT_H
#define VERIFY_EXIT_H

#include "deny.h"

/* --require=EXPR:
 *   any       a signature passes; what is asked without the option
 *   all       every signature passes
 *   aligned   a signature passes whose d= is aligned with the Author Domain,
 *             strictly or relaxed (RFC 9989 4.4)
 *   none      nothing: whatever the results are, they are no failure; alone
 *   d=DOMAIN  a signature of that domain passes */
enum require_kind {
	REQUIRE_ANY,
	REQUIRE_ALL,
	REQUIRE_ALIGNED,
	REQUIRE_NONE,
	REQUIRE_DOMAIN
};

struct require {
	enum require_kind kind;
	struct name domain; /* of REQUIRE_DOMAIN */
};

/* What decides besides the results. Zeroed: nothing. */
struct verify_exit {
	struct require *require; /* all of them must be met */
	size_t require_n;
	struct deny deny;
};

/* verify_exit_require: parse the argument of --require. ST_OK or ST_USAGE. */
enum status verify_exit_require(const char *text, struct require *out,
				struct diag *why) MUST_USE;

/* verify_exit_result: the best result of all DKIM signatures, since one that
 * passes is enough (RFC 6376 6.1); RESULT_NONE without a signature. */
enum result verify_exit_result(const struct verification *all);

/* verify_exit_any: the exit status for ALL when nothing is required or denied:
 * 0, 1, 2, 65 or 75 as above. */
int verify_exit_any(const struct verification *all);

/* verify_exit_none: --require=none is given. */
bool verify_exit_none(const struct verify_exit *how);

/* verify_exit: the exit status for ALL. DENIED becomes the text for the user if
 * --deny decides (borrowed), else empty. UNMET becomes that for the requirement
 * that decides, else empty. */
int verify_exit(const struct verify_exit *how, const struct verification *all,
		struct span *denied, struct diag *unmet);

#endif
