/* adsp: does an author's domain sign all its mail? RFC 5617, made historic.
 * Two questions at most. */
#ifndef ADSP_H
#define ADSP_H

#include "published.h"

enum adsp_practice { ADSP_UNKNOWN, ADSP_ALL, ADSP_DISCARDABLE };

const char *adsp_practice_word(enum adsp_practice p);

/* RFC 5617 5.4. */
enum adsp_result {
	ADSP_R_NONE,
	ADSP_R_PASS,
	ADSP_R_UNKNOWN,
	ADSP_R_FAIL,
	ADSP_R_DISCARD,
	ADSP_R_NXDOMAIN,
	ADSP_R_TEMPERROR,
	ADSP_R_PERMERROR,
};

const char *adsp_result_word(enum adsp_result r);

struct adsp_verdict {
	enum adsp_result result;
	bool has_practice;
	enum adsp_practice practice;
	struct diag why;
};

/* adsp_record_is: TEXT is a valid ADSP record: "dkim" and "=" come first, and
 * all of it is a list of tags with blanks for folds (4.2.1). Everything else is
 * as if it was not there. */
bool adsp_record_is(struct span text);

/* adsp_record_practice: of such a record; values of later versions are
 * "unknown" (4.2.1). */
enum adsp_practice adsp_record_practice(struct span text);

/* adsp_evaluate: AUTHOR_SIGNED says that a good signature has d= equal to
 * AUTHOR (2.7); such mail passes without an answer from DNS, too. A NULL author
 * is permerror. */
void adsp_evaluate(const struct published_from *from, const struct name *author,
		   bool author_signed, struct adsp_verdict *out);

#endif
