/* exim: verdicts in the words of Exim's DKIM ACL (dkim_verify_status and
 * dkim_verify_reason of Exim 4.96) and of its main log. */
#ifndef EXIM_H
#define EXIM_H

#include "buf.h"

enum exim_word { EXIM_NONE, EXIM_INVALID, EXIM_FAIL, EXIM_PASS };

/* exim_word: what Exim calls the verdict ST. What this toolkit finds
 * unacceptable though it verifies is a fail, so that no rule lets it pass.
 * exim_word_text: "none", "invalid", "fail", "pass". */
enum exim_word exim_word(enum status st);
const char *exim_word_text(enum exim_word w);

/* exim_reason: Exim's reason, or our own word where it has none; "" for a
 * pass. */
const char *exim_reason(enum status st);

/* exim_log: append what its log says in brackets. */
void exim_log(enum status st, struct buf *out);

#endif
