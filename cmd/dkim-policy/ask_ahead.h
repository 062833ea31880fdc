/* ask_ahead: questions for one message that are asked before their answers are
 * needed, side by side, and whose answers are kept while it is judged.
 *
 * What DMARC, SPF and the older policies ask first is known from the header and
 * the envelope; asked one after the other it would cost a round trip each. It
 * is for sources that wait for the network (dns.waits) and for one thread. */
#ifndef ASK_AHEAD_H
#define ASK_AHEAD_H

#include "dns.h"

struct ask_ahead;

/* ask_ahead_new: FROM outlives it. ask_ahead_free: waits for the answers that
 * nobody took; NULL is fine. */
struct ask_ahead *ask_ahead_new(struct dns *from);
void ask_ahead_free(struct ask_ahead *a);

/* ask_ahead_begin: ask for the TXT records at BEFORE NAME (as in "_dmarc."
 * "example.com"), unless that is no name or was asked already. */
void ask_ahead_begin(struct ask_ahead *a, const char *before,
		     const struct name *name);

/* ask_ahead_dns: the source that gives these answers, and asks FROM for others,
 * each once. Borrowed. */
struct dns *ask_ahead_dns(struct ask_ahead *a);

#endif
