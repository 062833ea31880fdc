/* spf: whether a host may send mail for a domain: check_host of RFC 7208 4.
 *
 * The identity is MAIL FROM, or postmaster at HELO if that is empty (2.4).
 * Whatever the records say, the cost is limited to 10 terms that ask (4.6.4),
 * each with at most 10 addresses, and 2 answers without records; includes are
 * followed without recursion. */
#ifndef SPF_H
#define SPF_H

#include "spf_hosts.h"

struct spf_query {
	struct spf_client client;
	struct span helo;
	/* Without "<" and ">"; empty: the null sender; .p NULL: not known, and
	 * HELO is checked. */
	struct span mail_from;
	/* The local part has lost its quotes, as in Postfix' requests: all
	 * before the last "@" is one, and may hold anything. Otherwise
	 * mail_from is in the form of SMTP, and a pass of one that RFC
	 * 5321 4.1.2 forbids is withheld. So is one with blanks, ">" or a
	 * quote behind the domain, in either form. */
	bool unquoted;
	struct span receiver; /* %{r}; empty: "unknown" */
	int64_t now;	      /* %{t} */
	/* SPF_V1; or Sender ID, whose identity is in mail_from (senderid.h) */
	enum spf_scope scope;
	/* A pass is a permerror unless DNSSEC protects all answers; needs
	 * client.clock. */
	bool require_dnssec;
};

struct spf_verdict {
	enum spf_result result;
	bool helo;     /* the identity is HELO */
	bool withheld; /* SPF_NONE of what would have passed */
	bool unasked;  /* SPF_NONE, as the domain can have no record (4.3) */
	struct buf domain; /* that was checked; may be any text */
	/* The term that decided, as written; "default" if none matched; empty
	 * without a usable record. */
	struct buf mechanism;
	struct buf record; /* of the domain; empty without exactly one */
	/* The explanation of the domain (6.2): words of a stranger, printable
	 * ASCII. Only with SPF_FAIL; may be empty. */
	struct buf explanation;
	unsigned lookups;   /* terms that asked */
	unsigned voids;	    /* of these without an answer */
	struct diag why;    /* of none, temperror and permerror */
	const char *dnssec; /* of all answers: dns_clock_word */
};

/* spf_check: fill OUT with the result for QUERY; release with
 * spf_verdict_free. */
void spf_check(const struct spf_query *query, struct spf_verdict *out);
void spf_verdict_free(struct spf_verdict *v);

/* Octets: of a local part macros see the last SPF_LOCAL; an explanation that is
 * longer is left out. */
enum { SPF_LOCAL = 1000, SPF_EXPLANATION = 2000 };

/* spf_find: find the one SPF record among the TXT records of REPLY (4.5; RFC
 * 4406 4.4): its number is *WHICH, and *TERMS, borrowed, has its terms.
 * SPF_PASS; SPF_NONE without one, SPF_PERMERROR with several, SPF_TEMPERROR
 * without an answer. */
enum spf_result spf_find(const struct dns_reply *reply, enum spf_scope scope,
			 size_t *which, struct span *terms, struct diag *why);

#endif
