/* exim: results in the words of Exim 4.96: those of its DKIM ACL
 * (dkim_verify_status, dkim_verify_reason) and of its main log. */
#ifndef EXIM_H
#define EXIM_H

#include "verify.h"

enum exim_word { EXIM_NONE, EXIM_INVALID, EXIM_FAIL, EXIM_PASS };

/* exim_word: Exim's word for a signature of status ST. A signature that
 * verifies and that this toolkit does not accept is a fail, so that no rule
 * lets it pass. exim_word_text: "none", "invalid", "fail" or "pass". */
enum exim_word exim_word(enum status st);
const char *exim_word_text(enum exim_word w);

/* exim_report: append a line for each DKIM signature: Exim's word and reason
 * (our own where it has none), then its log line; "none" for unsigned mail.
 * NAME (may be NULL) goes before each. */
void exim_report(const char *name, const struct verification *all,
		 struct buf *out);

#endif
