/* explain_trial: does some other body have the hash that bh= names?
 *
 * Bodies are tried as pieces, canonicalized and cut at l= as the signature
 * says. A body that is being read can be forked: "what if it ended here, and
 * went on there". Every octet hashed counts against `left`. */
#ifndef EXPLAIN_TRIAL_H
#define EXPLAIN_TRIAL_H

#include "explain_edit.h"
#include "sig.h"

struct trial;

/* trial_new: for S; LEFT is decreased by what is hashed. */
struct trial *trial_new(const struct crypto *crypto, const struct sig *s,
			uint64_t *left);
void trial_free(struct trial *t);

enum canon trial_canon(const struct trial *t);

/* trial_holds: the pieces are the body. trial_left: there is work left. */
bool trial_holds(void *t, const struct span *v, size_t n);
bool trial_left(void *t);
struct oracle trial_oracle(struct trial *t);

/* trial_charge: N octets of work were done elsewhere. */
void trial_charge(struct trial *t, uint64_t n);

/* trial_begin, trial_feed: a body from its start. trial_fork: would it hold if
 * the N pieces at V followed now and then the end? */
void trial_begin(struct trial *t);
void trial_feed(struct trial *t, struct span piece);
bool trial_fork(struct trial *t, const struct span *v, size_t n);

/* trial_length: octets of the canonical body last tried, before l= cut it. */
uint64_t trial_length(const struct trial *t);

#endif
