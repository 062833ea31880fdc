/* key_findings: the findings about key records, where they are and how DNS
 * serves them (finding.h). */
#ifndef KEY_FINDINGS_H
#define KEY_FINDINGS_H

#include "finding.h"

#define KEY_FINDINGS(X)                                                        \
	/* the record as a whole */                                            \
	X(FOREIGN, "not-a-key-record", ERROR, "RFC 6376 3.6.1",                \
	  "this is not a DKIM key record")                                     \
	X(TOO_LONG, "too-long", ERROR, "RFC 6376 8.8",                         \
	  "verifiers ignore a record of this size")                            \
	/* tags */                                                             \
	X(VERSION, "version", ERROR, "RFC 6376 3.6.1", "v= is not \"DKIM1\"")  \
	X(VERSION_LATE, "version-not-first", ERROR, "RFC 6376 3.6.1",          \
	  "v= must be the first tag")                                          \
	X(NO_VERSION, "no-version", INFO, "RFC 6376 3.6.1",                    \
	  "v=DKIM1 is missing, which is recommended")                          \
	X(TAG_CASE, "tag-case", WARNING, "RFC 6376 3.2",                       \
	  "tag names are lower case; verifiers ignore this tag")               \
	X(FLAG_TAG, "flag-as-tag", WARNING, "RFC 6376 3.6.1",                  \
	  "y= is not a tag: to end testing, remove t=y")                       \
	X(GRANULARITY, "granularity", WARNING, "RFC 6376 C.2",                 \
	  "g= is historic: verifiers ignore it, very old ones obey it")        \
	X(KEY_TYPE, "key-type", ERROR, "RFC 6376 3.6.1",                       \
	  "k= is neither rsa nor ed25519")                                     \
	X(HASH, "hash-not-allowed", ERROR, "RFC 8301 3.1",                     \
	  "h= does not allow sha256, so no signature can pass")                \
	X(HASH_SHA1, "hash-sha1", INFO, "RFC 8301 3.1",                        \
	  "h= allows sha1, which verifiers no longer accept")                  \
	X(HASH_UNKNOWN, "hash-unknown", WARNING, "RFC 6376 3.6.1",             \
	  "h= has a word that is not a hash")                                  \
	X(SERVICE, "service-not-allowed", ERROR, "RFC 6376 3.6.1",             \
	  "s= has neither * nor email: no mail can be signed with this key")   \
	X(SERVICE_UNKNOWN, "service-unknown", WARNING, "RFC 6376 3.6.1",       \
	  "s= has a service that is not for mail; dkimpy and Exim then "       \
	  "reject the key")                                                    \
	X(WORD_CASE, "keyword-case", WARNING, "RFC 6376 3.6.1",                \
	  "a keyword is not in lower case; verifiers must read it, but some "  \
	  "reject the key")                                                    \
	X(BLANK_EQUALS, "blank-before-equals", WARNING, "RFC 6376 3.2",        \
	  "a blank before \"=\"; verifiers must skip it, but some reject "     \
	  "the key")                                                           \
	X(BLANK_LIST, "blank-in-list", WARNING, "RFC 6376 3.6.1",              \
	  "a blank in a list; verifiers must skip it, but some reject the "    \
	  "key")                                                               \
	X(TESTING, "testing", WARNING, "RFC 6376 3.6.1",                       \
	  "t=y: verifiers treat a signature that fails like no signature; "    \
	  "remove it after the tests")                                         \
	X(STRICT, "no-subdomains", INFO, "RFC 6376 3.6.1",                     \
	  "t=s: i= must have the signing domain itself, not a subdomain")      \
	/* the key */                                                          \
	X(NO_P, "missing-p", ERROR, "RFC 6376 3.6.1", "no p= tag")             \
	X(REVOKED, "revoked", INFO, "RFC 6376 3.6.1",                          \
	  "the key is revoked (p= is empty)")                                  \
	X(PEM, "pem-in-p", ERROR, "RFC 6376 3.6.1",                            \
	  "p= contains PEM lines; only the base64 between them belongs there") \
	X(CUT, "cut-short", ERROR, "RFC 6376 3.6.1", "p= is truncated")        \
	X(PLACEHOLDER, "placeholder", ERROR, "RFC 6376 3.6.1",                 \
	  "p= still has the placeholder of some instructions")                 \
	X(BASE64, "not-base64", ERROR, "RFC 6376 3.6.1", "p= is not base64")   \
	X(BLANKS, "blank-in-p", INFO, "RFC 6376 3.6.1",                        \
	  "blanks inside p=, which verifiers skip")                            \
	X(PADDING, "base64-padding", WARNING, "RFC 4648 4",                    \
	  "the end of p= is not exact base64, which some verifiers reject")    \
	X(NOT_KEY, "not-a-key", ERROR, "RFC 6376 3.6.1",                       \
	  "p= is not a key of this type")                                      \
	X(PKCS1, "pkcs1", WARNING, "RFC 6376 3.6.1",                           \
	  "p= is a bare RSAPublicKey, which some verifiers reject; the usual " \
	  "form is a SubjectPublicKeyInfo")                                    \
	X(EXPONENT, "exponent", INFO, "RFC 8017 3.1",                          \
	  "the public exponent is not 65537, the usual value")                 \
	X(WEAK, "weak-key", ERROR, "RFC 8301 3.2", "the key is too weak")      \
	X(LARGE, "key-too-large", ERROR, "RFC 6376 3.3.3",                     \
	  "the key is too large")                                              \
	X(SHORT, "short-key", WARNING, "RFC 8301 3.2",                         \
	  "the RSA key is shorter than 2048 bits")                             \
	X(KNOWN, "known-key", WARNING, NULL,                                   \
	  "the private key is publicly known")                                 \
	/* the zone file, or the text that was pasted */                       \
	X(OWNER_DOUBLED, "owner-doubled", ERROR, "RFC 1035 5.1",               \
	  "the domain occurs twice in the name: a final dot is missing, or "   \
	  "the domain must not be entered")                                    \
	X(NO_DOT, "no-final-dot", WARNING, "RFC 1035 5.1",                     \
	  "without a final dot the name of the zone is added to this one")     \
	X(OWNER_LONG, "name-too-long", ERROR, "RFC 1035 2.3.4",                \
	  "a name has at most 253 bytes")                                      \
	X(OWNER_LABEL, "domainkey-label", ERROR, "RFC 6376 3.6.2.1",           \
	  "the label must read _domainkey")                                    \
	X(OWNER_PLACE, "not-below-domainkey", ERROR, "RFC 6376 3.6.2.1",       \
	  "a key record is looked up at SELECTOR._domainkey.DOMAIN only")      \
	X(NO_SELECTOR, "no-selector", ERROR, "RFC 6376 3.6.2.1",               \
	  "a key record needs a selector before _domainkey")                   \
	X(POLICY, "policy-record", INFO, NULL,                                 \
	  "a policy record, not a key: see dkim-policy --lint")                \
	X(SEVERAL, "several-records", ERROR, "RFC 6376 3.6.2.2",               \
	  "several key records under one name: verifiers use any of them or "  \
	  "none")                                                              \
	X(OTHER_RECORD, "other-key-record", WARNING, "RFC 6376 3.6.2.2",       \
	  "another key record has the same name, and verifiers may take it")   \
	/* of what verifiers do this was known in November 2026 */             \
	X(ED25519_ALONE, "ed25519-alone", WARNING, "RFC 8463 6",               \
	  "all valid keys of the domain are Ed25519, and most large "          \
	  "receivers "                                                         \
	  "verify RSA only (as of November 2026)")                             \
	X(REUSED, "key-reused", WARNING, NULL,                                 \
	  "another selector has the same key")                                 \
	/* how DNS serves it */                                                \
	X(ALIAS, "alias", INFO, "RFC 1034 3.6.2",                              \
	  "the name is an alias; the record belongs to another name")          \
	X(ANSWER_512, "answer-over-512", INFO, "RFC 1035 4.2.1",               \
	  "the answer has more than 512 bytes: it needs EDNS or TCP")          \
	X(NOT_SECURE, "not-secure", INFO, "RFC 4035 4.9.3",                    \
	  "the record is not protected by DNSSEC")                             \
	X(KEY_FILE, "key-file", WARNING, NULL, "the key file is not safe")     \
	X(BIG_ANSWER, "large-answer", INFO, "RFC 6376 3.6.2.2",                \
	  "the answer has more than 1232 bytes: resolvers must ask again "     \
	  "over TCP")

KEY_FINDINGS(FINDING_DECLARE)

#endif
