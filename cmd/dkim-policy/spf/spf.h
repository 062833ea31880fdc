/* spf: may this host send mail for this domain? check_host of RFC 7208 4.
 *
 * The identity is MAIL FROM, or postmaster at HELO where that is empty (2.4).
 * All questions go to the struct dns given. Cost, whatever the records say: 10
 * terms that ask (4.6.4), each with at most 10 addresses, and 2 answers without
 * records; the include tree is walked without recursion. */
#ifndef SPF_H
#define SPF_H

#include "spf_hosts.h"

struct spf_query {
	struct spf_client client;
	struct span helo;
	/* without "<" and ">"; empty: null sender; .p NULL: not known, and HELO
	 * is what is checked */
	struct span mail_from;
	/* The local part has lost its quotes, as in Postfix' requests: all
	 * before the last "@" is one, and may hold anything. Otherwise
	 * mail_from is in the form of SMTP, and a pass of one that RFC
	 * 5321 4.1.2 forbids is withheld. */
	bool unquoted;
	struct span receiver; /* %{r}; empty: "unknown" */
	int64_t now;	      /* %{t} */
	/* SPF_V1; or Sender ID, whose identity the caller has put into
	 * mail_from (senderid.h) */
	enum spf_scope scope;
	/* a pass is a permerror unless DNSSEC vouches for all that was asked;
	 * needs client.clock */
	bool require_dnssec;
};

struct spf_verdict {
	enum spf_result result;
	bool helo;	   /* the identity is HELO */
	bool withheld;	   /* SPF_NONE of what would have passed */
	struct buf domain; /* that was checked; may be no name at all */
	/* The term that decided, as written, "default" if none matched; empty
	 * where there was none to decide. */
	struct buf mechanism;
	/* What the domain says to those it refuses (6.2): words of a stranger,
	 * printable ASCII. Only with SPF_FAIL; may be empty. */
	struct buf explanation;
	unsigned lookups;   /* terms that asked */
	unsigned voids;	    /* of these without an answer */
	struct diag why;    /* none, temperror and permerror, in words */
	const char *dnssec; /* of all answers: dns_clock_word */
};

/* spf_check: fill OUT; release with spf_verdict_free. */
void spf_check(const struct spf_query *query, struct spf_verdict *out);
void spf_verdict_free(struct spf_verdict *v);

/* Octets: of a local part macros see the last SPF_LOCAL; an explanation that is
 * longer is left out. */
enum { SPF_LOCAL = 1000, SPF_EXPLANATION = 2000 };

/* spf_find: the one SPF record among the TXT records of REPLY (4.5; RFC 4406
 * 4.4), its terms in *TERMS, borrowed, and its number in *WHICH. SPF_PASS;
 * SPF_NONE without any, SPF_PERMERROR with several, SPF_TEMPERROR when there
 * was no answer. */
enum spf_result spf_find(const struct dns_reply *reply, enum spf_scope scope,
			 size_t *which, struct span *terms, struct diag *why);

#endif
