/* status: every result of checking a message, an input or the system, in one
 * table.
 *
 * Three families, never mixed (STATUS_TABLE keeps them in this order):
 *   verdicts     about one signature; stored, and the run goes on
 *   refusals     the input or the configuration is not acceptable
 *   environment  the system or the network failed
 *
 * A row is X(id, reason, result, where, text):
 *   reason  the stable word of the JSON key `reason` (verdicts) or NULL
 *   result  the RFC 8601 2.7.1 word
 *   where   the RFC section that says so, or NULL
 * To evaluate a case differently, change its row. */
#ifndef STATUS_H
#define STATUS_H

#include "limit.h"
#include "mem.h"
#include "span.h"

#define STATUS_TABLE(X)                                                      \
	X(OK, "ok", PASS, "RFC 6376 3.9", "good signature")                  \
	X(BODY_HASH, "body-hash-mismatch", FAIL, "RFC 6376 6.1.3",           \
	  "the body was modified (body hash mismatch)")                      \
	X(BAD_SIGNATURE, "bad-signature", FAIL, "RFC 6376 6.1.3",            \
	  "signature does not match the signed header fields")               \
	X(SYNTAX, "syntax", NEUTRAL, "RFC 6376 6.1.1", "syntax error")       \
	X(VERSION, "incompatible-version", NEUTRAL, "RFC 6376 3.5",          \
	  "v= is not 1")                                                     \
	X(MISSING_TAG, "missing-tag", NEUTRAL, "RFC 6376 6.1.1",             \
	  "required tag missing")                                            \
	X(ALGORITHM, "unsupported-algorithm", NEUTRAL, "RFC 6376 3.3.4",     \
	  "unknown algorithm in a=")                                         \
	X(CANON, "unsupported-canon", NEUTRAL, "RFC 6376 3.4",               \
	  "unknown canonicalization in c=")                                  \
	X(QUERY, "unsupported-query", NEUTRAL, "RFC 6376 3.5",               \
	  "no known query method in q=")                                     \
	X(FROM_NOT_SIGNED, "from-not-signed", PERMERROR, "RFC 6376 5.4",     \
	  "From is not in h=")                                               \
	X(DOMAIN_MISMATCH, "domain-mismatch", PERMERROR, "RFC 6376 6.1.1",   \
	  "i= is not within d=")                                             \
	X(BODY_SHORT, "body-too-short", PERMERROR, "RFC 6376 3.5",           \
	  "l= is larger than the body")                                      \
	X(EXPIRED, "expired", PERMERROR, "RFC 6376 3.5",                     \
	  "the signature has expired")                                       \
	X(FUTURE, "future", PERMERROR, "RFC 6376 3.5",                       \
	  "the signature was made in the future")                            \
	X(NO_KEY, "no-key", PERMERROR, "RFC 6376 6.1.2", "no key record")    \
	X(KEY_REVOKED, "key-revoked", PERMERROR, "RFC 6376 3.6.1",           \
	  "the key is revoked (p= is empty)")                                \
	X(KEY_SYNTAX, "key-syntax", PERMERROR, "RFC 6376 3.6.1",             \
	  "not a valid key record")                                          \
	X(MULTIPLE_KEYS, "multiple-keys", PERMERROR, "RFC 6376 6.1.2",       \
	  "several key records and none verifies")                           \
	X(KEY_UNSUITABLE, "key-unsuitable", PERMERROR, "RFC 6376 6.1.2",     \
	  "the key is of another type than a=")                              \
	X(KEY_HASH, "hash-not-allowed", PERMERROR, "RFC 6376 3.6.1",         \
	  "h= of the key record does not allow the hash")                    \
	X(KEY_SERVICE, "service-not-allowed", PERMERROR, "RFC 6376 3.6.1",   \
	  "s= of the key record does not include email")                     \
	X(KEY_IDENTITY, "identity-not-allowed", PERMERROR, "RFC 6376 3.6.1", \
	  "t=s of the key record wants i= in d= itself")                     \
	X(HISTORIC, "historic-algorithm", PERMERROR, "RFC 8301 3.1",         \
	  "rsa-sha1 must not be used")                                       \
	X(KEY_WEAK, "weak-key", PERMERROR, "RFC 8301 3.2",                   \
	  "the key is too weak")                                             \
	X(KEY_LARGE, "key-too-large", PERMERROR, "RFC 6376 3.3.3",           \
	  "the key is too large")                                            \
	X(DNS, "dns", TEMPERROR, "RFC 6376 6.1.2",                           \
	  "the key could not be looked up")                                  \
	X(MALFORMED, "malformed-header", PERMERROR, "RFC 5322 2.2",          \
	  "malformed header")                                                \
	X(LIMIT, "limit", PERMERROR, "RFC 6376 8.9", "too large")            \
	X(BAD_IDN, "bad-idn", PERMERROR, "RFC 8616 4",                       \
	  "not an internationalized domain name")                            \
	X(UNSIGNED_FROM, "unsigned-from", POLICY, "RFC 6376 8.15",           \
	  "a From field that is not signed")                                 \
	X(UNSIGNED_FIELD, "unsigned-duplicate", POLICY, "RFC 6376 8.15",     \
	  "a signed field occurs more often than it is signed")              \
	X(PARTIAL_BODY, "partial-body", POLICY, "RFC 6376 8.2",              \
	  "l= leaves a part of the body unsigned")                           \
	X(D_IS_SUFFIX, "d-is-suffix", POLICY, "RFC 6376 6.1.1",              \
	  "d= is a top-level domain")                                        \
	X(INSECURE_DNS, "insecure-dns", POLICY, "RFC 6376 8.5",              \
	  "DNSSEC does not protect the key record")                          \
	X(SIGNATURE_LIMIT, "signature-limit", POLICY, "RFC 6376 6.1",        \
	  "not tried: too many signatures")                                  \
	/* refusals */                                                       \
	X(USAGE, NULL, NONE, NULL, "wrong usage")                            \
	X(NOT_MESSAGE, NULL, NONE, "RFC 5322 2.2",                           \
	  "not a message: no line is a header field")                        \
	X(REFUSED, NULL, NONE, "RFC 6376 5.3", "must not be signed")         \
	X(NOT_KEY, NULL, NONE, NULL, "not a key")                            \
	X(CONFIG, NULL, NONE, NULL, "wrong configuration")                   \
	X(NO_SIGNER, NULL, NONE, NULL, "no key for this sender")             \
	/* environment */                                                    \
	X(NO_INPUT, NULL, NONE, NULL, "cannot open")                         \
	X(BUG, NULL, NONE, NULL, "internal error")                           \
	X(OS, NULL, NONE, NULL, "the system refused")                        \
	X(CANT_CREATE, NULL, NONE, NULL, "cannot create")                    \
	X(IO, NULL, NONE, NULL, "input/output error")                        \
	X(PERMISSION, NULL, NONE, NULL, "permission denied")

enum status {
#define X(id, reason, result, where, text) ST_##id,
	STATUS_TABLE(X)
#undef X
		ST_COUNT
};

/* The words of RFC 8601 2.7.1, best first: of several signatures the best
 * counts, because RFC 6376 6.1 lets any one of them authenticate. */
enum result {
	RESULT_PASS,
	RESULT_TEMPERROR,
	RESULT_FAIL,
	RESULT_POLICY,
	RESULT_PERMERROR,
	RESULT_NEUTRAL,
	RESULT_NONE,
};

/* The reason in words: filled by the function that fails, owned by the caller,
 * may be NULL everywhere. `text` is empty when the row's own text says enough;
 * it may hold bytes of the input and is escaped where it is printed. `where`
 * names a closer RFC section than the row's, is "" where no RFC applies, or is
 * NULL. */
struct diag {
	const char *where;
	char text[LIMIT_DIAG];
};

/* diag_set: fill WHY (if not NULL) and return ST, so that an error is one
 * statement; where only the words are wanted, the result is of no use. WHERE
 * may be NULL. */
enum status diag_set(struct diag *why, enum status st, const char *where,
		     const char *fmt, ...) PRINTF_LIKE(4, 5);

/* status_ignore: go on in spite of ST; a comment at the call says why. */
static inline void status_ignore(enum status st)
{
	(void)st;
}

/* The columns of the row of ST: status_reason is NULL outside the verdicts,
 * status_where may be NULL. */
const char *status_reason(enum status st);
enum result status_result(enum status st);
const char *status_where(enum status st);
/* status_text: the words of the row, never NULL; message_describe prefers those
 * of a diag. */
const char *status_text(enum status st);

/* result_word: "pass", "temperror", ... */
const char *result_word(enum result r);

#endif
