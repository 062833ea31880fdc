/* adsp: whether the Author Domain signs all its mail (RFC 5617, historic).
 * Two questions at most. */
#ifndef ADSP_H
#define ADSP_H

#include "published.h"

enum adsp_practice { ADSP_UNKNOWN, ADSP_ALL, ADSP_DISCARDABLE };

/* adsp_practice_word: the word of dkim= (RFC 5617 4.2.1). */
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

/* adsp_result_word: the word for dkim-adsp= (RFC 5617 5.4). */
const char *adsp_result_word(enum adsp_result r);

struct adsp_verdict {
	enum adsp_result result;
	bool has_practice;
	enum adsp_practice practice;
	struct diag why;
};

/* adsp_record_is: TEXT is a valid ADSP record: "dkim" and "=" are first, and
 * all of it is a list of tags without line ends (4.2.1). Any other record does
 * not count. */
bool adsp_record_is(struct span text);

/* adsp_evaluate: fill OUT for AUTHOR; NULL is permerror. AUTHOR_SIGNED: a valid
 * signature has AUTHOR as its d= (2.7); such mail passes even without an answer
 * from DNS. */
void adsp_evaluate(const struct published_from *from, const struct name *author,
		   bool author_signed, struct adsp_verdict *out);

#endif
