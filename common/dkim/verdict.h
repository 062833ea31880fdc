/* verdict: what is said of each signature, and of a message with them.
 *
 * Filled in by the verifier (verify.h) and by nobody else; reports read it. */
#ifndef VERDICT_H
#define VERDICT_H

#include "domainkeys.h"
#include "key_record_cache.h"
#include "msg.h"
#include "sig.h"

/* Findings beside the verdict: id, the stable code of the JSON key `warnings`,
 * text. */
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
	  "more signature fields than are looked at (RFC 6376 6.1)")          \
	X(MIXED_LINE_ENDINGS, "mixed-line-endings",                           \
	  "lines end in LF and in CRLF (RFC 5322 2.3)")                       \
	X(DUPLICATE_FIELD, "duplicate-field",                                 \
	  "a field that may stand once stands several times (RFC 5322 3.6)")  \
	X(BLANK_LINE, "blank-header-line",                                    \
	  "a header line holds white space only (RFC 5322 4.2)")              \
	X(NO_RECEIVED_DATE, "no-received-date",                               \
	  "no Received field says when it arrived: judged as of now "         \
	  "(RFC 5321 4.4)")                                                   \
	X(MBOX_LINE, "mbox-line",                                             \
	  "an mbox \"From \" line was passed over (RFC 4155)")                \
	X(ARC, "arc-present",                                                 \
	  "there are ARC fields, which are not judged (RFC 8617)")            \
	X(DKIM2, "dkim2-present",                                             \
	  "there are DKIM2-Signature or Message-Instance fields, which are "  \
	  "not judged (draft-ietf-dkim-dkim2-spec)")

enum warning {
#define X(id, code, text) WARN_##id,
	WARNING_TABLE(X)
#undef X
		WARN_COUNT
};

const char *warning_code(enum warning w);
const char *warning_text(enum warning w);

/* warning_is_note: W speaks of nothing that is wrong. */
bool warning_is_note(enum warning w);

/* d= against the author's domain, without DNS. */
enum alignment { ALIGNED_NOT, ALIGNED_RELAXED, ALIGNED_STRICT };

struct verdict {
	struct sig sig;
	/* of a DomainKey-Signature: for whom it speaks, NULL if that was not
	 * asked, since it is broken; `domainkeys` alone tells the kinds */
	bool domainkeys;
	const struct domainkeys_address *address;
	enum status st;
	struct diag why;
	const struct keyset *keys; /* NULL: not looked up; borrowed */
	const struct keyrec *rec;  /* that was judged last; NULL: none */
	bool hashed;		   /* `body` is there */
	struct digest body;	   /* hash of the body as received */
	uint64_t body_octets;	   /* of the canonical body */
	uint64_t unsigned_octets;  /* of these, beyond l= */
	unsigned warnings;	   /* set of 1 << WARN_x */
	enum alignment aligned;
};

struct verification {
	struct verdict *v; /* message order; at most LIMIT_SIGNATURES_SEEN */
	size_t n;
	size_t unseen;	 /* signature fields beyond those */
	int64_t at;	 /* the time it was judged as of */
	bool has_author; /* From names one domain */
	struct name author;
	/* DomainKey-Signature fields, in message order: nothing below that says
	 * what a message is worth looks at them (RULES DK-1). USED is the one
	 * that RFC 4870 3.7.3 chooses, or NULL. */
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

/* verdict_warn: add W to the findings beside V. */
void verdict_warn(struct verdict *v, enum warning w);

/* verdict_testing: the key says t=y (RFC 6376 3.6.1). */
bool verdict_testing(const struct verdict *v);

/* verification_result: the best result of all DKIM signatures, since one that
 * passes is enough (RFC 6376 6.1); RESULT_NONE without a signature. */
enum result verification_result(const struct verification *all);

#endif
