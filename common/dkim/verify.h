/* verify: verifies the DKIM signatures of a message (RFC 6376 6).
 *
 * Push the raw octets, end, read the result: a verdict on each signature, with
 * findings. Nothing here prints or decides what becomes of the message. Cost:
 * one pass over the message, one key look-up for each distinct name, memory as
 * msg.h. */
#ifndef VERIFY_H
#define VERIFY_H

#include "domainkeys.h"
#include "key_record_cache.h"
#include "msg.h"
#include "sig.h"

/* Findings that do not change the result: id, the stable code of the JSON key
 * `warnings`, text. */
#define WARNING_TABLE(X)                                                      \
	X(PARTIAL_BODY, "partial-body",                                       \
	  "l= leaves a part of the body unsigned (RFC 6376 8.2)")             \
	X(UNSIGNED_DUPLICATE, "unsigned-duplicate",                           \
	  "a signed field occurs more often than it is signed "               \
	  "(RFC 6376 8.15)")                                                  \
	X(WEAK_COVERAGE, "weak-coverage",                                     \
	  "Subject, Date, To or a MIME field is not signed (RFC 6376 5.4.1)") \
	X(ONE_CLICK, "unsigned-one-click",                                    \
	  "List-Unsubscribe and List-Unsubscribe-Post are not both signed "   \
	  "(RFC 8058 4)")                                                     \
	X(EXPIRED, "expired",                                                 \
	  "the signature has expired, which is ignored (RFC 6376 3.5)")       \
	X(MULTIPLE_KEYS, "multiple-keys",                                     \
	  "several key records under one name (RFC 6376 3.6.2.2)")            \
	X(VERSION_NOT_FIRST, "version-not-first",                             \
	  "v= is not the first tag of the key record (RFC 6376 3.6.1)")       \
	X(EMPTY_TAG, "empty-tag",                                             \
	  "the key record has an empty tag (RFC 6376 3.2)")                   \
	X(UNDERSCORE, "underscore",                                           \
	  "d= or s= has an underscore (RFC 6376 3.5)")                        \
	X(QUERY_DNS, "query-dns", "q=dns instead of dns/txt (RFC 6376 3.5)")  \
	X(SHORT_KEY, "short-key",                                             \
	  "the RSA key has less than 2048 bits (RFC 8301 3.2)")               \
	X(KNOWN_KEY, "known-weak-key",                                        \
	  "the private half of the key is public or can be computed")         \
	X(TESTING, "testing",                                                 \
	  "the domain says that it is testing, t=y (RFC 6376 3.6.1)")         \
	X(EMPTY_INPUT, "empty-input", "the input is empty")                   \
	X(MALFORMED_HEADER, "malformed-header",                               \
	  "the header is malformed (RFC 5322 2.2)")                           \
	X(HEADER_LIMIT, "limit", "the header is too large (RFC 6376 8.9)")    \
	X(UNSEEN, "signatures-not-seen",                                      \
	  "too many signature fields: some were not read (RFC 6376 6.1)")     \
	X(MIXED_LINE_ENDINGS, "mixed-line-endings",                           \
	  "mixed line endings: LF and CRLF (RFC 5322 2.3)")                   \
	X(DUPLICATE_FIELD, "duplicate-field",                                 \
	  "a field that may occur once occurs several times (RFC 5322 3.6)")  \
	X(BLANK_LINE, "blank-header-line",                                    \
	  "a header line holds white space only (RFC 5322 4.2)")              \
	X(NO_RECEIVED_DATE, "no-received-date",                               \
	  "no Received field says when it arrived: checked as of now "        \
	  "(RFC 5321 4.4)")                                                   \
	X(MBOX_LINE, "mbox-line",                                             \
	  "an mbox \"From \" line was skipped (RFC 4155)")                    \
	X(ARC, "arc-present",                                                 \
	  "there are ARC fields, which are not evaluated (RFC 8617)")         \
	X(DKIM2, "dkim2-present",                                             \
	  "there are DKIM2-Signature or Message-Instance fields, which are "  \
	  "not evaluated (draft-ietf-dkim-dkim2-spec)")

enum warning {
#define X(id, code, text) WARN_##id,
	WARNING_TABLE(X)
#undef X
		WARN_COUNT
};

/* warning_code: the stable code of W. warning_text: W in words, with the RFC.
 * warning_is_note: W reports nothing that is wrong. */
const char *warning_code(enum warning w);
const char *warning_text(enum warning w);
bool warning_is_note(enum warning w);

/* d= compared with the domain of From without DNS: the same, or one is within
 * the other. It is not the alignment of DMARC, which asks DNS for
 * Organizational Domains (RFC 9989 4.10). */
enum relation { RELATION_NONE, RELATION_WITHIN, RELATION_SAME };

/* One signature field and what was found out about it. Filled in by the
 * verifier; reports read it. */
struct verdict {
	struct sig sig;
	enum status st;
	struct diag why;
	enum relation related;
	unsigned warnings;	   /* set of 1 << WARN_x */
	const struct keyset *keys; /* NULL: not looked up; borrowed */
	const struct keyrec *rec;  /* the record last checked with, or NULL */
	bool hashed;		   /* the next three are known */
	struct digest body;	   /* hash of the body as received */
	uint64_t body_octets;	   /* of the canonical body */
	uint64_t unsigned_octets;  /* of these, beyond l= */
	/* of a DomainKey-Signature field: the address that it authenticates;
	 * NULL when the field is not valid */
	bool domainkeys;
	const struct domainkeys_address *address;
	/* the verifier's: which body hash, which digests of DomainKeys */
	size_t job;
	struct domainkeys_digests digests;
};

/* A message and all of its signatures. */
struct verification {
	struct verdict *v; /* message order; at most LIMIT_SIGNATURES_SEEN */
	size_t n;
	size_t unseen;	 /* signature fields beyond those */
	int64_t at;	 /* the time that t= and x= were compared with */
	bool has_author; /* From names one domain */
	struct name author;
	/* DomainKey-Signature fields, in message order: historic, so that no
	 * result of a message depends on them. USED is the one that RFC 4870
	 * 3.7.3 chooses, or NULL. */
	struct verdict *domainkeys;
	size_t domainkeys_n;
	const struct verdict *domainkeys_used;
	struct domainkeys_addresses addresses; /* if domainkeys_n */
	const struct fields *fields; /* all of the header; the verifier's */
	enum status header;	     /* of fields_parse */
	struct diag header_why;
	unsigned warnings; /* about the message; set of 1 << WARN_x */
	struct msg_facts facts;
};

/* verdict_testing: the key record says t=y (RFC 6376 3.6.1). */
bool verdict_testing(const struct verdict *v);

/* verdict_uncovered: the next name of a field that should be signed (RFC 6376
 * 5.4.1), is among FIELDS and is not signed by V; *AT is 0 at the start. NULL
 * at the end. */
const char *verdict_uncovered(const struct verdict *v,
			      const struct fields *fields, size_t *at);

struct verify_conf {
	const struct crypto *crypto;
	struct key_record_cache *keys;
	int64_t now;	       /* seconds UTC: what t= and x= are compared
				* with */
	bool at_received;      /* instead of `now` the date of the topmost
				* Received field, where there is one */
	int64_t skew;	       /* seconds, for t= and x= */
	bool allow_sha1;       /* check rsa-sha1 to the end for the report: it
				* never passes */
	bool ignore_expiry;    /* an x= in the past is only a warning */
	bool strict;	       /* unsigned parts of the body, or more fields of
				* one name than are signed, are policy, not
				* only warnings (RFC 6376 8.2, 8.15) */
	bool require_dnssec;   /* a key from an answer that is not DNS_SECURE is
				* policy */
	unsigned min_bits;     /* RSA */
	size_t max_signatures; /* to try */
	enum msg_lines lines;
};

struct verifier;

/* verifier_new: CONF is copied; what it points to outlives the verifier.
 * verifier_sink: where the octets of the message go; its put does not fail. */
struct verifier *verifier_new(const struct verify_conf *conf);
struct sink verifier_sink(struct verifier *v);

/* verifier_end: the result, which is the verifier's, until verifier_next or
 * verifier_free. */
const struct verification *verifier_end(struct verifier *v);

/* verifier_next: begin the next message, which costs less than a new verifier.
 */
void verifier_next(struct verifier *v);
void verifier_free(struct verifier *v); /* NULL is fine */

#endif
