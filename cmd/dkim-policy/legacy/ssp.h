/* ssp: the sender signing policies that came before ADSP: drafts of 2005 to
 * 2007, and DomainKeys' own (RFC 4870 3.6). Never standards, or no longer one;
 * read for those who still publish them, never a reason to refuse mail.
 *
 *   _domainkey.DOMAIN          o=  - all mail is signed, ~ some
 *   _policy._domainkey.DOMAIN  o=  ~ - ! . ^  (draft-allman-dkim-ssp, 2005)
 *   _ssp._domainkey.DOMAIN     dkim=          (draft-ietf-dkim-ssp-00, -01)
 */
#ifndef SSP_H
#define SSP_H

#include "published.h"

enum ssp_practice { SSP_UNKNOWN, SSP_ALL, SSP_STRICT };

struct ssp_record {
	bool valid;
	enum ssp_practice practice; /* ssp */
	char o;			    /* domainkeys, policy; '~' if not given */
	bool testing;		    /* t=y */
	bool strict;		    /* t=s: not for names below */
};

/* ssp_record_is: TEXT is a record of the draft of 2007: it has dkim=.
 * ssp_policy_is: TEXT is one of DomainKeys or of the draft of 2005: it has a
 * tag of RFC 4870 3.6, and neither p= nor v=, which a key record has. */
bool ssp_record_is(struct span text);
bool ssp_policy_is(struct span text);

/* ssp_record_parse: fill OUT from a record of either kind; an unknown practice
 * is SSP_UNKNOWN. */
void ssp_record_parse(struct span text, struct ssp_record *out);

enum ssp_result {
	SSP_NONE, /* no record, here or above */
	SSP_OK,	  /* not suspicious */
	SSP_SUSPICIOUS,
	SSP_TEMPERROR,
	SSP_PERMERROR,
};

/* ssp_result_word: the word of the result, as --json shows it. */
const char *ssp_result_word(enum ssp_result r);

/* ssp_evaluate: the result of draft-ietf-dkim-ssp-01 4.4. AUTHOR_SIGNED: a
 * valid signature has AUTHOR as its d=; ANY_SIGNED: there is any valid
 * signature. A NULL author is permerror. Three questions at most. */
enum ssp_result ssp_evaluate(const struct published_from *from,
			     const struct name *author, bool author_signed,
			     bool any_signed);

#endif
